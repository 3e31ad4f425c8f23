import path from 'node:path';
import { dataFolder } from '../../core/dataFolder';
import type { Run } from '../../core/run';
import { type ClassData, prepareClasses } from '../../data/classData';
import { readClassFolders } from '../../data/classFolders';
import { type Copies, findCopies, type WithheldItem, withoutCopies } from '../../data/copies';
import { listFolder } from '../../data/folders';
import { dealRows } from '../../data/partRows';
import { type TwoClasses, twoClasses } from '../../data/twoClasses';
import { makeSample } from './sample';
import type { Config } from './settings';

/** Pictures that show X, the positive class, and pictures that do not. */
export interface FilterData extends ClassData, TwoClasses {
  /** Pictures that look the same, and which of them are in no part for that. */
  copies: readonly Copies[];
  withheldCopies: readonly WithheldItem[];
}

/** The run's data folder, or the sample's. */
const folderOf = ({ config }: Run<Config>) =>
  dataFolder(
    { config },
    { version: 2, inputs: { seed: config.seed }, make: (folder) => makeSample(folder, config.seed) },
  );

/**
 * The pictures of the study, prepared at `size` pixels: class folders, or the sample. Of copies one is used, the same whatever the size, see
 * `withoutCopies`. Throws what reading and preparing throw.
 */
export async function openData(run: Run<Config>, size = run.config.imageSize): Promise<FilterData> {
  const { config } = run;
  const { folder, generated } = await folderOf(run);
  const read = await readClassFolders(generated ? path.join(folder, 'pictures') : folder, config);
  const set = twoClasses({ ...read, generated }, config.positive);
  const prepared = await prepareClasses(run, set);
  const copies = findCopies(prepared.images);
  const { split, withheld } = withoutCopies(set.split, copies);
  const sized = { ...run, config: { ...config, imageSize: size } };
  const data = size === config.imageSize ? prepared : await prepareClasses(sized, set);
  return { ...set, ...data, ...dealRows(data.images, split), split, copies, withheldCopies: withheld };
}

/** A picture from outside the data; the class only where it lies in a folder of that name. */
export interface OutsidePicture {
  file: string;
  /** The name of its file. */
  caption: string;
  label: string | null;
}

/** The pictures of the setting `outside`, `DIR/*` or `DIR/<class>/*`, or those of the sample; none for other data. */
export async function outsidePictures(run: Run<Config>): Promise<OutsidePicture[]> {
  const { outside, data } = run.config;
  const top = outside ?? (data === null ? path.join((await folderOf(run)).folder, 'outside') : null);
  if (top === null) return [];
  const { folders } = await listFolder(top);
  const inside = [null, ...folders].map(async (label) => {
    const folder = label === null ? top : path.join(top, label);
    const { files } = await listFolder(folder);
    return files.map((name) => ({ file: path.join(folder, name), caption: path.parse(name).name, label }));
  });
  return (await Promise.all(inside)).flat();
}
