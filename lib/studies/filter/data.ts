import path from 'node:path';
import { dataFolder } from '../../core/dataFolder';
import type { Run } from '../../core/run';
import { type ClassData, prepareClasses } from '../../data/classData';
import { readClassFolders } from '../../data/classFolders';
import { type Copies, findCopies, withoutCopies } from '../../data/copies';
import { dealRows } from '../../data/partRows';
import type { Split } from '../../data/split';
import { type TwoClasses, twoClasses } from '../../data/twoClasses';
import { makeSample } from './sample';
import type { Config } from './settings';

/** Pictures that show X, the positive class, and pictures that do not. */
export interface FilterData extends ClassData, TwoClasses {
  /** Pictures that look the same, and the parts before all but one of each were left out. */
  copies: readonly Copies[];
  dealt: Split;
}

/**
 * The pictures of the study, prepared at `size` pixels: class folders, or the sample. Of copies one is used, the same whatever the size, see
 * `withoutCopies`. Throws what reading and preparing throw.
 */
export async function openData(run: Run<Config>, size = run.config.imageSize): Promise<FilterData> {
  const { config } = run;
  const { folder, generated } = await dataFolder(run, {
    version: 3,
    inputs: { seed: config.seed },
    make: (target) => makeSample(target, config.seed),
  });
  const read = await readClassFolders(generated ? path.join(folder, 'pictures') : folder, config);
  const set = twoClasses({ ...read, generated }, config.positive);
  const prepared = await prepareClasses(run, set);
  const copies = findCopies(prepared.images);
  const split = withoutCopies(set.split, copies);
  const sized = { ...run, config: { ...config, imageSize: size } };
  const data = size === config.imageSize ? prepared : await prepareClasses(sized, set);
  return { ...set, ...data, ...dealRows(data.images, split), split, copies, dealt: set.split };
}
