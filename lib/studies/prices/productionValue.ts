import { byId } from '../../data/split';
import type { ItemFeatures } from '../../metrics/itemFeatures';
import type { PreparedData } from './preparedData';
import { readLabels } from './sample/pictures';
import type { AppId } from './units';

/**
 * The production value from which the pictures of each generated game were drawn, with its square and cube: what a perfect reader would see in
 * them, and all there is of the price in them. A regression on it is what a model can hope for at best. Null where the pictures were not generated.
 */
export async function productionValues({
  selection,
}: Pick<PreparedData, 'selection'>): Promise<ItemFeatures | null> {
  if (!selection.generated) return null;
  const values = new Map<AppId, number>();
  const kept = new Set(selection.kept.map(({ id }) => id));
  for (const { appid: id, quality } of (await readLabels(selection.folder)).values()) {
    if (kept.has(id)) values.set(id, quality); // the same for all pictures of a game
  }
  const ids = [...values.keys()].sort(byId);
  const powers = (value: number): number[] => [value, value ** 2, value ** 3];
  return {
    ids,
    dims: 3,
    values: Float64Array.from(ids.flatMap((id) => powers(values.get(id)!))), // its keys
  };
}
