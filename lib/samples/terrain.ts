import type { Random } from '../core/random';
import { type Canvas, drawingHeight, drawingWidth } from './canvas';
import type { Colour } from './colour';
import { noiseTile, tileMask, tileSize } from './noise';

// Copies, because reading an imported name is a look-up in every turn of a loop once compiled to CommonJS.
const mask = tileMask;
const size = tileSize;

// Every index below lies inside the canvas (loops run over it) or is masked to the noise tile: hence the `!`.

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

/** For each column of the canvas its column in the noise tile, `pace` columns a unit. */
function tileColumns(canvas: Canvas, pace: number, shift: number): Int32Array {
  return Int32Array.from({ length: canvas.width }, (_, x) => ((x / canvas.scale) * pace + shift) & mask);
}

/** Paints the canvas with a sky that changes from `top` to `bottom` at height `horizon`, with clouds. */
export function drawSky(canvas: Canvas, source: Random, sky: SkyPaint): void {
  const { width, height, scale, pixels } = canvas;
  const tile = noiseTile();
  const shiftX = source.integer(0, mask);
  const shiftY = source.integer(0, mask);
  const [topRed, topGreen, topBlue] = sky.top;
  const [cloudRed, cloudGreen, cloudBlue] = sky.cloud;
  const coarseColumns = tileColumns(canvas, 0.55, shiftX);
  const fineColumns = tileColumns(canvas, 1.7, shiftY);
  const rows = Math.min(height, Math.ceil(sky.end * scale));
  for (let y = 0, p = 0; y < rows; y++) {
    const down = Math.min(1, y / scale / sky.horizon);
    const red = topRed + (sky.bottom[0] - topRed) * down;
    const green = topGreen + (sky.bottom[1] - topGreen) * down;
    const blue = topBlue + (sky.bottom[2] - topBlue) * down;
    // Clouds are flatter near the horizon, as in perspective.
    const pace = 0.55 * (sky.flatness + (sky.flatness - 1) * down);
    const cloudRow = (((y / scale) * pace + shiftY) & mask) * size;
    const fineRow = (((y / scale) * 3 + shiftX) & mask) * size;
    for (let x = 0; x < width; x++, p += 3) {
      const coarse = tile[cloudRow + coarseColumns[x]!]!;
      const fine = tile[fineRow + fineColumns[x]!]!;
      const amount = coarse + 0.35 * fine + sky.clouds - 0.62;
      const share = amount <= 0 ? 0 : Math.min(0.85, amount * 1.8);
      const light = 1 + sky.texture * 0.12 * fine;
      pixels[p] = (red + (cloudRed - red) * share) * light;
      pixels[p + 1] = (green + (cloudGreen - green) * share) * light;
      pixels[p + 2] = (blue + (cloudBlue - blue) * share) * light;
    }
  }
}

/** The upper border of a ridge: for each column of the canvas its height in units, y downwards. */
export type Skyline = Float64Array;

/** A skyline around `base` units with hills of about `swing` units; `detail` from 0 (rolling) to 1 (jagged). */
export function hills(canvas: Canvas, source: Random, base: number, swing: number, detail: number): Skyline {
  const waves = [0, 1, 2, 3, 4, 5].map((octave) => ({
    pace: (2 * Math.PI * 2 ** octave * source.uniform(0.6, 1.3)) / drawingWidth,
    phase: source.uniform(0, 2 * Math.PI),
    size: swing * (0.3 + 0.4 * detail) ** octave,
  }));
  return Float64Array.from({ length: canvas.width }, (_, column) => {
    let y = base;
    for (const { pace, phase, size } of waves) y -= size * Math.sin((pace * column) / canvas.scale + phase);
    return y;
  });
}

/** A skyline of flat roofs around `base` units, up to `swing` units higher, `roof` units wide on average. */
export function roofs(canvas: Canvas, source: Random, base: number, swing: number, roof: number): Skyline {
  const line = new Float64Array(canvas.width);
  let end = 0;
  let y = base;
  for (let column = 0; column < line.length; column++) {
    if (column / canvas.scale >= end) {
      end += roof * source.uniform(0.5, 1.6);
      y = base - swing * source.next() ** 1.5;
    }
    line[column] = y;
  }
  return line;
}

