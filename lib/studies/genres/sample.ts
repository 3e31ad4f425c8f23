import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { random } from '../../core/random';
import { drawTogether, jpegTask } from '../../samples/drawTogether';
import { type CoverOptions, drawCover, type Genre, genres, regionNames } from './cover';

/** One cover of the sample: where it lies, what it shows, and what the table says of it. Plain JSON. */
export interface SampleCover extends CoverOptions {
  /** Relative to the sample's folder. */
  file: string;
  title: string;
  /** The genres that the table has for it. */
  labels: readonly Genre[];
}

/** Titles of each genre, their number in all, and of the covers beyond one for each title how many are other regions, copies under the same genre, and copies under another. */
const titles: Record<Genre, number> = { fighting: 160, indie: 220, platform: 120, puzzle: 70, sport: 130 };
const more = { regions: 220, copies: 50, conflicts: 30 };

/** One in so many titles has a second genre, and one in so many is filed under a genre that it does not show. */
const [SECOND, WRONG] = [9, 25];

/** Draws a sample into `folder`: 1,000 covers of 700 titles in `covers/`, and `labels.csv`. The same seed gives the same bytes on the same machine. */
export async function makeSample(folder: string, seed: number): Promise<void> {
  const covers = planSample(seed);
  await drawTogether(drawCovers, folder, covers);
  const rows = covers.map(({ file, labels, title, region }) =>
    [file, labels.join('; '), title, region].join(','),
  );
  await writeFile(path.join(folder, 'labels.csv'), `file,class,title,region\n${rows.join('\n')}\n`);
}

/** Decides which titles and covers there are, and what the table says of them. */
export function planSample(seed: number): SampleCover[] {
  const draw = random(seed, 'cover sample');
  const other = (genre: Genre): Genre => draw.pick(genres.filter((one) => one !== genre));
  const names = Object.entries(titles) as [Genre, number][]; // a record of genres
  const first = draw.shuffle(names.flatMap(([genre, count]) => new Array<Genre>(count).fill(genre)));
  const originals = first.map((genre, i) => {
    const title = `Title ${String(i + 1).padStart(3, '0')}`;
    const shown = i % SECOND === 0 ? [genre, other(genre)] : [genre];
    const labels = i % WRONG === 1 ? [other(genre)] : shown;
    return { scene: `${seed} ${title}`, title, genres: shown, labels, region: draw.pick(regionNames) };
  });
  const some = (count: number) => draw.shuffle(originals).slice(0, count);
  const regional = some(more.regions).map((cover) => ({
    ...cover,
    region: draw.pick(regionNames.filter((region) => region !== cover.region)),
  }));
  const copies = some(more.copies);
  const conflicts = some(more.conflicts).map((cover) => ({ ...cover, labels: [other(cover.labels[0]!)] })); // at least one each
  const covers = [...originals, ...regional, ...copies, ...conflicts];
  return draw
    .shuffle(covers)
    .map((cover, i) => ({ ...cover, file: `covers/${String(i + 1).padStart(4, '0')}.jpg` }));
}

/** Draws covers and writes them as files. */
export const drawCovers = jpegTask('studies/genres/sample', 'drawCovers', (cover: SampleCover) => {
  const canvas = drawCover(cover);
  return { canvas, width: canvas.width, height: canvas.height };
});
