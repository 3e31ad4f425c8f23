import { random } from '../core/random';
import type { Config } from '../core/settings';
import type { Workers, WorkerTask } from '../storage/workers';
import { type AugmentSettings, drawTransform } from './augment';
import { applyRecipe, drawRecipe, flipped, type RecipeSettings } from './recipe';
import { warp } from './warp';

/** A picture, or one of its augmented copies. */
export interface Copy {
  /** The picture's name: its file. With the seed, the variant and the settings it decides what is drawn. */
  picture: string;
  /** 0 for the picture itself, `MIRRORED` for its mirror image, else the number of the augmented copy. */
  variant: number;
}

/** The variant that is the picture's mirror image. */
export const MIRRORED = -1;

/** What all copies have in common: how they may differ, as Keras' `ImageDataGenerator` has it or as torchvision's transforms. */
export interface Augmentation {
  settings: AugmentSettings | RecipeSettings;
  seed: number;
}

/** The augmentation that a run's settings ask for. */
export const augmentationOf = ({ rotation, shift, shear, zoom, horizontalFlip, seed }: Config) => ({
  settings: { rotation, shift, shear, zoom, horizontalFlip },
  seed,
});

/** Pictures to make copies of; copy i is made of row i of `pixels`, `[copies, size, size, 3]` bytes. */
export interface CopyInput extends Augmentation {
  pixels: Uint8Array;
  size: number;
  copies: readonly Copy[];
}

/** The copies, `[copies, size, size, 3]` bytes, each the same in whatever batch it is made. */
export function augment(input: CopyInput): Uint8Array {
  const target = new Uint8Array(input.pixels.length);
  copyInto({ ...input, target });
  return target;
}

/** `target`: where the copies go; both lie in memory that is shared with the caller. */
type CopyTaskInput = CopyInput & { target: Uint8Array };

function copyInto({ pixels, target, size, copies, settings, seed }: CopyTaskInput): void {
  const bytes = size * size * 3;
  copies.forEach(({ picture, variant }, i) => {
    const at = i * bytes;
    const source = pixels.subarray(at, at + bytes);
    if (variant === 0) {
      target.set(source, at);
      return;
    }
    if (variant === MIRRORED) {
      target.set(flipped(source, size, size), at);
      return;
    }
    const rng = random(seed, 'augment', picture, variant);
    if ('jitter' in settings) {
      target.set(applyRecipe(source, drawRecipe(settings, size, size, rng), size, size), at);
    } else warp(source, drawTransform(settings, size, rng), size, size, target.subarray(at, at + bytes));
  });
}

export const makeCopies: WorkerTask<CopyTaskInput, null> = {
  module: 'images/copies',
  name: 'makeCopies',
  run: (input) => {
    copyInto(input);
    return null;
  },
};

/** `augment` by several threads at once, which share the memory. The result is the same. */
export async function augmentTogether(input: CopyInput, threads: Workers): Promise<Uint8Array> {
  const { pixels, copies, size, settings, seed } = input;
  if (copies.every(({ variant }) => variant === 0)) return augment(input);
  const memory = takeMemory(threads, pixels.length);
  const source = new Uint8Array(memory, 0, pixels.length);
  const target = new Uint8Array(memory, pixels.length, pixels.length);
  source.set(pixels);
  const bytes = size * size * 3;
  const share = Math.ceil(copies.length / threads.lanes);
  const lanes = Array.from({ length: threads.lanes }, (_, lane) => {
    const [from, to] = [lane * share, (lane + 1) * share];
    const part = (all: Uint8Array): Uint8Array => all.subarray(from * bytes, to * bytes);
    const own = { pixels: part(source), target: part(target), copies: copies.slice(from, to) };
    return threads.run(makeCopies, { ...own, size, settings, seed });
  });
  await Promise.all(lanes);
  const made = new Uint8Array(target); // native code is given memory that nobody shares
  spare.get(threads)?.push(memory);
  return made;
}

/** Shared memory that is not in use: fresh pages cost more than what is done with them. */
const spare = new WeakMap<Workers, SharedArrayBuffer[]>();

function takeMemory(threads: Workers, bytes: number): SharedArrayBuffer {
  const free = spare.get(threads) ?? [];
  spare.set(threads, free);
  const fits = free.findIndex(({ byteLength }) => byteLength >= 2 * bytes);
  return fits < 0 ? new SharedArrayBuffer(2 * bytes) : free.splice(fits, 1)[0]!; // found
}