/** Paints what lies between a skyline and `end` units, brighter at its rim, with a texture; `fade` is mixed in towards the bottom. */
export function drawRidge(
  canvas: Canvas,
  source: Random,
  line: Skyline,
  ridge: { colour: Colour; fade: Colour; texture: number; end: number; lamps?: Colour },
): void {
  const { width, height, scale, pixels } = canvas;
  const tile = noiseTile();
  const shift = source.integer(0, mask);
  const [red, green, blue] = ridge.colour;
  const lampShift = source.integer(0, 63);
  const columns = tileColumns(canvas, 1.6, shift * 3);
  const strength = ridge.texture * 0.75;
  let highest = height;
  for (let x = 0; x < width; x++) highest = Math.min(highest, line[x]! * scale);
  const rows = Math.min(height, Math.ceil(ridge.end * scale));
  for (let y = Math.max(0, Math.floor(highest)); y < rows; y++) {
    const tileRow = (((y / scale) * 1.6 + shift) & mask) * size;
    for (let x = 0; x < width; x++) {
      const under = y / scale - line[x]!;
      if (under < 0) continue;
      const share = Math.min(0.55, under / 260);
      const rim = under < 4 ? 1.14 : 1;
      const light = rim * (1 + strength * tile[tileRow + columns[x]!]!);
      const p = (y * width + x) * 3;
      if (ridge.lamps && isWindow(x / scale, y / scale, under, lampShift)) {
        pixels[p] = ridge.lamps[0];
        pixels[p + 1] = ridge.lamps[1];
        pixels[p + 2] = ridge.lamps[2];
        continue;
      }
      pixels[p] = (red + (ridge.fade[0] - red) * share) * light;
      pixels[p + 1] = (green + (ridge.fade[1] - green) * share) * light;
      pixels[p + 2] = (blue + (ridge.fade[2] - blue) * share) * light;
    }
  }
}

/** Whether a lit window is at a place of a façade: a grid of 10 × 14 units in which about a third is lit. */
function isWindow(x: number, y: number, under: number, shift: number): boolean {
  if (under < 8 || x % 10 < 4 || y % 14 < 6) return false;
  const cell = Math.floor(x / 10) * 7919 + Math.floor(y / 14) * 104729 + shift * 31;
  return ((cell * 2654435761) >>> 16) % 3 === 0;
}

/** What a ground is paved with. */
export type Paving = 'plain' | 'tiles' | 'road' | 'water' | 'grid';

/** Paints the floor below `horizon` units in perspective, fading into `fade` at the horizon. */
export function drawGround(
  canvas: Canvas,
  source: Random,
  floor: { horizon: number; colour: Colour; fade: Colour; line: Colour; texture: number; paving: Paving },
): void {
  const { width, height, scale, pixels } = canvas;
  const tile = noiseTile();
  const shift = source.integer(0, mask);
  const middle = drawingWidth * source.uniform(0.35, 0.65);
  const { paving, horizon } = floor;
  const [red, green, blue] = floor.colour;
  const [fadeRed, fadeGreen, fadeBlue] = floor.fade;
  const [lineRed, lineGreen, lineBlue] = floor.line;
  const fineColumns = tileColumns(canvas, 2.3, shift);
  for (let y = Math.max(0, Math.ceil(horizon * scale)); y < height; y++) {
    const below = y / scale - horizon + 2;
    const depth = 5200 / below; // distance from the eye in units of the floor
    const share = Math.max(0, 1 - below / (0.5 * (drawingHeight - horizon) + 1)) ** 2;
    const row = ((depth * 1.3 + shift) & mask) * size;
    const fineRow = (((y / scale) * 2.3 + shift) & mask) * size;
    const near = Math.min(1, below / 60);
    for (let x = 0; x < width; x++) {
      const across = ((x / scale - middle) * depth) / 90;
      const coarse = tile[row + ((across + 4096) & mask)]!;
      const fine = tile[fineRow + fineColumns[x]!]!;
      let light = 1 + floor.texture * (0.75 * near * coarse + 0.4 * fine);
      let line = 0;
      if (paving === 'tiles') {
        light *= (Math.floor(across / 12 + 4096) + Math.floor(depth / 12)) % 2 === 0 ? 1.1 : 0.9;
      } else if (paving === 'grid') {
        const onLine = mod(across, 14) < 14 * 0.07 || mod(depth, 14) < 14 * 0.09;
        line = onLine ? near * 0.9 : 0;
      } else if (paving === 'road') {
        const off = Math.abs(across);
        if (off < 34) light *= 0.62;
        if (off > 31 && off < 34) line = 0.8;
        else if (off < 1.2 && mod(depth, 26) < 13) line = 0.8;
      } else if (paving === 'water') {
        light *= 1 + 0.28 * Math.sin(depth * 0.9 + coarse * 7);
      }
      const p = (y * width + x) * 3;
      const plain = light * (1 - line) * (1 - share);
      const lined = line * (1 - share);
      pixels[p] = red * plain + lineRed * lined + fadeRed * share;
      pixels[p + 1] = green * plain + lineGreen * lined + fadeGreen * share;
      pixels[p + 2] = blue * plain + lineBlue * lined + fadeBlue * share;
    }
  }
}

