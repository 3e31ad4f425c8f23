import type { Random } from '../core/random';
import { adjust } from './colours';
import { scale } from './lanczos';
import type { Box, Rgb } from './letterbox';
import type { AffineMap } from './warp';

/** How far an augmented copy may differ, in the terms of torchvision's transforms. */
export interface RecipeSettings {
  /** The least share of the picture's area that a crop keeps, and the ratios of width to height that it may have. */
  crop: { least: number; ratio: readonly [number, number] };
  horizontalFlip: boolean;
  /** The most by which each factor differs from 1, for the hue from 0. */
  jitter: Readonly<Record<keyof typeof adjust, number>>;
  /** Degrees to either side. */
  rotation: number;
  shear: number;
  /** How often a rectangle is painted over, and its shares of the area and ratios likewise. */
  erasing: { probability: number; area: readonly [number, number]; ratio: readonly [number, number] };
}

/** RandomResizedCrop, flip, ColorJitter, RandomRotation, RandomAffine and RandomErasing with torchvision's usual ranges for fine-tuning on few pictures. */
export const strongRecipe: RecipeSettings = {
  crop: { least: 0.7, ratio: [3 / 4, 4 / 3] },
  horizontalFlip: true,
  jitter: { brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0 },
  rotation: 15,
  shear: 10,
  erasing: { probability: 0.5, area: [0.02, 0.2], ratio: [1 / 3.3, 1 / 0.3] },
};

/** One draw of a recipe, in the order in which it is applied. */
export interface RecipeDraw {
  crop: Box;
  flip: boolean;
  jitter: readonly { of: keyof typeof adjust; factor: number }[];
  /** Degrees, counter-clockwise. */
  rotation: number;
  shear: number;
  erased: Box | null;
}

/** ImageNet's mean colour: what a rectangle is painted with, as torchvision writes 0 into a normalized picture. */
const MEAN: Rgb = [124, 116, 104];

/** Tries of a box that must fit into the picture. */
const TRIES = 10;

/** Draws one transformation of a picture of `height` × `width` pixels, as torchvision's `get_params` do. */
export function drawRecipe(settings: RecipeSettings, height: number, width: number, rng: Random): RecipeDraw {
  const { crop, jitter, erasing } = settings;
  const whole = { left: 0, top: 0, width, height };
  const within = (range: number): number => (range === 0 ? 0 : rng.uniform(-range, range));
  // An object's properties are evaluated from top to bottom: this is the order of the draws.
  return {
    crop: drawBox([crop.least, 1], crop.ratio, height, width, rng) ?? whole,
    flip: rng.next() < 0.5 && settings.horizontalFlip,
    jitter: rng
      .shuffle(['brightness', 'contrast', 'saturation', 'hue'] as const)
      .map((of) => ({ of, factor: (of === 'hue' ? 0 : 1) + within(jitter[of]) })),
    rotation: within(settings.rotation),
    shear: within(settings.shear),
    erased:
      rng.next() < erasing.probability ? drawBox(erasing.area, erasing.ratio, height, width, rng) : null,
  };
}

/** A box with a share of the picture's area and a ratio of width to height, which is uniform on a logarithmic scale; null where none fits. */
export function drawBox(
  area: readonly [number, number],
  ratio: readonly [number, number],
  height: number,
  width: number,
  rng: Random,
): Box | null {
  for (let i = 0; i < TRIES; i++) {
    const pixels = height * width * rng.uniform(...area);
    const aspect = Math.exp(rng.uniform(Math.log(ratio[0]), Math.log(ratio[1])));
    const [w, h] = [Math.round(Math.sqrt(pixels * aspect)), Math.round(Math.sqrt(pixels / aspect))];
    if (w < 1 || h < 1 || w > width || h > height) continue;
    return { top: rng.integer(0, height - h), left: rng.integer(0, width - w), width: w, height: h };
  }
  return null;
}

/** A picture, `[height, width, 3]` bytes, changed as drawn: crop, flip, jitter, rotation, shear, erasing, each rounded to bytes as on Pillow's pictures. */
export function applyRecipe(source: Uint8Array, draw: RecipeDraw, height: number, width: number): Uint8Array {
  let pixels = resizedCrop(source, width, draw.crop, height, width);
  if (draw.flip) pixels = flipped(pixels, height, width);
  for (const { of, factor } of draw.jitter) if (factor !== (of === 'hue' ? 0 : 1)) adjust[of](pixels, factor);
  if (draw.rotation !== 0) pixels = moved(pixels, rotationMap(draw.rotation, height, width), height, width);
  if (draw.shear !== 0) pixels = moved(pixels, shearMap(draw.shear, height), height, width);
  if (draw.erased) paint(pixels, width, draw.erased, MEAN);
  return pixels;
}

/** A box of a picture of this width, scaled to `[toHeight, toWidth, 3]`. */
export function resizedCrop(
  pixels: Uint8Array,
  width: number,
  box: Box,
  toHeight: number,
  toWidth: number,
): Uint8Array {
  const cut = new Uint8Array(box.height * box.width * 3);
  for (let y = 0; y < box.height; y++) {
    const from = ((box.top + y) * width + box.left) * 3;
    cut.set(pixels.subarray(from, from + box.width * 3), y * box.width * 3);
  }
  return scale(cut, box.width, box.height, toWidth, toHeight);
}

/** Left and right of a picture exchanged. */
export function flipped(pixels: Uint8Array, height: number, width: number): Uint8Array {
  return moved(pixels, [-1, 0, width, 0, 1, 0], height, width);
}

/** The map of a rotation by so many degrees, counter-clockwise, about the centre; of places, so that the middle of the first pixel is at ½. */
export function rotationMap(degrees: number, height: number, width: number): AffineMap {
  const angle = (-degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [x, y] = [width / 2, height / 2];
  return [cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y];
}

/** The map of a shear along the rows by so many degrees about the centre. */
export function shearMap(degrees: number, height: number): AffineMap {
  const slope = Math.tan((degrees * Math.PI) / 180);
  return [1, slope, (-slope * height) / 2, 0, 1, 0];
}

/** Units of Pillow's whole-number arithmetic. */
const UNIT = 65536;

/** The nearest pixel for each place of the result, black where the map leads outside; Pillow's `transform`, to the bit. */
export function moved(pixels: Uint8Array, map: AffineMap, height: number, width: number): Uint8Array {
  const target = new Uint8Array(pixels.length);
  const [a, b, c, d, e, f] = map;
  const units = (value: number): number => Math.floor(value * UNIT + 0.5);
  const [right, below, rightDown, belowDown] = [units(a), units(b), units(d), units(e)];
  const [startX, startY] = [units(c + (a + b) / 2), units(f + (d + e) / 2)];
  for (let row = 0, at = 0; row < height; row++) {
    let x = startX + row * below;
    let y = startY + row * belowDown;
    for (let column = 0; column < width; column++, at += 3, x += right, y += rightDown) {
      const [fromX, fromY] = [x >> 16, y >> 16];
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) continue;
      const from = (fromY * width + fromX) * 3;
      target[at] = pixels[from]!; // within the picture, here and below
      target[at + 1] = pixels[from + 1]!;
      target[at + 2] = pixels[from + 2]!;
    }
  }
  return target;
}

/** Paints a box of a picture of this width. */
export function paint(pixels: Uint8Array, width: number, box: Box, colour: Rgb): void {
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let x = box.left; x < box.left + box.width; x++) pixels.set(colour, (y * width + x) * 3);
  }
}
