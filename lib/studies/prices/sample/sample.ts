import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ReportError } from '../../../core/errors';
import { writeAtomic } from '../../../core/files';
import { throwIfAborted } from '../../../core/pool';
import { random } from '../../../core/random';
import { byId } from '../../../data/split';
import { drawTogether } from '../../../samples/drawTogether';
import type { AppId } from '../units';
import { isReadable, makeDefect, type PictureDefect, pictureDefects } from './defects';
import { drawPictures } from './pictures';
import { drawScene, encodeScene } from './scene';
import { rowCells, type SampleGame, sampleGames, tableText } from './table';

/** How the sample is made. */
export interface SampleOptions {
  /** Healthy games; those with flaws come on top. At least 10. */
  games: number;
  seed: number;
  /** Of the pictures, in pixels; 300, or 400 in squares, unless given. */
  width?: number;
  /** Called after every few pictures. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** What tests must know of the sample. */
export type SampleSummary = Awaited<ReturnType<typeof makeSample>>;

const absurd = [317_708, 50_000_000]; // cents
const spares = 14; // games that only lend their row or pictures to a flaw: 7 rows, 2 prices, 3 without pictures, 2 without a row

/** Writes a generated data set with the flaws of real ones into `folder`, the same for the same options. Throws `BAD_SETTING`, `INTERRUPTED`. */
export async function makeSample(folder: string, options: SampleOptions) {
  const { games: count, seed, width, signal } = options;
  if (!Number.isInteger(count) || count < 10) {
    throw new ReportError(
      'BAD_SETTING',
      `A sample of ${count} games was asked for: it takes a whole number from 10.`,
    );
  }
  const plan = planSample(count, seed);
  const jobs = plan.drawn.flatMap(({ folder: name, game: { appid, quality }, images }) =>
    Array.from({ length: images }, (_, picture) => ({ seed, appid, picture, quality, name, width })),
  );
  const total = jobs.length + pictureDefects.length;
  const step = (done: number): void => {
    options.onProgress?.(done, total);
    throwIfAborted(signal);
  };
  for (const { folder: name } of plan.drawn) {
    await mkdir(path.join(folder, 'screenshots', name), { recursive: true });
  }
  const written = await drawTogether(drawPictures, folder, jobs, step);
  const defectivePictures: { file: string; appid: AppId; defect: PictureDefect; readable: boolean }[] = [];
  for (const { game, defect } of plan.defects) {
    const { appid, quality, pictures: picture } = game;
    const jpeg = await encodeScene(drawScene({ seed, appid, picture, quality }), width);
    const { bytes, extension } = await makeDefect(defect, jpeg);
    const file = `screenshots/${appid}/${picture}.${extension}`;
    await writeFile(path.join(folder, file), bytes);
    defectivePictures.push({ file, appid, defect, readable: isReadable(defect) });
    step(jobs.length + defectivePictures.length);
  }
  const lines = written.map((line) => `${JSON.stringify(line)}\n`);
  await writeAtomic(path.join(folder, 'labels.jsonl'), lines.join(''));
  await writeAtomic(path.join(folder, 'games.csv'), tableText(plan.rows));
  return {
    ...plan.summary,
    /** Pictures as they should be, of healthy games and of those with an absurd price. */
    pictures: written.filter(({ appid }) => plan.kept.has(appid)).length,
    defectivePictures,
  };
}

/** Decides which games have which flaws. */
function planSample(count: number, seed: number) {
  const source = random(seed, 'sample flaws');
  const all = sampleGames(count + spares, seed);
  const healthy = all.slice(0, count);
  const spare = all.slice(count);
  const malformed = spare
    .slice(0, 4)
    .map(({ appid }, i) => appid.replace(/\B(?=(\d{3})+$)/g, i % 2 === 0 ? ',' : '.'));
  const [unpriced, unpricedToo, negative] = spare.slice(4, 7) as [SampleGame, SampleGame, SampleGame];
  const flawed = [
    ...malformed.map((appid, i) => rowCells(spare[i]!, { appid })), // one each
    rowCells(unpriced, { price: '' }),
    rowCells(unpricedToo, { price: '' }),
    rowCells(negative, { price: '-100' }),
  ];
  const twice = source.shuffle(healthy).slice(0, 3);
  const second = twice.map((game) =>
    rowCells(game, { price: String(game.price + 100 * source.integer(1, 9)) }),
  );
  const dear = spare.slice(7, 9);
  const bare = spare.slice(9, 12);
  const strays = spare.slice(12);
  const rows = [
    ...healthy.map((game) => rowCells(game)),
    ...dear.map((game, i) => rowCells(game, { price: String(absurd[i]) })),
    ...bare.map((game) => rowCells(game)),
  ];
  // Flawed rows come somewhere among the proper ones; second rows of a game after its first.
  const mixed = [...source.shuffle([...rows, ...flawed]), ...second];
  const whole = (game: SampleGame) => ({ folder: game.appid as string, game, images: game.pictures });
  const malformedFolder = { folder: malformed[0]!, game: spare[0]!, images: 2 }; // of four
  const orphans = [...spare.slice(4, 7), ...strays].map((game) => ({
    folder: game.appid as string,
    game,
    images: 3,
  }));
  return {
    rows: mixed,
    drawn: [...healthy, ...dear].map(whole).concat(malformedFolder, orphans),
    kept: new Set<string>([...healthy, ...dear].map(({ appid }) => appid)), // rows as they should be
    defects: source
      .shuffle(healthy)
      .slice(0, pictureDefects.length)
      .map((game, i) => ({ game, defect: pictureDefects[i]! })), // as many games as defects, by the slice
    summary: {
      absurdPrices: dear.map(({ appid }, i) => ({ appid, price: absurd[i]! })), // two of each
      /** Games of the table without pictures. */
      withoutPictures: bare.map(({ appid }) => appid).sort(byId),
    },
  };
}
