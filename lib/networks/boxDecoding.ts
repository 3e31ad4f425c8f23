import type { Shape } from '../core/concepts';
import type { Box } from '../images/letterbox';

/** A row of a table of four columns. */
export type Four = readonly [number, number, number, number];

/** The box that four numbers of an SSD network say relative to its anchor: the centre's offset in tenths and the logarithm of the size in fifths of the anchor's (Liu et al., 2016). */
export function ssdBox([y, x, tall, wide]: Four, anchor: Box): Box {
  const height = anchor.height * Math.exp(tall / 5);
  const width = anchor.width * Math.exp(wide / 5);
  return {
    left: anchor.left + anchor.width * (0.5 + x / 10) - width / 2,
    top: anchor.top + anchor.height * (0.5 + y / 10) - height / 2,
    ...{ width, height },
  };
}

/** A cell of a heat map. */
export interface Peak {
  x: number;
  y: number;
  channel: number;
  score: number;
}

/** The highest cells of a heat map, `[height, width, channels]`, above `least` that none of their eight neighbours in the same channel exceeds: where CenterNet sees an object's centre (Zhou et al., 2019). */
export function peaks(map: Float32Array, [height, width, channels]: Shape, most: number, least = 0): Peak[] {
  const at = (y: number, x: number, channel: number): number => map[(y * width + x) * channels + channel]!;
  const found: Peak[] = [];
  map.forEach((score, i) => {
    if (!(score > least)) return;
    const [channel, cell] = [i % channels, Math.floor(i / channels)];
    const [x, y] = [cell % width, Math.floor(cell / width)];
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        if (at(v, u, channel) > score) return;
      }
    }
    found.push({ x, y, channel, score });
  });
  return found.sort((a, b) => b.score - a.score).slice(0, most);
}

/** The box around a point with the distances to its four sides. */
export const boxAround = ([x, y]: readonly [number, number], [left, top, right, bottom]: Four): Box => ({
  left: x - left,
  top: y - top,
  width: left + right,
  height: top + bottom,
});
