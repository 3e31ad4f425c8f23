import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomic } from '../../core/files';
import { mapBounded } from '../../core/pool';
import { random } from '../../core/random';
import { type DrawingOrder, drawTogether } from '../../samples/drawTogether';
import { encodeJpeg } from '../../samples/picture';
import type { WorkerTask } from '../../storage/workers';
import { drawScene } from './scene';

/** One picture of the sample: where it lies, and what it was drawn from. Plain JSON. */
export interface SamplePicture {
  /** Relative to the sample's folder. */
  file: string;
  /** Number of the scene: pictures of the same scene look the same. */
  scene: number;
  /** What it truly shows, whatever the folder says: a few labels are wrong. */
  castle: boolean;
  /** Share of its full width: a copy in another size is near-identical. */
  scale: number;
}

const sizes = { train: 400, valid: 100, test: 100 }; // pictures of each class
const wrongLabels = { train: 8, valid: 2, test: 2 }; // of each class: 2 %

/** Draws a sample into `folder`: `pictures/<train|valid|test>/<castle|other>/*`, and `truth.json` with what each shows. The same seed gives the same bytes. */
export async function makeSample(folder: string, seed: number): Promise<void> {
  const pictures = planSample(seed);
  for (const place of new Set(pictures.map(({ file }) => path.dirname(file)))) {
    await mkdir(path.join(folder, place), { recursive: true });
  }
  const jobs = pictures.map((picture) => ({ ...picture, seed }));
  await drawTogether(drawPictures, folder, jobs);
  await writeAtomic(path.join(folder, 'truth.json'), JSON.stringify(pictures));
}

/** Decides which pictures there are, which of them are in the wrong class and which are there twice. */
export function planSample(seed: number): SamplePicture[] {
  const draw = random(seed, 'filter sample');
  let scene = 0;
  return Object.entries(sizes).flatMap(([part, count]) =>
    ['castle', 'other'].flatMap((label) => {
      const wrong = wrongLabels[part as keyof typeof sizes]; // a key of `sizes`
      const kinds = draw.shuffle(Array.from({ length: count }, (_, i) => (label === 'castle') !== i < wrong));
      return kinds.map((castle, i) => ({
        file: `pictures/${part}/${label}/${String(i + 1).padStart(4, '0')}.jpg`,
        scene: scene++,
        castle,
        scale: 1,
      }));
    }),
  );
}

/** Draws pictures and writes them as files. */
export const drawPictures: WorkerTask<DrawingOrder<SamplePicture & { seed: number }>, string[]> = {
  module: 'studies/filter/sample',
  name: 'drawPictures',
  run: ({ folder, jobs }) =>
    mapBounded(jobs, 4, async ({ file, scene, castle, scale, seed }) => {
      const canvas = drawScene(random(seed, 'filter scene', scene), castle);
      const [width, height] = [Math.round(canvas.width * scale), Math.round(canvas.height * scale)];
      await writeFile(path.join(folder, file), await encodeJpeg(canvas, width, height, 'smooth'));
      return file;
    }),
};
