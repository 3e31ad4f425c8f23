import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ReportError } from '../../core/errors';
import { stableJson, writeAtomic } from '../../core/files';
import { dataName, type Run, stageFolder } from '../../core/run';
import { readManifest } from '../../core/stage';
import { labelledFiles } from '../../data/folders';
import { type ClassNetwork, openNetwork } from '../../explain/classNetwork';
import { openBackbone } from '../../networks/backbones';
import type { Learnt } from '../../report/learntModels';
import { askPictures } from '../../report/lookRows';
import type { FilterData } from './data';
import type { Config } from './settings';

/** A trained network that says X from a probability on, as later commands find it. Plain JSON. */
export interface Filter
  extends Pick<Learnt, 'title' | 'size' | 'key'>,
    Pick<FilterData, 'positive' | 'classes'> {
  /** The folder of its training among the models. */
  network: string;
  /** SHA-256 of the backbone on whose features it was trained; null for a network of pixels. */
  backbone: string | null;
  threshold: number;
}

const models = (run: Run, name: string): string => stageFolder(run.config, 'models', name);
const recordFile = (run: Run): string => models(run, `${dataName(run.config)}-filter.json`);

/** The filter that a trained network is from a threshold on. */
export async function filterOf(
  run: Run,
  learnt: Learnt,
  data: FilterData,
  threshold: number,
): Promise<Filter> {
  const { name, title, folder, key, size } = learnt;
  const backbone = name === 'transfer' ? (await openBackbone(run)).sha256 : null;
  const { positive, classes } = data;
  return { title, network: path.basename(folder), key, size, backbone, positive, classes, threshold };
}

/** Leaves the filter that a report has chosen to later commands. */
export const saveFilter = (run: Run, filter: Filter): Promise<void> =>
  writeAtomic(recordFile(run), `${stableJson(filter, 2)}\n`);

/** The filter that a report has chosen for the run's data. Throws `NO_MODEL`, also when its network was trained anew since. */
export function findFilter(run: Run): Filter {
  const file = recordFile(run);
  const found = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Filter) : null; // as written above
  if (found && readManifest(models(run, found.network))?.key === found.key) return found;
  const advice = 'run "npm run report -- filter" with the same data first';
  throw new ReportError('NO_MODEL', `There is no filter for this data in ${path.dirname(file)}: ${advice}.`);
}

/** Opens the network of a filter; the caller may dispose it. Throws `BAD_WEIGHTS` when it is damaged or its backbone is another one now. */
export async function openFilter(
  run: Run<Config>,
  { network, size, backbone }: Filter,
): Promise<ClassNetwork> {
  const found = backbone === null ? null : await openBackbone(run);
  if (found && found.sha256 !== backbone) {
    const fault = `The filter was trained on another backbone than ${found.name}`;
    throw new ReportError('BAD_WEIGHTS', `${fault}: run "npm run report -- filter" again.`);
  }
  return openNetwork({
    folder: models(run, network),
    size,
    background: run.config.background,
    backbone: found,
  });
}

/** What a filter says of the pictures of the setting `outside`, or of those drawn with the sample. */
export async function askOutside({ config }: Run<Config>, network: ClassNetwork, filter: Filter) {
  const sample = config.data === null ? stageFolder(config, 'sample', 'outside') : null;
  const folder = config.outside ?? sample;
  return askPictures(network, folder === null ? [] : await labelledFiles(folder), filter);
}
