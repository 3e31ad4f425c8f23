import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { codeOf, readNotebook } from '../../lib/cli/cells';
import { notebookFile } from '../../lib/cli/pageStage';
import { loadStudy } from '../../lib/cli/studies';
import { random } from '../../lib/core/random';
import { makeCanvas } from '../../lib/samples/canvas';
import { encodeJpeg } from '../../lib/samples/picture';
import { writeIdxPart } from '../data/idxFiles';

export const root = path.resolve(__dirname, '..', '..');

/** What makes a study's run a matter of seconds, beside few epochs: settings, or a data set in `folder`. A study that is not here runs on its own sample. */
const short: Record<string, (folder: string) => Promise<Record<string, string>>> = {
  prices: async () => ({ REPORT_SAMPLE_GAMES: '16' }),
  filter: async (folder) => {
    for (const [part, count] of Object.entries({ train: 16, valid: 8, test: 8 })) {
      await drawNoise(path.join(folder, part, 'dark'), count, 20);
      await drawNoise(path.join(folder, part, 'light'), count, 30);
    }
    return { REPORT_DATA: folder, REPORT_TRANSFER_SIZE: '32' };
  },
  genres: async (folder) => {
    for (const [i, genre] of ['platform', 'puzzle', 'sport'].entries()) {
      await drawNoise(path.join(folder, genre), 24, 20 + 10 * i);
    }
    return { REPORT_DATA: folder, REPORT_IMAGE_SIZE: '32' };
  },
  digits: async (folder) => {
    writeIdxPart(folder, 'train', 60, 28);
    writeIdxPart(folder, 't10k', 1200, 28); // what is said of so many fills a disk
    return { REPORT_DATA: folder };
  },
  ages: async (folder) => {
    const faces = await drawNoise(path.join(folder, 'Train'), 36, 20);
    const asked = await drawNoise(path.join(folder, 'Test'), 6, 20);
    const ages = ['YOUNG', 'MIDDLE', 'OLD'];
    writeFileSync(
      path.join(folder, 'train.csv'),
      ['ID,Class', ...faces.map((file, i) => `${file},${ages[i % 3]}`)].join('\n'),
    );
    writeFileSync(path.join(folder, 'test.csv'), ['ID', ...asked].join('\n'));
    return { REPORT_DATA: folder, REPORT_TRANSFER_SIZE: '32', REPORT_FOLDS: '2' };
  },
};

/** Draws pictures of noise into a folder, from `shade` on, and gives their names. */
async function drawNoise(folder: string, count: number, shade: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const draw = random(1, folder.split(path.sep).slice(-2).join('/'));
  const names = Array.from({ length: count }, (_, i) => `${i}.jpg`);
  for (const name of names) {
    const canvas = makeCanvas(96, 96);
    const base = shade + draw.integer(0, 100);
    for (let at = 0; at < canvas.pixels.length; at++) canvas.pixels[at] = base + draw.integer(0, 100);
    writeFileSync(path.join(folder, name), await encodeJpeg(canvas, 96, 96, 'smooth'));
  }
  return names;
}

/** The modules that a study's notebooks are, below `folder`, from which they reach lib/ and the packages. */
export async function modulesOf(study: string, folder: string): Promise<string[]> {
  const place = path.join(folder, 'notebooks', study);
  mkdirSync(place, { recursive: true });
  for (const name of ['lib', 'node_modules']) symlinkSync(path.join(root, name), path.join(folder, name));
  return (await loadStudy(study)).notebooks.map(({ name }) => {
    const file = path.join(place, `${name}.mts`);
    const code = codeOf(readNotebook(notebookFile(study, name)));
    writeFileSync(
      file,
      code.replace(/^\/\/ %% cell (\d+)$/gm, 'Object.assign(globalThis, { cellNow: $1 });'),
    );
    return file;
  });
}

/** The settings of a run of a study that is over in seconds, with pictures drawn into `folder` where it needs any. */
export const tinySettings = async (study: string, folder: string): Promise<Record<string, string>> => ({
  REPORT_EPOCHS: '2',
  REPORT_WEIGHTS: path.join(root, 'lib', 'networks', 'base', 'mobilenet_v2_0.35_96_generated.h5'),
  ...(await short[study]?.(folder)),
});
