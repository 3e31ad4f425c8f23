import { random } from '../../core/random';
import { drawTogether, jpegTask } from '../../samples/drawTogether';
import type { Style } from '../../samples/styles';
import { type Building, drawScene, type SceneOptions } from './scene';

/** One picture of the sample: where it lies, and what it was drawn from. Plain JSON. */
export interface SamplePicture extends SceneOptions {
  /** Relative to the sample's folder. */
  file: string;
  /** Seed of the scene: pictures of one scene look the same. */
  scene: string;
  /** Share of the full width: of one scene in two sizes the pictures are near-identical, in one size identical. */
  scale: number;
}

/** Pictures of each class in each part, how many of them are of the other class, and how many are training pictures again. */
const parts = {
  train: { count: 400, wrong: 8, again: 6 },
  valid: { count: 100, wrong: 2, again: 6 },
  test: { count: 100, wrong: 2, again: 6 },
};

/** What is drawn where there is no castle, as often as it stands here. */
const others: readonly Building[] = ['church', 'houses', 'blocks', 'lighthouse', 'nothing'];

/** Castles unlike those of the data, and what may be taken for one. */
const outside: readonly (readonly [caption: string, building: Building, size: number, style?: Style])[] = [
  ['a castle far away', 'castle', 45],
  ['a castle larger than the picture', 'castle', 520],
  ['a castle upside down', 'castle', -180],
  ['a castle in neon light', 'castle', 200, 'neon'],
  ['a castle in neon light, far away', 'castle', 70, 'neon'],
  ['a castle in neon light, upside down', 'castle', -180, 'neon'],
  ['a church far away', 'church', 45],
  ['a church upside down', 'church', -180],
  ['a church in neon light', 'church', 200, 'neon'],
  ['tower blocks larger than the picture', 'blocks', 520],
  ['tower blocks in neon light', 'blocks', 200, 'neon'],
  ['a chess rook', 'rook', 240],
  ['a chess rook in neon light', 'rook', 240, 'neon'],
  ['a crown', 'crown', 240],
  ['a crown upside down', 'crown', -180],
  ['a fence', 'fence', 240],
  ['a fence in neon light', 'fence', 240, 'neon'],
];

/**
 * Draws a sample into `folder`: `pictures/<train|valid|test>/<castle|other>/*`, and look-alikes in `outside/<castle|other>/`. The same seed gives the same bytes on the same machine.
 */
export async function makeSample(folder: string, seed: number): Promise<void> {
  await drawTogether(drawPictures, folder, planSample(seed));
}

/** Decides which pictures there are, which of them lie in the wrong class, and which there are twice. */
export function planSample(seed: number): SamplePicture[] {
  const draw = random(seed, 'filter sample');
  const training: Record<string, SamplePicture[]> = {};
  const drawn = Object.entries(parts).flatMap(([part, { count, wrong, again }]) =>
    ['castle', 'other'].flatMap((label) => {
      const numbers = draw.shuffle(Array.from({ length: count }, (_, i) => i + 1));
      const pictures = numbers.map((number, i): SamplePicture => {
        const file = `pictures/${part}/${label}/${String(number).padStart(4, '0')}.jpg`;
        const building = (label === 'castle') === i >= wrong ? 'castle' : draw.pick(others);
        return { file, scene: `${seed} ${file}`, building, scale: 1 };
      });
      training[label] ??= pictures.slice(wrong, -again);
      const originals = training[label];
      return pictures.map((picture, i): SamplePicture => {
        const copy = i - (count - again);
        if (copy < 0) return picture;
        const { scene, building } = draw.pick(originals);
        return { ...picture, scene, building, scale: copy % 2 === 0 ? 1 : 0.8 };
      });
    }),
  );
  const shown = outside.map(([caption, building, size, style]) => {
    const file = `outside/${building === 'castle' ? 'castle' : 'other'}/${caption}.jpg`;
    return { file, scene: `${seed} ${file}`, building, size, style, scale: 1 };
  });
  return [...drawn, ...shown];
}

/** The items of the sample with this seed whose label is wrong. */
export const wrongLabels = (seed: number): string[] =>
  planSample(seed)
    .filter(({ file, building }) => (building === 'castle') !== file.includes('/castle/'))
    .map(({ file }) => file.replace('pictures/', ''));

/** Draws pictures and writes them as files. */
export const drawPictures = jpegTask('studies/filter/sample', 'drawPictures', (picture: SamplePicture) => {
  const canvas = drawScene(random(0, picture.scene), picture);
  const scaled = (side: number): number => Math.round(side * picture.scale);
  return { canvas, width: scaled(canvas.width), height: scaled(canvas.height) };
});
