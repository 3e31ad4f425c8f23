import { type Random, random } from '../../core/random';
import { type Canvas, fillPolygon, makeCanvas, type Outline } from '../../samples/canvas';
import { type Colour, hsl, scaled } from '../../samples/colour';
import { finish } from '../../samples/finish';
import { hills, roofs } from '../../samples/landscape';
import { hours, makePalette } from '../../samples/palette';
import { paintGround, paintRidge, paintSky } from '../../samples/scenery';
import { box, limb, oval } from '../../samples/shapes';
import { looks, type Style, styles } from '../../samples/styles';
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
  canvas: Canvas;
  source: Random;
  style: Style;
  /** A colour that belongs to the cover. */
  colour(): Colour;
}

const fill = ({ canvas, style }: Site, outline: Outline, colour: Colour, round = 0.4): void =>
  fillPolygon(canvas, outline, {
    colour,
    round,
    texture: looks[style].texture / 2,
    tones: looks[style].tones,
  });

const skin: Colour = [224, 172, 130];

/** A person with the feet at (x, foot), who looks to the right for `side` 1; arms and legs at angles from straight down, in degrees. */
function person(
  site: Site,
  x: number,
  foot: number,
  size: number,
  side: number,
  pose: readonly number[],
): void {
  const [shirt, trousers] = [site.colour(), scaled(site.colour(), 0.6)];
  const [hip, neck] = [foot - 0.48 * size, foot - 0.82 * size];
  const part = (
    fromX: number,
    fromY: number,
    degrees: number,
    length: number,
    width: number,
    colour: Colour,
  ) => {
    const angle = (degrees * Math.PI) / 180;
    const [toX, toY] = [fromX + side * Math.sin(angle) * length, fromY + Math.cos(angle) * length];
    fill(site, limb(fromX, fromY, toX, toY, width * size, width * size * 0.8), colour);
    return [toX, toY] as const;
  };
  const [near = 60, far = -30, front = 25, back = -25] = pose;
  for (const degrees of [back, front]) part(x, hip, degrees, 0.5 * size, 0.15, trousers);
  part(x, neck + 0.05 * size, far, 0.36 * size, 0.1, skin);
  fill(site, limb(x, neck, x, hip + 0.05 * size, 0.26 * size, 0.2 * size), shirt);
  const [handX, handY] = part(x, neck + 0.06 * size, near, 0.4 * size, 0.11, skin);
  fill(site, oval(handX, handY, 0.07 * size), skin);
  fill(site, oval(x + 0.02 * side * size, neck - 0.1 * size, 0.1 * size, 0.12 * size), skin);
}

