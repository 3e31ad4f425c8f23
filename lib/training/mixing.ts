import type { Batch, Source } from '../core/concepts';
import { type Random, random } from '../core/random';

/** How rows of a batch are mixed: MixUp (Zhang et al. 2018) or CutMix (Yun et al. 2019), by a share from Beta(alpha, alpha). */
export interface Mixing {
  kind: 'mixup' | 'cutmix';
  alpha: number;
  seed: number;
}

/** A source whose batches are mixed from epoch 1 on, in another way each; for tasks whose loss takes targets that are shares of several classes. */
export const mixed = <S extends Source>(source: S, mixing: Mixing): S => ({
  ...source,
  key: `${source.key} ${mixing.kind} ${mixing.alpha} ${mixing.seed}`,
  read: async (rows: readonly number[], epoch: number) => {
    const batch = await source.read(rows, epoch);
    if (epoch === 0) return batch;
    const rng = random(mixing.seed, mixing.kind, epoch, ...rows);
    const partners = rng.shuffle(rows.map((_, i) => i));
    const share = beta(mixing.alpha, rng);
    if (mixing.kind === 'mixup') return mixUp(batch, partners, share);
    return cutMix(batch, partners, drawCut(source.shape, share, rng));
  },
});

/** Every row becomes `share` of itself and the rest of its partner. */
export const mixUp = ({ x, y }: Batch, partners: readonly number[], share: number): Batch => ({
  x: blended(x, partners, share),
  y: blended(y, partners, share),
});

function blended(values: Float32Array, partners: readonly number[], share: number): Float32Array {
  const columns = values.length / partners.length;
  return values.map((value, i) => {
    const row = Math.floor(i / columns);
    return share * value + (1 - share) * values[i + (partners[row]! - row) * columns]!; // a partner for each row, which is a row
  });
}

/** A rectangle of pictures of this shape; what lies outside of them is left out. */
export interface Cut {
  top: number;
  left: number;
  bottom: number;
  right: number;
  shape: readonly [height: number, width: number, channels: number];
}

/** A rectangle of 1 − `share` of the picture's area about a point anywhere in it, cut off at the edges. */
export function drawCut(shape: Cut['shape'], share: number, rng: Random): Cut {
  const side = Math.sqrt(1 - share);
  const ends = (length: number): [number, number] => {
    const [centre, half] = [rng.integer(0, length - 1), Math.floor(length * side) / 2];
    return [Math.max(0, Math.floor(centre - half)), Math.min(length, Math.floor(centre + half))];
  };
  const [[top, bottom], [left, right]] = [ends(shape[0]), ends(shape[1])];
  return { top, bottom, left, right, shape };
}

/** Every row gets the rectangle of its partner, and as much of its label as that is of the picture. */
export function cutMix({ x, y }: Batch, partners: readonly number[], cut: Cut): Batch {
  const { top, left, bottom, right, shape } = cut;
  const [height, width, channels] = shape;
  const pasted = x.slice();
  partners.forEach((partner, row) => {
    for (let line = top; line < bottom; line++) {
      const at = (line * width + left) * channels;
      const from = partner * height * width * channels + at;
      const piece = x.subarray(from, from + (right - left) * channels);
      pasted.set(piece, row * height * width * channels + at);
    }
  });
  const share = 1 - ((bottom - top) * (right - left)) / (height * width);
  return { x: pasted, y: blended(y, partners, share) };
}

/** A number from Beta(alpha, alpha), alpha above 0 (Jöhnk 1964); quick for an alpha up to 2. */
export function beta(alpha: number, rng: Random): number {
  for (;;) {
    const [a, b] = [rng.next() ** (1 / alpha), rng.next() ** (1 / alpha)];
    if (a + b > 0 && a + b <= 1) return a / (a + b);
  }
}
