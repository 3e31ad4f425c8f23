import { ReportError } from '../core/errors';
import { type HeatMap, normalise } from './heatMap';
import { resizeMap } from './resize';

/**
 * Maps of one picture at several layers as one: each divided by its largest value, up-sampled (bilinear) to the largest width and height among them,
 * and averaged, so that every layer has the same say whatever the unit of its activations. For maps of values ≥ 0 (`raises` or `lowers`
 * of raw ones); the result has values from 0 to 1, and 1 only where all agree. A map that is zero everywhere counts as zeros.
 * Throws `BAD_INPUT` for no maps and what `normalise` throws.
 */
export function combineMaps(maps: readonly HeatMap[]): HeatMap {
  if (maps.length === 0) {
    throw new ReportError('BAD_INPUT', 'There are no maps to combine: give those of one layer or more.');
  }
  const width = Math.max(...maps.map((map) => map.width));
  const height = Math.max(...maps.map((map) => map.height));
  const values = new Float32Array(width * height);
  for (const map of maps) {
    resizeMap(normalise(map), width, height).values.forEach((value, i) => {
      values[i]! += value / maps.length; // of the same size
    });
  }
  return { width, height, values: values.map((value) => Math.min(value, 1)) }; // shares of float32 may add up to a little more
}