/** What makes a cover look like its genre; `size` is about 1. */
const motifs: Record<Genre, (site: Site, size: number) => void> = {
  fighting(site, size) {
    const { source } = site;
    const [x, y] = [source.uniform(260, 340), source.uniform(380, 470)];
    const star = Array.from({ length: 16 }, (_, i) => {
      const [reach, angle] = [(i % 2 ? 60 : source.uniform(120, 190)) * size, (i * Math.PI) / 8];
      return [x + reach * Math.cos(angle), y + reach * Math.sin(angle)];
    });
    if (source.next() < 0.7) fill(site, star.flat(), hsl(source.uniform(20, 55), 0.95, 0.6), 0);
    const foot = source.uniform(640, 720);
    for (const side of [1, -1]) {
      const pose = [source.uniform(70, 115), source.uniform(20, 80), source.uniform(10, 80), -30];
      person(
        site,
        300 - side * source.uniform(110, 160) * size,
        foot,
        source.uniform(330, 430) * size,
        side,
        pose,
      );
    }
  },
  indie(site, size) {
    const { source } = site;
    const [x, y, radius] = [
      source.uniform(180, 420),
      source.uniform(260, 420),
      source.uniform(70, 150) * size,
    ];
    fill(site, oval(x, y, radius), hsl(source.uniform(20, 330), 0.3, 0.75), 0);
    const foot = source.uniform(600, 700);
    fill(site, [0, 800, 0, foot, 300, foot - source.uniform(20, 120), 600, foot, 600, 800], site.colour(), 0);
    if (source.next() < 0.6)
      person(site, source.uniform(150, 450), foot - 20, 110 * size, 1, [10, -10, 8, -8]);
    else
      for (let i = 0; i < 7; i++) {
        const at = source.uniform(40, 560);
        fill(
          site,
          [at - 25, foot, at, foot - source.uniform(90, 260), at + 25, foot],
          scaled(site.colour(), 0.6),
          0,
        );
      }
  },
  platform(site, size) {
    const { source } = site;
    const block = source.uniform(45, 60) * size;
    const [top, side] = [site.colour(), site.colour()];
    for (let i = 0; i < 4; i++) {
      const [left, y] = [source.uniform(0, 400), 300 + i * 115 + source.uniform(-20, 20)];
      for (let k = source.integer(3, 5); k > 0; k--) {
        const x = left + k * block;
        fill(site, box(x, y, x + block - 3, y + block), side, 0.2);
        fill(site, box(x, y, x + block - 3, y + block * 0.3), top, 0.2);
      }
      for (let k = source.integer(0, 3); k > 0; k--)
        fill(site, oval(left + k * 55, y - 40, 15, 19), [250, 205, 50], 0.8);
    }
    person(
      site,
      source.uniform(150, 450),
      source.uniform(420, 640),
      source.uniform(150, 220) * size,
      1,
      [150, -100, 70, -60],
    );
  },
  puzzle(site, size) {
    const { source } = site;
    const [count, cell] = [source.integer(4, 7), source.uniform(56, 70) * size];
    const [left, top] = [(600 - count * cell) / 2, source.uniform(250, 330)];
    const colours = Array.from({ length: 5 }, () => site.colour());
    const round = source.next() < 0.5;
    for (let i = 0; i < count * count; i++) {
      if (source.next() < 0.15) continue;
      const [x, y] = [left + (i % count) * cell, top + Math.floor(i / count) * cell];
      const shape = round
        ? oval(x + cell / 2, y + cell / 2, cell * 0.44)
        : box(x + 3, y + 3, x + cell - 3, y + cell - 3);
      fill(site, shape, source.pick(colours), 0.7);
    }
  },
  sport(site, size) {
    const { source } = site;
    const line: Colour = [240, 240, 235];
    const field = source.pick([
      hsl(120, 0.4, 0.35),
      hsl(120, 0.4, 0.35),
      hsl(25, 0.5, 0.5),
      hsl(200, 0.3, 0.8),
    ]);
    fill(site, [0, 800, 0, 560, 600, 560, 600, 800], field, 0);
    for (const x of [40, 300, 560]) fill(site, limb(300 + (x - 300) * 0.6, 560, x, 800, 5, 10), line, 0);
    const pose = [source.uniform(90, 170), source.uniform(-90, 0), source.uniform(30, 80), -40];
    person(
      site,
      source.uniform(200, 350),
      source.uniform(680, 740),
      source.uniform(380, 480) * size,
      1,
      pose,
    );
    const radius = source.uniform(35, 60) * size;
    const [x, y] = [source.uniform(380, 520), source.uniform(280, 640)];
    fill(site, oval(x, y, radius), source.pick([line, hsl(24, 0.8, 0.5), hsl(65, 0.8, 0.6)]), 0.8);
    fill(site, limb(x - radius, y, x + radius, y, 5), [30, 30, 30], 0);
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
    canvas,
    source,
    style,
    colour: () => hsl(hue + uniform(-90, 90), vivid, uniform(0.3, 0.65)),
  };
  const palette = makePalette(source, hue, pick(hours), look);
  const scenery = { canvas, source, palette, look };
  const horizon = uniform(420, 560);
  paintSky(scenery, horizon, 800);
  if (next() < 0.6) {
    const far =
      next() < 0.5 ? hills(canvas, source, horizon, 70, 0.6) : roofs(canvas, source, horizon, 80, 60);
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
  drawText(canvas, title, (600 - textWidth(title, dot)) / 2 + dot / 2, y + dot / 2, {
    dot,
    colour: [10, 10, 12],
  });
  drawText(canvas, title, (600 - textWidth(title, dot)) / 2, y, { dot, colour });
  fillPolygon(canvas, box(0, 0, 600, 70), { colour: regions[region] });
  drawText(canvas, region.toUpperCase(), 30, 20, { dot: 4, colour: [230, 230, 230] });
  return canvas;
}
