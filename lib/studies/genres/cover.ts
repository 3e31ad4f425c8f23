import { type Random, random } from '../../core/random';
import { type Canvas, fillPolygon, makeCanvas, type Outline } from '../../samples/canvas';
import { type Colour, hsl, scaled } from '../../samples/colour';
import { finish } from '../../samples/finish';
import { hills, roofs } from '../../samples/landscape';
import { hours, makePalette } from '../../samples/palette';
import { paintGround, paintRidge, paintSky } from '../../samples/scenery';
import { box, limb, oval } from '../../samples/shapes';
import { looks, styles } from '../../samples/styles';
import { drawText, textWidth } from '../../samples/text';

/** The genres of the original, in the order of its priority. */
export const genres = ['fighting', 'indie', 'platform', 'puzzle', 'sport'] as const;
export type Genre = (typeof genres)[number];

/** What is drawn on a cover: one or two genres of a scene, as it is sold in a region. */
export interface CoverOptions {
  /** Seed of the art: covers of one scene show the same, whatever the region. */
  scene: string;
  genres: readonly Genre[];
  region: Region;
}

/** A cover while it is drawn, 600 × 800 units. */
interface Site {
  source: Random;
  /** Fills an outline in the cover's style. */
  fill(outline: Outline, colour: Colour, round?: number): void;
  /** A colour that belongs to the cover. */
  colour(): Colour;
}

const skin: Colour = [224, 172, 130];

/** Draws a person with the feet at (x, foot), who looks to the right for `side` 1; arms and legs at angles from straight down, in degrees. */
function person(site: Site, x: number, foot: number, size: number, side: number, pose: readonly number[]) {
  const { fill, colour } = site;
  const [near = 60, far = -30, front = 25, back = -25] = pose;
  const [shirt, trousers] = [colour(), scaled(colour(), 0.6)];
  const [hip, shoulder] = [foot - 0.48 * size, foot - 0.77 * size];
  const part = (fromY: number, degrees: number, length: number, width: number, own: Colour) => {
    const angle = (degrees * Math.PI) / 180;
    const [toX, toY] = [x + side * Math.sin(angle) * length * size, fromY + Math.cos(angle) * length * size];
    fill(limb(x, fromY, toX, toY, width * size, width * size * 0.8), own, 0.4);
    return [toX, toY] as const;
  };
  for (const degrees of [back, front]) part(hip, degrees, 0.5, 0.15, trousers);
  part(shoulder, far, 0.36, 0.1, skin);
  fill(limb(x, shoulder - 0.05 * size, x, hip + 0.05 * size, 0.26 * size, 0.2 * size), shirt, 0.4);
  const hand = part(shoulder + 0.01 * size, near, 0.4, 0.11, skin);
  fill(oval(...hand, 0.07 * size), skin, 0.4);
  fill(oval(x + 0.02 * side * size, shoulder - 0.15 * size, 0.1 * size, 0.12 * size), skin, 0.4);
}

/** What makes a cover look like its genre; `size` is about 1. */
const motifs: Record<Genre, (site: Site, size: number) => void> = {
  fighting(site, size) {
    const { next, uniform } = site.source;
    const [x, y] = [uniform(260, 340), uniform(380, 470)];
    const star = Array.from({ length: 16 }, (_, i) => {
      const [reach, angle] = [(i % 2 ? 60 : uniform(120, 190)) * size, (i * Math.PI) / 8];
      return [x + reach * Math.cos(angle), y + reach * Math.sin(angle)];
    });
    if (next() < 0.7) site.fill(star.flat(), hsl(uniform(20, 55), 0.95, 0.6));
    const foot = uniform(640, 720);
    for (const side of [1, -1]) {
      const pose = [uniform(70, 115), uniform(20, 80), uniform(10, 80), -30];
      const [away, height] = [uniform(110, 160) * size, uniform(330, 430) * size];
      person(site, 300 - side * away, foot, height, side, pose);
    }
  },
  indie(site, size) {
    const { fill, colour, source } = site;
    const { next, uniform } = source;
    const [x, y, radius] = [uniform(180, 420), uniform(260, 420), uniform(70, 150) * size];
    fill(oval(x, y, radius), hsl(uniform(20, 330), 0.3, 0.75));
    const foot = uniform(600, 700);
    fill([0, 800, 0, foot, 300, foot - uniform(20, 120), 600, foot, 600, 800], colour());
    if (next() < 0.6) {
      person(site, uniform(150, 450), foot - 20, 110 * size, 1, [10, -10, 8, -8]);
      return;
    }
    for (let i = 0; i < 7; i++) {
      const at = uniform(40, 560);
      fill([at - 25, foot, at, foot - uniform(90, 260), at + 25, foot], scaled(colour(), 0.6));
    }
  },
  platform(site, size) {
    const { fill, colour, source } = site;
    const { integer, uniform } = source;
    const block = uniform(45, 60) * size;
    const [top, side] = [colour(), colour()];
    for (let i = 0; i < 4; i++) {
      const [left, y] = [uniform(0, 400), 300 + i * 115 + uniform(-20, 20)];
      for (let k = integer(3, 5); k > 0; k--) {
        const x = left + k * block;
        fill(box(x, y, x + block - 3, y + block), side, 0.2);
        fill(box(x, y, x + block - 3, y + block * 0.3), top, 0.2);
      }
      for (let k = integer(0, 3); k > 0; k--) fill(oval(left + k * 55, y - 40, 15, 19), [250, 205, 50], 0.8);
    }
    const pose = [150, -100, 70, -60];
    person(site, uniform(150, 450), uniform(420, 640), uniform(150, 220) * size, 1, pose);
  },
  puzzle({ fill, colour, source }, size) {
    const { integer, next, pick, uniform } = source;
    const [count, cell] = [integer(4, 7), uniform(56, 70) * size];
    const [left, top] = [(600 - count * cell) / 2, uniform(250, 330)];
    const colours = Array.from({ length: 5 }, colour);
    const round = next() < 0.5;
    for (let i = 0; i < count * count; i++) {
      if (next() < 0.15) continue;
      const [x, y] = [left + (i % count) * cell, top + Math.floor(i / count) * cell];
      const square = box(x + 3, y + 3, x + cell - 3, y + cell - 3);
      fill(round ? oval(x + cell / 2, y + cell / 2, cell * 0.44) : square, pick(colours), 0.7);
    }
  },
  sport(site, size) {
    const { fill, source } = site;
    const { pick, uniform } = source;
    const line: Colour = [240, 240, 235];
    const grass = hsl(120, 0.4, 0.35);
    const field = pick([grass, grass, hsl(25, 0.5, 0.5), hsl(200, 0.3, 0.8)]);
    fill([0, 800, 0, 560, 600, 560, 600, 800], field);
    for (const x of [40, 300, 560]) fill(limb(300 + (x - 300) * 0.6, 560, x, 800, 5, 10), line);
    const pose = [uniform(90, 170), uniform(-90, 0), uniform(30, 80), -40];
    person(site, uniform(200, 350), uniform(680, 740), uniform(380, 480) * size, 1, pose);
    const radius = uniform(35, 60) * size;
    const [x, y] = [uniform(380, 520), uniform(280, 640)];
    fill(oval(x, y, radius), pick([line, hsl(24, 0.8, 0.5), hsl(65, 0.8, 0.6)]), 0.8);
    fill(limb(x - radius, y, x + radius, y, 5), [30, 30, 30]);
  },
};

