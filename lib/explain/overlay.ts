import type { HeatMap } from './heatMap';
import { resizeMap } from './resize';

const points = '#000004 #1b0c41 #4a0c6b #781c6d #a52c60 #cf4446 #ed6925 #fb9b06 #f7d13d #fcffa4'
  .split(' ')
  .map((hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)));

/**
 * The colours of heat maps from lowest to highest value, 256 of 3 bytes: inferno (Nathaniel J. Smith and Stéfan van der Walt, 2015, CC0;
 * matplotlib), straight lines between ten of its colours. Its lightness rises evenly, so that it can be read in grey and by colour-blind readers.
 */
export const inferno = Uint8Array.from({ length: 768 }, (_, i) => {
  const position = (Math.floor(i / 3) / 255) * (points.length - 1);
  const from = Math.min(Math.floor(position), points.length - 2);
  const [a, b] = [points[from]![i % 3]!, points[from + 1]![i % 3]!]; // three channels each
  return Math.round(a + (b - a) * (position - from));
});

/** Where the colour of a value from 0 to 1 begins in the table. */
const colourAt = (value: number): number => 3 * Math.round(value * 255);

/**
 * The picture under its heat map, as new RGB bytes. `map` has values from 0 to 1 (see `normalise`), covers the whole picture and is scaled to it.
 * The colour of value v covers the picture by `opacity · v`: where the map says nothing the picture shows as it is.
 */
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

/**
 * A map of values from 0 to 1 as a layer to be laid over its picture, one RGBA pixel per value: the colour of value v covers by v. Laid on at an
 * opacity it gives what `overlay` gives at that opacity.
 */
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
