import type { HeatMap } from './heatMap';
import { resizeMap } from './resize';

const points = '#000004 #1b0c41 #4a0c6b #781c6d #a52c60 #cf4446 #ed6925 #fb9b06 #f7d13d #fcffa4'
  .split(' ')
  .map((hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)));

/** The 256 colours of heat maps, 3 bytes each: inferno (Smith and van der Walt, 2015, CC0; matplotlib), straight lines between ten of its colours. */
export const inferno = Uint8Array.from({ length: 768 }, (_, i) => {
  const position = (Math.floor(i / 3) / 255) * (points.length - 1);
  const from = Math.min(Math.floor(position), points.length - 2);
  const [a, b] = [points[from]![i % 3]!, points[from + 1]![i % 3]!]; // three channels each
  return Math.round(a + (b - a) * (position - from));
});

const colourAt = (value: number): number => 3 * Math.round(value * 255);

/** The picture under its heat map, as new RGB bytes: the colour of value v, from 0 to 1, covers it by `opacity · v`. */
export function overlay(
  pixels: Uint8Array,
  map: HeatMap,
  { width, height }: { width: number; height: number },
  opacity = 0.6,
): Uint8Array {
  const result = Uint8Array.from(pixels);
  resizeMap(map, width, height).values.forEach((value, i) => {
    for (let channel = 0; channel < 3; channel++) {
      const below = pixels[3 * i + channel]!; // a picture of this size
      const colour = inferno[colourAt(value) + channel]!;
      result[3 * i + channel] = Math.round(below + (colour - below) * opacity * value);
    }
  });
  return result;
}

/** A map of values from 0 to 1 as RGBA pixels to be laid over its picture: the colour of value v covers by v. */
export function overlayLayer(map: HeatMap): Uint8Array {
  const result = new Uint8Array(map.values.length * 4);
  map.values.forEach((value, i) => {
    result.set(inferno.subarray(colourAt(value), colourAt(value) + 3), 4 * i);
    result[4 * i + 3] = Math.round(value * 255);
  });
  return result;
}

/** A map of values from 0 to 1 alone in colours, one RGB pixel per value. */
export function colourMap(map: HeatMap): Uint8Array {
  const result = new Uint8Array(map.values.length * 3);
  map.values.forEach((value, i) => {
    result.set(inferno.subarray(colourAt(value), colourAt(value) + 3), 3 * i);
  });
  return result;
}
