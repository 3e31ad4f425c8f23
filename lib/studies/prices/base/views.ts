import type { Source } from '../../../core/concepts';
import { type Random, random } from '../../../core/random';
import { measuresOf } from './measures';
import { type BasePictures, picturesPerGame } from './pictures';
import type { ViewSettings } from './settings';
import { baseTask } from './task';

/** Games from `first` on as a source of random views, the games shuffled in each epoch, to be read in order; epoch 0 gives the middles as they are. */
export function viewSource(
  pictures: BasePictures,
  { first, games }: { first: number; games: number },
  view: ViewSettings,
  seed: number,
): Source {
  const inOrder = Array.from({ length: games }, (_, i) => first + i);
  const bytes = pictures.size ** 2 * 3;
  return {
    count: games * picturesPerGame,
    shape: [view.side, view.side, 3],
    key: JSON.stringify([pictures.key, first, games, view, seed]),
    read: (rows, epoch) => {
      const order = epoch === 0 ? inOrder : random(seed, 'base games', epoch).shuffle(inOrder);
      const size = view.side ** 2 * 3;
      const x = new Float32Array(rows.length * size);
      const y = new Float32Array(rows.length * baseTask.outputs);
      const source = epoch === 0 ? null : random(seed, 'base views', epoch, rows[0] ?? 0);
      rows.forEach((row, i) => {
        const game = order[Math.floor(row / picturesPerGame)]!; // a row of the source
        const at = game * picturesPerGame + (row % picturesPerGame);
        const drawn = pictures.drawn[at]!; // as above
        const pixels = pictures.pixels.subarray(at * bytes, (at + 1) * bytes);
        const shown = viewOf(pixels, pictures.size, view, source);
        y.set(baseTask.encode({ drawn, measures: measuresOf(shown, view.side) }), i * baseTask.outputs);
        for (let k = 0; k < size; k++) x[i * size + k] = 2 * shown[k]! - 1; // as MobileNetV2 sees pictures
      });
      return { x, y };
    },
  };
}

/** A window on a picture `[size, size, 3]`, mirrored, lit and coloured at random: bytes → `[side, side, 3]` from 0 to 1; without a source its middle. */
export function viewOf(
  pixels: Uint8Array,
  size: number,
  { side, scale, brightness, hue }: ViewSettings,
  source: Random | null,
): Float32Array {
  const pace = source ? Math.min(source.uniform(...scale), (size - 1) / (side - 1)) : 1;
  const room = Math.max(0, size - 1 - pace * (side - 1)); // pixels that the window can move
  const [top, left] = source ? [source.uniform(0, room), source.uniform(0, room)] : [room / 2, room / 2];
  const mirrored = source !== null && source.next() < 0.5;
  const light = (source?.uniform(1 - brightness, 1 + brightness) ?? 1) / 255;
  const turn = hueTurn(source?.uniform(-hue, hue) ?? 0).map((share) => share * light);
  const shown = new Float32Array(side * side * 3);
  const colour = [0, 0, 0];
  for (let row = 0, k = 0; row < side; row++) {
    const y = top + pace * row;
    const above = Math.min(size - 2, Math.floor(y));
    for (let column = 0; column < side; column++, k += 3) {
      const x = left + pace * (mirrored ? side - 1 - column : column);
      const before = Math.min(size - 2, Math.floor(x));
      const [right, down] = [x - before, y - above];
      for (let c = 0, p = (above * size + before) * 3; c < 3; c++, p++) {
        const upper = pixels[p]! * (1 - right) + pixels[p + 3]! * right; // inside
        const lower = pixels[p + size * 3]! * (1 - right) + pixels[p + size * 3 + 3]! * right;
        colour[c] = upper * (1 - down) + lower * down;
      }
      for (let c = 0; c < 3; c++) {
        const mixed = colour[0]! * turn[c]! + colour[1]! * turn[3 + c]! + colour[2]! * turn[6 + c]!; // 3 × 3
        shown[k + c] = Math.min(1, Math.max(0, mixed));
      }
    }
  }
  return shown;
}

/** The matrix that turns colours by an angle in degrees around the axis of greys, which stay as they are; row by row. */
function hueTurn(degrees: number): number[] {
  const angle = (degrees * Math.PI) / 180;
  const [same, next, last] = [0, 1, -1].map(
    (third) => (1 + 2 * Math.cos(angle + (third * 2 * Math.PI) / 3)) / 3,
  ) as [number, number, number]; // three
  return [same, next, last, last, same, next, next, last, same];
}
