import type { Box } from '../images/letterbox';
import type { HeatMap } from './heatMap';

/** A part of a map in shares of its sides: `{ left: 0, top: 0, width: 1, height: 1 }` is all of it. */
export type Region = Box;

/** The region that a box of pixels takes in a square of `size` pixels: where a letterboxed picture lies. */
export const regionOf = ({ left, top, width, height }: Box, size: number): Region => ({
  left: left / size,
  top: top / size,
  width: width / size,
  height: height / size,
});

const WHOLE: Region = { left: 0, top: 0, width: 1, height: 1 };

/** The map, or a region of it, at `width × height`: bilinear, its edge values carried on outwards (`cv2.resize` with `INTER_LINEAR`). */
export function resizeMap(map: HeatMap, width: number, height: number, region: Region = WHOLE): HeatMap {
  const columns = neighbours(map.width, width, region.left, region.width);
  const rows = neighbours(map.height, height, region.top, region.height);
  const wide = new Float64Array(map.height * width); // the map's rows at their new width
  for (let y = 0; y < map.height; y++) {
    for (let x = 0; x < width; x++) {
      const left = map.values[y * map.width + columns.first[x]!]!; // indices in range by construction, here and below
      const right = map.values[y * map.width + columns.second[x]!]!;
      wide[y * width + x] = left * (1 - columns.share[x]!) + right * columns.share[x]!;
    }
  }
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const above = rows.first[y]! * width;
    const below = rows.second[y]! * width;
    const down = rows.share[y]!;
    for (let x = 0; x < width; x++) {
      values[y * width + x] = wide[above + x]! * (1 - down) + wide[below + x]! * down;
    }
  }
  return { width, height, values };
}

/** For each of `count` points along a side of `length` places: the two places beside it, and how near it is to the second. */
function neighbours(length: number, count: number, start: number, share: number) {
  const positions = Array.from({ length: count }, (_, i) => {
    const centre = (start + ((i + 0.5) / count) * share) * length - 0.5;
    return Math.min(Math.max(centre, 0), length - 1);
  });
  return {
    first: positions.map(Math.floor),
    second: positions.map((position) => Math.min(Math.floor(position) + 1, length - 1)),
    share: positions.map((position) => position - Math.floor(position)),
  };
}
