import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from '../core/command';
import type { DataSet, Dropped } from '../core/concepts';
import { ReportError } from '../core/errors';
import { gibibytes, memoryLimit } from '../core/memory';
import { readResults } from '../core/results';
import type { Run } from '../core/run';
import type { Config } from '../core/settings';
import { countDropped } from '../data/dropped';
import { type Examined, examinePictures } from '../images/examine';
import { rowBytes } from '../images/pictureTask';
import { shapeCounts } from '../images/shapes';
import { formatBytes, formatCount, formatPercent, formatRate, formatSeconds } from '../report/format';
import type { FoundStudy } from './studies';

/** A data set with what its pictures are. */
export interface Checked {
  set: DataSet;
  /** By their names. */
  pictures: ReadonlyMap<string, Examined>;
  /** That reading them took. */
  seconds: number;
}

/** What a report will find in a data set and leave out of it, in lines. */
export function checkLines(
  { set, pictures, seconds }: Checked,
  { imageSize }: Pick<Config, 'imageSize'>,
): string[] {
  const all = [...pictures];
  const bad = all.flatMap(([name, { reason }]): Dropped[] => (reason === null ? [] : [{ name, reason }]));
  const good = all.flatMap(([, found]) => (found.reason === null ? [found] : []));
  const bytes = all.reduce((sum, [, found]) => sum + found.bytes, 0);
  const small = good.filter(({ width, height }) => Math.max(width, height) < imageSize).length;
  const shapes = shapeCounts(
    good.map(({ width }) => width),
    good.map(({ height }) => height),
  );
  const sizes = shapes
    .slice(0, 3)
    .map(({ shape, images }) => `${shape} (${formatPercent(images / good.length)})`);
  const dropped = countDropped([...set.dropped, ...bad]);
  return [
    `${formatCount(set.items.length)} items, ${formatCount(all.length)} pictures (${formatBytes(bytes)}), ${formatCount(good.length)} of them usable`,
    ...(good.length > 0
      ? [
          `Sizes: ${sizes.join(', ')}; ${formatCount(small)} smaller than the ${imageSize} px that the network sees`,
          sameFiles(set, pictures),
        ]
      : []),
    `Read in ${formatSeconds(seconds)}${all.length > 0 ? ` (${formatRate(all.length / seconds)})` : ''}`,
    ...(set.notes ?? []),
    '',
    dropped.length === 0 ? 'Nothing is left out.' : 'Left out:',
    ...dropped.map(
      ({ reason, count, examples }) => `${formatCount(count).padStart(9)}  ${reason}: ${examples}`,
    ),
  ];
}

/** How many files are there more than once, and whether under different labels. */
function sameFiles({ items }: DataSet, pictures: Checked['pictures']): string {
  const labels = new Map<string, unknown[]>();
  for (const { label, files } of items) {
    for (const file of files) {
      const { sha256 = '' } = pictures.get(file) ?? {};
      const own = labels.get(sha256) ?? [];
      own.push(label);
      if (sha256 !== '') labels.set(sha256, own);
    }
  }
  const groups = [...labels.values()].filter(({ length }) => length > 1);
  const copies = groups.reduce((sum, { length }) => sum + length - 1, 0);
  const torn = groups.filter((group) => new Set(group).size > 1).length;
  return `Byte-identical copies: ${formatCount(copies)}, of ${formatCount(groups.length)} pictures; ${formatCount(torn)} of these have more than one label`;
}

/** Bytes of memory that a report took at most, with up to 128,000 pictures: test/bench/scale.json. */
const MEMORY = 1.6 * 2 ** 30;

/** What a report will cost, in lines that say where each figure comes from. `free` is what the disk has left, `beside` what a picture takes there beside the prepared one, both in bytes. */
export function costLines(
  { pictures, seconds }: Checked,
  { notebooks }: Pick<FoundStudy, 'notebooks'>,
  { config, free, beside }: { config: Config; free: number; beside: number | undefined },
): string[] {
  const results = readResults(config.reports);
  const last = Number(results['images.read'] ?? 0);
  const took = notebooks.reduce((sum, { name }) => sum + Number(results[`seconds.${name}`] ?? Number.NaN), 0);
  const whole =
    last > 0 && took > 0 // not a part of the pages only
      ? `${formatSeconds(took * Math.max(1, pictures.size / last))} at most for all pages, as the last report here took ${formatSeconds(took)} for ${formatCount(last)} pictures`
      : 'for the rest no report here tells yet: make one of generated pictures';
  const disk = pictures.size * (rowBytes(config.imageSize) + (beside ?? 0));
  const enough = (need: number, there: number): string => (need > there ? ': NOT ENOUGH' : '');
  return [
    `Time: ${formatSeconds(seconds)} for preparing the pictures, as reading them took; ${whole}`,
    `Disk: ${beside === undefined ? 'at least' : 'about'} ${formatBytes(disk)} in ${config.work}, by the number of pictures; ${formatBytes(free)} are free${enough(disk, free)}`,
    `Memory: up to ${gibibytes(MEMORY)} whatever the number of pictures, as measured with 128,000; ${gibibytes(memoryLimit())} are there${enough(MEMORY, memoryLimit())}`,
  ];
}

/** Reads the data set of a run as a report would, and leaves nothing behind. Throws what the study's `data` throws, `INTERRUPTED`. */
export async function checkData(study: Pick<FoundStudy, 'data' | 'name'>, run: Run): Promise<Checked> {
  if (!study.data) throw new ReportError('BAD_INPUT', `The study ${study.name} cannot check its data.`);
  const set = await study.data(run);
  const files = [...new Set(set.items.flatMap((item) => item.files))];
  const start = performance.now();
  const found = await examinePictures(run, set.folder, files);
  const pictures = new Map(files.map((file, i) => [file, found[i]!])); // one for each
  return { set, pictures, seconds: (performance.now() - start) / 1000 };
}

/** `npm run check`: what a report of a data set will leave out, and what it will cost. */
export const checkCommand = (study: FoundStudy): Command => ({
  about:
    'Reads a data set as a report would and leaves nothing behind: what will be left out, and what the report will cost.',
  settings: Object.keys(study.settings),
  options: {},
  run: async (run) => {
    const { config } = run;
    if (config.data === null)
      throw new ReportError('BAD_SETTING', 'Name the folder of the data with --data.');
    const checked = await checkData(study, run);
    let folder = config.work;
    while (!existsSync(folder)) folder = path.dirname(folder);
    const { bavail, bsize } = await statfs(folder);
    const beside = await study.bytesPerPicture?.(run);
    const cost = costLines(checked, study, { config, free: bavail * bsize, beside });
    console.log(`\n${checked.set.folder}, for ${study.name}`);
    for (const line of [...checkLines(checked, config), '', ...cost]) console.log(line && `  ${line}`);
  },
});
