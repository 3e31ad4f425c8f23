import { dataFolder } from '../../core/dataFolder';
import type { Run } from '../../core/run';
import { readClasses } from '../../data/classTable';
import { prepareUnique } from '../../data/copies';
import { ownProvenance } from '../../data/provenance';
import { titleOf } from '../../data/split';
import { type GenreData, resolveLabels } from './labels';
import { makeSample } from './sample';
import type { Config } from './settings';

export type { GenreData };

/** The covers of a folder as the settings say: those of a table, or class folders. Throws what `readClasses` throws. */
export async function readCovers(folder: string, config: Config) {
  const priority = config.priority.split(',').map((name) => name.trim());
  const reading = { priority, title: config.title ?? undefined };
  return { ...(await readClasses(folder, reading, config)), priority };
}

/** The covers of the study, prepared at `size` pixels: a table or class folders, or the sample. Throws what reading and preparing throw. */
export async function openData(run: Run<Config>, size?: number): Promise<GenreData> {
  const { seed } = run.config;
  const { folder, generated } = await dataFolder(run, {
    version: 1,
    inputs: { seed },
    make: (target) => makeSample(target, seed),
  });
  const set = await readCovers(folder, run.config);
  const own = generated ? { ...set, generated, provenance: ownProvenance } : set;
  return resolveLabels(await prepareUnique(run, own, size));
}

/** What each cover is of. */
export function titles({ items }: Pick<GenreData, 'items'>): (id: string) => string {
  const found = new Map(items.map((item) => [item.id, titleOf(item)]));
  return (id) => found.get(id)!; // one of the items
}
