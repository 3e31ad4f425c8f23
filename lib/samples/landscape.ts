import { smallest } from '../core/extremes';
import type { Random } from '../core/random';
import type { Canvas } from './canvas';
import { type Colour, mix } from './colour';
import { noiseField } from './noise';
import { shade } from './shade';

// Noise is read at places shifted at random, so that no two pictures have the same clouds or stones.
const anywhere = (source: Random): number => source.integer(0, 255);

/** How a sky is painted. */
export interface SkyPaint {
  top: Colour;
  bottom: Colour;
  cloud: Colour;
  /** Units, where the colour `bottom` is reached. */
  horizon: number;
  /** Units, below which nothing needs to be painted. */
  end: number;
  /** 0 to 1. */
  clouds: number;
  texture: number;
  /** How much wider than high clouds are. */
  flatness: number;
}

/** Paints a sky that changes from `top` to `bottom` at height `horizon`, with clouds. */
export function drawSky(canvas: Canvas, source: Random, sky: SkyPaint): void {
  const noise = noiseField();
  const [shiftX, shiftY] = [anywhere(source), anywhere(source)];
  const { top, bottom, cloud, clouds, texture, flatness } = sky;
  shade(canvas, 0, sky.end, (y) => {
    const down = Math.min(1, y / sky.horizon);
    const plain = mix(top, bottom, down);
    // Clouds are flatter near the horizon, as in perspective.
    const pace = 0.55 * (flatness + (flatness - 1) * down);
    return (ink) => {
      const { x } = ink;
      const fine = noise(x * 1.7 + shiftY, y * 3 + shiftX);
      const amount = noise(x * 0.55 + shiftX, y * pace + shiftY) + 0.35 * fine + clouds - 0.62;
      const share = Math.min(0.85, Math.max(0, amount * 1.8));
      ink.mix(plain, cloud, share, 1 + texture * 0.12 * fine);
      return true;
    };
  });
}

/** The upper border of a ridge: for each column of the canvas its height in units, y downwards. */
export type Skyline = Float64Array;

/** A skyline around `base` units with hills of about `swing` units; `detail` from 0 (rolling) to 1 (jagged). */
export function hills(canvas: Canvas, source: Random, base: number, swing: number, detail: number): Skyline {
  const waves = [0, 1, 2, 3, 4, 5].map((octave) => ({
    pace: (2 * Math.PI * 2 ** octave * source.uniform(0.6, 1.3)) / canvas.width,
    phase: source.uniform(0, 2 * Math.PI),
    size: swing * (0.3 + 0.4 * detail) ** octave,
  }));
  const line = new Float64Array(canvas.width).fill(base);
  for (const { pace, phase, size } of waves) {
    for (let x = 0; x < line.length; x++) line[x]! -= size * Math.sin(pace * x + phase); // inside
  }
  return line;
}

/** A skyline of flat roofs around `base` units, up to `swing` units higher, `roof` units wide on average. */
export function roofs(canvas: Canvas, source: Random, base: number, swing: number, roof: number): Skyline {
  let end = 0;
  let y = base;
  return new Float64Array(canvas.width).map((_, column) => {
    if (column / canvas.scale >= end) {
      end += roof * source.uniform(0.5, 1.6);
      y = base - swing * source.next() ** 1.5;
    }
    return y;
  });
}

/** How a ridge is painted: `fade` is mixed in downwards; with `lamps`, some windows are lit. */
export interface RidgePaint {
  colour: Colour;
  fade: Colour;
  texture: number;
  /** Units, below which nothing needs to be painted. */
  end: number;
  lamps?: Colour;
}

/** Paints what lies between a skyline and the ridge's end, brighter at its rim, with a texture. */
export function drawRidge(canvas: Canvas, source: Random, line: Skyline, ridge: RidgePaint): void {
  const noise = noiseField();
  const [shift, windows] = [anywhere(source), source.integer(0, 63)];
  const { colour, fade, texture, lamps } = ridge;
  shade(canvas, smallest(line), ridge.end, (y) => (ink, column) => {
    const { x } = ink;
    const under = y - line[column]!; // one value for each column
    if (under < 0) return false;
    const rim = under < 4 ? 1.14 : 1;
    const light = rim * (1 + 0.75 * texture * noise(x * 1.6 + shift * 3, y * 1.6 + shift));
    if (lamps && isWindow(x, y, under, windows)) ink.mix(lamps, lamps, 0, 1);
    else ink.mix(colour, fade, Math.min(0.55, under / 260), light);
    return true;
  });
}

/** Whether a lit window is at a place of a façade: a grid of 10 × 14 units in which about a third is lit. */
function isWindow(x: number, y: number, under: number, shift: number): boolean {
  if (under < 8 || x % 10 < 4 || y % 14 < 6) return false;
  const cell = Math.floor(x / 10) * 7919 + Math.floor(y / 14) * 104729 + shift * 31;
  return ((cell * 2654435761) >>> 16) % 3 === 0;
}

/** What a ground is paved with. */
export type Paving = 'plain' | 'tiles' | 'road' | 'water' | 'grid';

/** How a ground is painted. */
export interface GroundPaint {
  /** Units, where it begins and where it has faded into `fade`. */
  horizon: number;
  colour: Colour;
  fade: Colour;
  /** Of markings and grids. */
  line: Colour;
  texture: number;
  paving: Paving;
}

/** Paints the floor below a horizon in perspective. */
export function drawGround(canvas: Canvas, source: Random, floor: GroundPaint): void {
  const noise = noiseField();
  const shift = anywhere(source);
  const [width, height] = [canvas.width / canvas.scale, canvas.height / canvas.scale];
  const middle = width * source.uniform(0.35, 0.65);
  const { horizon, colour, fade, texture, paving } = floor;
  shade(canvas, horizon, height, (y) => {
    const below = y - horizon + 2;
    const depth = 5200 / below; // distance from the eye in units of the floor
    const far = Math.max(0, 1 - below / (0.5 * (height - horizon) + 1)) ** 2;
    const near = Math.min(1, below / 60);
    return (ink) => {
      const { x } = ink;
      const across = ((x - middle) * depth) / 90;
      const coarse = noise(across + 4096, depth * 1.3 + shift);
      const fine = noise(x * 2.3 + shift, y * 2.3 + shift);
      const paved = pavedLight(paving, across, depth, coarse);
      const light = 1 + texture * (0.75 * near * coarse + 0.4 * fine);
      if (paved === 0) ink.mix(floor.line, fade, Math.max(far, 1 - near), 0.9);
      else ink.mix(colour, fade, far, light * paved * (1 - far) + far);
      return true;
    };
  });
}

/** How light a paving is, about 1, at a place `across` from the middle and `depth` away; 0 where a line is drawn. */
function pavedLight(paving: Paving, across: number, depth: number, noise: number): number {
  const off = Math.abs(across);
  switch (paving) {
    case 'plain':
      return 1;
    case 'tiles':
      return even(across / 12) === even(depth / 12) ? 1.1 : 0.9;
    case 'grid':
      return part(across / 14) < 0.07 || part(depth / 14) < 0.09 ? 0 : 1;
    case 'road':
      if (off >= 34) return 1;
      return off > 31 || (off < 1.2 && part(depth / 26) < 0.5) ? 0 : 0.62;
    case 'water':
      return 1 + 0.28 * Math.sin(depth * 0.9 + noise * 7);
  }
}

const part = (value: number): number => value - Math.floor(value);
const even = (value: number): boolean => Math.floor(value) % 2 === 0;