/** The band at the top of a box, as it is in each region. */
const regions = {
  Europe: [40, 60, 150],
  Japan: [190, 40, 50],
  USA: [20, 20, 24],
} satisfies Record<string, Colour>;
export type Region = keyof typeof regions;
export const regionNames = Object.keys(regions) as Region[]; // its own keys

const syllables = 'KA RO MI TEN ZU SHI LO VAR NEX DO RA QUEST MAX STAR TO BE'.split(' ');

/** Small studios make games of all kinds: of their covers some show what another genre shows. */
const likeAnother = (genre: Genre, { next, pick }: Random): Genre =>
  genre === 'indie' && next() < 0.35 ? pick(['platform', 'puzzle'] as const) : genre;

/** Draws a cover: a background that says little, the motif of each genre (or nothing, or somebody who could be in any of them), the title, and the band of the region. */
export function drawCover({ scene, genres: own, region }: CoverOptions): Canvas {
  const source = random(0, scene);
  const { next, pick, uniform } = source;
  const canvas = makeCanvas(600, 800, 0.27);
  const style = own.includes('indie') && next() < 0.5 ? 'flat vector' : pick(styles);
  const [look, hue] = [looks[style], uniform(0, 360)];
  const vivid = own.includes('indie') ? 0.35 : 0.65;
  const site: Site = {
    source,
    fill(outline, colour, round = 0) {
      const { texture, tones } = look;
      fillPolygon(canvas, outline, { colour, round, texture: texture / 2, tones });
    },
    colour: () => hsl(hue + uniform(-90, 90), vivid, uniform(0.3, 0.65)),
  };
  const palette = makePalette(source, hue, pick(hours), look);
  const scenery = { canvas, source, palette, look };
  const horizon = uniform(420, 560);
  paintSky(scenery, horizon, 800);
  if (next() < 0.6) {
    const hilly = next() < 0.5;
    const far = hilly ? hills(canvas, source, horizon, 70, 0.6) : roofs(canvas, source, horizon, 80, 60);
    paintRidge(scenery, far, 1, 800);
    paintGround(scenery, horizon + 20, pick(['plain', 'road', 'water', 'tiles']));
  }
  const kind = next();
  const bare = kind < 0.12;
  const size = (own.length > 1 ? 0.8 : 1) * uniform(0.85, 1.1);
  if (kind >= 0.25) for (const genre of own) motifs[likeAnother(genre, source)](site, size);
  else if (!bare) person(site, uniform(220, 380), 780, 620 * size, pick([1, -1]), [uniform(0, 160)]);
  const title = Array.from({ length: source.integer(2, 3) }, () => pick(syllables)).join('');
  const colour = hsl(uniform(0, 360), 0.8, 0.7);
  finish(canvas, source, look);
  const dot = Math.min(14, (bare ? 560 : 480) / textWidth(title, 1));
  const y = bare ? 360 : 110 + (region === 'Japan' ? 40 : 0);
  const x = (600 - textWidth(title, dot)) / 2;
  drawText(canvas, title, x + dot / 2, y + dot / 2, { dot, colour: [10, 10, 12] });
  drawText(canvas, title, x, y, { dot, colour });
  fillPolygon(canvas, box(0, 0, 600, 70), { colour: regions[region] });
  drawText(canvas, region.toUpperCase(), 30, 20, { dot: 4, colour: [230, 230, 230] });
  return canvas;
}
