import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { byNumber } from '../../data/split';
import type { GameFeatures } from './gameFeatures';
import type { PreparedData } from './preparedData';
import type { LabelLine } from './samplePictures';
import type { AppId } from './units';

/**
 * The production value from which the pictures of each generated game were drawn, with its square and cube: what a perfect reader would see in
 * them, and all there is of the price in them. A regression on it is what a model can hope for at best. Null where the pictures were not generated.
 */
export async function productionValues({
  selection,
}: Pick<PreparedData, 'selection'>): Promise<GameFeatures | null> {
  if (!selection.generated) return null;
  const lines = (await readFile(path.join(selection.folder, 'labels.jsonl'), 'utf8')).trim().split('\n');
  const values = new Map<AppId, number>();
  const kept = new Set(selection.kept.map(({ appid }) => appid));
  for (const line of lines) {
    const { appid, quality } = JSON.parse(line) as LabelLine; // as makeSample writes them
    if (kept.has(appid as AppId)) values.set(appid as AppId, quality); // the same for all pictures of a game
  }
  const appids = [...values.keys()].sort(byNumber);
  const powers = (value: number): number[] => [value, value ** 2, value ** 3];
  return {
    appids,
    dims: 3,
    values: Float64Array.from(appids.flatMap((appid) => powers(values.get(appid)!))), // its keys
  };
}
