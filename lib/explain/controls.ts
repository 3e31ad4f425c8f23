import { random } from '../core/random';
import type { Box } from '../images/letterbox';
import type { HeatMap } from './heatMap';

// Maps that know nothing of the model. Whoever explains it has to do better than these.

/** A picture as the network sees it: `[size, size, 3]` bytes, and where it lies in that square; the rest is padding. */
export interface PlacedPicture {
  pixels: Uint8Array;
  size: number;
  box: Box;
}

/** The places of a box in the rows of a square of `size`, row by row. */
export const boxPlaces = (size: number, { left, top, width, height }: Box): number[] =>
  Array.from({ length: width * height }, (_, i) => (top + Math.floor(i / width)) * size + left + (i % width));

/** Uniform noise in [0, 1); the same seed and labels give the same map. */
export function randomMap(
  width: number,
  height: number,
  seed: number,
  ...labels: (string | number)[]
): HeatMap {
  const { next } = random(seed, 'random map', ...labels);
  return { width, height, values: Float32Array.from({ length: width * height }, next) };
}

/** A Gaussian around the middle of the picture, 1 there; its deviation is a quarter of the picture's width and height. 0 in the padding. */
export function centreMap({ size, box }: Pick<PlacedPicture, 'size' | 'box'>): HeatMap {
  return insideBox(size, box, (x, y) => {
    const across = ((x + 0.5) / box.width - 0.5) / 0.25;
    const down = ((y + 0.5) / box.height - 0.5) / 0.25;
    return Math.exp(-(across ** 2 + down ** 2) / 2);
  });
}

/** Sobel's gradient magnitude of brightness, in grey levels; the border is carried on outwards, so that padding makes no edge. 0 in the padding. */
export function edgeMap({ pixels, size, box }: PlacedPicture): HeatMap {
  const brightness = (x: number, y: number): number => {
    const column = box.left + Math.min(Math.max(x, 0), box.width - 1);
    const at = 3 * ((box.top + Math.min(Math.max(y, 0), box.height - 1)) * size + column);
    return (pixels[at]! + pixels[at + 1]! + pixels[at + 2]!) / 3; // a box lies in its square
  };
  return insideBox(size, box, (x, y) => {
    let [across, down] = [0, 0];
    for (const step of [-1, 0, 1]) {
      const weight = step === 0 ? 2 : 1;
      across += weight * (brightness(x + 1, y + step) - brightness(x - 1, y + step));
      down += weight * (brightness(x + step, y + 1) - brightness(x + step, y - 1));
    }
    return Math.hypot(across, down);
  });
}

/** A map of the square with `value` at each pixel of the box, counted from the box's corner, and 0 elsewhere. */
function insideBox(size: number, box: Box, value: (x: number, y: number) => number): HeatMap {
  const values = new Float32Array(size * size);
  boxPlaces(size, box).forEach((at, i) => {
    values[at] = value(i % box.width, Math.floor(i / box.width));
  });
  return { width: size, height: size, values };
}

/** The means of a map over `width × height` places: what is removed by it then comes in patches as large as those of a method. */
export function coarsened(map: HeatMap, width: number, height: number): HeatMap {
  const sums = new Float64Array(width * height);
  const counts = new Float64Array(width * height);
  map.values.forEach((value, i) => {
    const column = Math.floor(((i % map.width) * width) / map.width);
    const row = Math.floor((Math.floor(i / map.width) * height) / map.height);
    sums[row * width + column]! += value; // inside, as a place is left of its end
    counts[row * width + column]! += 1;
  });
  return { width, height, values: Float32Array.from(sums, (sum, i) => sum / Math.max(1, counts[i]!)) }; // as many
}

/** The controls that are as coarse as a map of this size, by name. */
export const controlNames = ({ width, height }: Pick<HeatMap, 'width' | 'height'>) => ({
  random: `a random map of ${width} × ${height}`,
  centre: `the centre in ${width} × ${height}`,
  edges: `the edge map in ${width} × ${height}`,
});

/** Every control for a picture: noise (another for each label), centre and edges in each of the sizes of some maps. */
export function controlMaps(
  picture: PlacedPicture,
  sizes: readonly Pick<HeatMap, 'width' | 'height'>[],
  seed: number,
  label: string,
): Record<string, HeatMap> {
  const [edges, centre] = [edgeMap(picture), centreMap(picture)];
  return Object.fromEntries(
    sizes.flatMap((size) => {
      const { width, height } = size;
      const names = controlNames(size);
      return [
        [names.random, randomMap(width, height, seed, label)],
        [names.centre, coarsened(centre, width, height)],
        [names.edges, coarsened(edges, width, height)],
      ];
    }),
  );
}