const mod = (value: number, step: number): number => value - step * Math.floor(value / step);

/** Paints a wall of bricks over the whole canvas, lit around a few torches whose places it returns in units. */
export function drawWall(
  canvas: Canvas,
  source: Random,
  wall: { colour: Colour; lamp: Colour; texture: number; brick: number },
): { x: number; y: number }[] {
  const { width, height, scale, pixels } = canvas;
  const tile = noiseTile();
  const torches = Array.from({ length: source.integer(1, 3) }, () => ({
    x: source.uniform(40, drawingWidth - 40),
    y: source.uniform(50, 150),
  }));
  const [red, green, blue] = wall.colour;
  const tall = wall.brick * 0.5;
  const columns = tileColumns(canvas, 2, 0);
  // The light of a torch falls off with the squared distance, which adds up from both axes.
  const besides = torches.map((torch) =>
    Float64Array.from({ length: width }, (_, x) => (x / scale - torch.x) ** 2 / 5000),
  );
  const warmth = new Float64Array(width);
  for (let y = 0, p = 0; y < height; y++) {
    const down = y / scale;
    const course = Math.floor(down / tall);
    const joint = down - course * tall < 1.8;
    const tileRow = ((down * 2) & mask) * size;
    const stoneRow = ((course * 37) & mask) * size;
    warmth.fill(0);
    torches.forEach((torch, i) => {
      const below = 1 + (down - torch.y) ** 2 / 5000;
      const beside = besides[i]!;
      for (let x = 0; x < width; x++) warmth[x]! += 1 / (below + beside[x]!);
    });
    for (let x = 0; x < width; x++, p += 3) {
      const across = x / scale + (course % 2) * wall.brick * 0.5;
      const stone = Math.floor(across / wall.brick);
      const grain = tile[tileRow + columns[x]!]!;
      const own = tile[stoneRow + ((stone * 53) & mask)]!;
      let light = joint || across - stone * wall.brick < 1.8 ? 0.45 : 0.8 + 0.35 * own;
      light *= 1 + wall.texture * 0.7 * grain;
      const warm = warmth[x]!;
      light *= 0.45 + 0.75 * warm;
      const glow = 0.16 * warm;
      pixels[p] = red * light + wall.lamp[0] * glow * light;
      pixels[p + 1] = green * light + wall.lamp[1] * glow * light;
      pixels[p + 2] = blue * light + wall.lamp[2] * glow * light;
    }
  }
  return torches;
}

/** Paints land seen from above over the whole canvas: water, shore, land and woods by the height of a noise. */
export function drawMap(
  canvas: Canvas,
  source: Random,
  map: { colours: readonly [Colour, Colour, Colour, Colour]; texture: number; step: number },
): void {
  const { width, height, scale, pixels } = canvas;
  const tile = noiseTile();
  const shiftX = source.integer(0, mask);
  const shiftY = source.integer(0, mask);
  const sea = source.uniform(-0.5, -0.1);
  const fineColumns = tileColumns(canvas, 2, shiftY);
  const coarseColumns = Int32Array.from(
    { length: width },
    (_, x) => (Math.floor(x / scale / map.step) * map.step * 0.35 + shiftX) & mask,
  );
  for (let y = 0, p = 0; y < height; y++) {
    const fineRow = (((y / scale) * 2 + shiftX) & mask) * size;
    const cell = Math.floor(y / scale / map.step) * map.step;
    const coarseRow = ((cell * 0.35 + shiftY) & mask) * size;
    for (let x = 0; x < width; x++, p += 3) {
      const fine = tile[fineRow + fineColumns[x]!]!;
      const level = tile[coarseRow + coarseColumns[x]!]! + 0.12 * fine;
      const kind = level < sea ? 0 : level < sea + 0.08 ? 1 : level < sea + 0.55 ? 2 : 3;
      const colour = map.colours[kind]!;
      const light = 1 + map.texture * 0.6 * fine;
      pixels[p] = colour[0] * light;
      pixels[p + 1] = colour[1] * light;
      pixels[p + 2] = colour[2] * light;
    }
  }
}
