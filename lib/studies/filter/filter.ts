import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ReportError } from '../../core/errors';
import { stableJson, writeAtomic } from '../../core/files';
import { dataName, type Run, stageFolder } from '../../core/run';
import { readManifest } from '../../core/stage';
import { listFolder } from '../../data/folders';
import { type ClassNetwork, openNetwork } from '../../explain/classNetwork';
import { efficientnetLite0 } from '../../networks/efficientnetWeights';
import { formatPercent } from '../../report/format';
import { encodeSquare, type Picture } from '../../report/gallery';
import type { Learnt } from '../../report/learntModels';
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
  const backbone = name === 'transfer' ? (await efficientnetLite0(run)).sha256 : null;
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
  const found = backbone === null ? null : await efficientnetLite0(run);
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

/** Pictures of the setting `outside`, or drawn with the sample: `DIR/*`, or `DIR/<class>/*` where it is known what they show. */
async function outsidePictures({ config }: Run<Config>): Promise<{ file: string; label: string | null }[]> {
  const sample = config.data === null ? stageFolder(config, 'sample', 'outside') : null;
  const top = config.outside ?? sample;
  if (top === null) return [];
  const { folders } = await listFolder(top);
  const inside = [null, ...folders].map(async (label) => {
    const { files } = await listFolder(path.join(top, label ?? ''));
    return files.map((name) => ({ file: path.join(top, label ?? '', name), label }));
  });
  return (await Promise.all(inside)).flat();
}

/** What a filter says of the pictures from outside, for a gallery; of how many it is known what they show, which are told wrongly, and what cannot be read. */
export async function askOutside(
  run: Run<Config>,
  network: ClassNetwork,
  { positive, classes, size, threshold }: Filter,
) {
  const asked = await outsidePictures(run);
  const answers = await network.ask(asked.map(({ file }) => file));
  const [pictures, wrong, unread]: [Picture[], string[], string[]] = [[], [], []];
  let known = 0;
  for (const [i, { file, label }] of asked.entries()) {
    const caption = path.parse(file).name;
    const answer = answers[i]!; // one for each
    if ('reason' in answer) unread.push(`${caption} (${answer.reason})`);
    else {
      if (label !== null) known++;
      const probability = answer.probabilities[classes.indexOf(positive)]!; // one of the classes
      const right = label === null || probability >= threshold === (label === positive);
      if (!right) wrong.push(caption);
      const words = `${caption}: ${formatPercent(probability)}${right ? '' : ', **wrong**'}`;
      pictures.push({ src: await encodeSquare(answer.picture.pixels, size), alt: caption, caption: words });
    }
  }
  return { pictures, known, wrong, unread };
}
