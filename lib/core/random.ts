/** A seeded stream of random numbers (sfc32, by Chris Doty-Humphrey, PractRand), the same on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** One element; `items` must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** So many numbers as a mask: 0 where the next one is below `rate`, else `value`. */
  mask(size: number, rate: number, value: number): Float32Array;
  /** Where the stream is, to go on from with `resumeRandom`. */
  state(): RandomState;
}

/** The four words of a stream; plain JSON. */
export type RandomState = readonly [number, number, number, number];

/** A stream for `seed`, made independent of others by `labels` (`random(42, 'split')`, `random(42, id, n)`). */
export function random(seed: number, ...labels: (string | number)[]): Random {
  const stream = resumeRandom(hash128(`${seed}|${labels.join('|')}`));
  for (let i = 0; i < 12; i++) stream.next();
  return stream;
}

/** Goes on where `state` was taken. */
export function resumeRandom(state: RandomState): Random {
  let [a, b, c, d] = state;
  const bits = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  const next = (): number => bits() / 4294967296;
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    state: () => [a, b, c, d],
    integer,
    mask: (size, rate, value) => {
      const [kept, limit] = [Float32Array.of(value), Math.ceil(rate * 4294967296)];
      const [word, half] = [new Int32Array(kept.buffer)[0]!, Math.floor(limit / 2)]; // one number
      const words = new Int32Array(size);
      // Without a branch that nobody can foresee: half the time, where a training draws millions of them in every step.
      for (let i = 0; i < size; i++) {
        const drawn = bits();
        const above = (drawn >>> 1) - half;
        words[i] = above === 0 ? (drawn < limit ? 0 : word) : word & ~(above >> 31);
      }
      return new Float32Array(words.buffer);
    },
    uniform: (low, high) => low + next() * (high - low),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (items) => items[integer(0, items.length - 1)]!, // in range by construction
    shuffle: (items) => {
      const copy = [...items];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = integer(0, i);
        [copy[i], copy[j]] = [copy[j]!, copy[i]!]; // both in range
      }
      return copy;
    },
  };
}

/** Four 32-bit hashes of a text (cyrb128, public domain). */
function hash128(text: string): [number, number, number, number] {
  let h1 = 1779033703;
  let h2 = 3144134277;
  let h3 = 1013904242;
  let h4 = 2773480762;
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i);
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  h1 ^= h2 ^ h3 ^ h4;
  return [h1, h2 ^ h1, h3 ^ h1, h4 ^ h1];
}
