import path from 'node:path';
import { dataFolder } from '../../core/dataFolder';
import type { Run } from '../../core/run';
import { readClassFolders } from '../../data/classFolders';
import { prepareUnique, type UniqueClassData } from '../../data/copies';
import { ownProvenance } from '../../data/provenance';
import { type TwoClasses, twoClasses } from '../../data/twoClasses';
import { rowBytes } from '../../images/pictureTask';
import { lastMapBytes } from '../../networks/featureStore';
import { makeSample } from './sample';
import type { Config } from './settings';

/** Pictures that show X, the positive class, and pictures that do not; of those that look the same one is used. */
export type FilterData = UniqueClassData & TwoClasses;

/** Bytes of a picture as the backbone sees it, and of its features. */
export const bytesPerPicture = ({ transferSize: size }: Config): number =>
  rowBytes(size) + lastMapBytes(size, 1280);

/** The pictures of the study, prepared at `size` pixels: class folders, or the sample. Throws what reading and preparing throw. */
export async function openData(run: Run<Config>, size?: number): Promise<FilterData> {
  const { seed, positive } = run.config;
  const { folder, generated } = await dataFolder(run, {
    version: 4,
    inputs: { seed },
    make: (target) => makeSample(target, seed),
  });
  const set = await readClassFolders(generated ? path.join(folder, 'pictures') : folder, run.config);
  const own = generated ? { ...set, generated, provenance: ownProvenance } : set;
  return prepareUnique(run, twoClasses(own, positive), size);
}
