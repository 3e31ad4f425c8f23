import { ReportError } from '../core/errors';
import { type ColourTable, colourIndex, inferno } from './colour';
import type { HeatMap } from './heatMap';
import { resizeMap } from './resize';

export interface OverlayOptions {
  /** How much the colour of the map's largest value covers the picture, 0 to 1; default 0.6. */
  opacity?: number;
  /** Default `inferno`. */
  colours?: ColourTable;
}

/**
 * The picture under its heat map, as new RGB bytes. `map` has values from 0 to 1 (see `normalise`), covers the whole picture and is
 * scaled to it. The colour of value v covers the picture by `opacity · v`: where the map says nothing the picture shows as it is,
 * and a map that is zero everywhere changes nothing. Throws `BAD_INPUT` when sizes or values do not fit.
 */
export function overlay(
  pixels: Uint8Array,
  map: HeatMap,
  size: { width: number; height: number },
  { opacity = 0.6, colours = inferno }: OverlayOptions = {},
): Uint8Array {
  const { width, height } = size;
  check(pixels, map, size, opacity);
  const { values } = resizeMap(map, width, height);
  const result = Uint8Array.from(pixels);
  values.forEach((value, i) => {
    const from = 3 * colourIndex(value);
    for (let channel = 0; channel < 3; channel++) {
      const below = pixels[3 * i + channel]!; // lengths were checked
      result[3 * i + channel] = Math.round(below + (colours[from + channel]! - below) * opacity * value);
    }
  });
  return result;
}

/**
 * The map as a layer to be laid over its picture, one RGBA pixel per value: the colour of value v covers by v. Laid on at an opacity it gives what
 * `overlay` gives at that opacity. Throws `BAD_INPUT` for values beyond 0 to 1.
 */
export function overlayLayer(map: HeatMap, colours: ColourTable = inferno): Uint8Array {
  checkValues(map);
  const result = new Uint8Array(map.values.length * 4);
  map.values.forEach((value, i) => {
    const from = 3 * colourIndex(value);
    result.set(colours.subarray(from, from + 3), 4 * i);
    result[4 * i + 3] = Math.round(value * 255);
  });
  return result;
}

/** The map alone in colours, one RGB pixel per value; for a legend or a map beside its picture. Values from 0 to 1. */
export function colourMap(map: HeatMap, colours: ColourTable = inferno): Uint8Array {
  const result = new Uint8Array(map.values.length * 3);
  map.values.forEach((value, i) => {
    const from = 3 * colourIndex(value);
    result.set(colours.subarray(from, from + 3), 3 * i);
  });
  return result;
}

function check(
  pixels: Uint8Array,
  map: HeatMap,
  { width, height }: { width: number; height: number },
  opacity: number,
): void {
  if (pixels.length !== width * height * 3) {
    throw new ReportError(
      'BAD_INPUT',
      `${pixels.length} bytes are not an RGB picture of ${width}×${height}: give 3 bytes per pixel.`,
    );
  }
  if (!(opacity >= 0 && opacity <= 1)) {
    throw new ReportError('BAD_INPUT', `The opacity is ${opacity}, expected a number from 0 to 1.`);
  }
  checkValues(map);
}

function checkValues(map: HeatMap): void {
  const wrong = map.values.find((value) => !(value >= 0 && value <= 1));
  if (wrong === undefined) return;
  throw new ReportError(
    'BAD_INPUT',
    `The heat map has the value ${wrong}, expected values from 0 to 1: normalise it first.`,
  );
}
