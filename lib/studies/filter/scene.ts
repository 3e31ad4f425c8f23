import type { Random } from '../../core/random';
import { type Canvas, fillPolygon, makeCanvas, type Outline } from '../../samples/canvas';
import { type Colour, hsl, mix, scaled } from '../../samples/colour';
import { finish } from '../../samples/finish';
import { hills, roofs } from '../../samples/landscape';
import { hours, makePalette } from '../../samples/palette';
import { drawTree, paintGround, paintRidge, paintSky } from '../../samples/scenery';
import { box, oval } from '../../samples/shapes';
import { looks, type Style } from '../../samples/styles';

/** How a picture is drawn; what is not given is drawn at random. */
export interface SceneOptions {
  building: Building;
  /** Units that its own measures are multiplied by; below 0 it stands on its head. */
  size?: number;
  style?: Style;
}

/** A building to be: where its foot is, how large it is, and its colours. */
interface Site extends Required<Pick<SceneOptions, 'size'>> {
  canvas: Canvas;
  source: Random;
  x: number;
  foot: number;
  stone: Colour;
  roof: Colour;
}

const dark: Colour = [28, 26, 30];

/** Fills an outline in the site's own measures: x to the right of its middle, y upwards from its foot. */
function fill({ canvas, x, foot, size }: Site, outline: Outline, colour: Colour, round = 0): void {
  const placed = outline.map((value, i) => (i % 2 === 0 ? x + value * size : foot - value * size));
  fillPolygon(canvas, placed, { colour, texture: 0.3, round });
}

/** A row of battlements from `left` to `right`. */
function battlements(site: Site, left: number, right: number, top: number): void {
  const count = Math.max(2, Math.round((right - left) / 0.17));
  const tooth = (right - left) / (2 * count - 1);
  for (let i = 0, x = left; i < count; i++, x += 2 * tooth) {
    fill(site, box(x, top - 0.01, x + tooth, top + 0.08), site.stone);
  }
}

type Top = 'battlements' | 'cone' | 'flat';

function tower(site: Site, x: number, half: number, height: number, top: Top): void {
  fill(site, box(x - half, 0, x + half, height), site.stone, 0.5);
  fill(site, box(x - 0.025, height * 0.72, x + 0.025, height * 0.72 + 0.09), dark);
  const cone = [x - half * 1.25, height, x, height + half * 2.6, x + half * 1.25, height];
  if (top === 'battlements') battlements(site, x - half * 1.2, x + half * 1.2, height);
  if (top === 'cone') fill(site, cone, site.roof);
}

/** A wall between two towers, perhaps before a third, all with one of `tops`. */
function towers(site: Site, tops: readonly Top[]): void {
  const { next, pick, uniform } = site.source;
  const [wide, wall] = [uniform(0.4, 0.65), uniform(0.28, 0.42)];
  const roof = [-wide, wall, 0.1 - wide, wall + 0.16, wide - 0.1, wall + 0.16, wide, wall];
  if (next() < 0.6) tower(site, uniform(-0.2, 0.2), uniform(0.12, 0.2), uniform(0.7, 1), pick(tops));
  fill(site, box(-wide, 0, wide, wall), site.stone);
  if (tops.includes('battlements')) battlements(site, -wide, wide, wall);
  else if (next() < 0.6) fill(site, roof, site.roof);
  fill(site, [-0.07, 0, -0.07, 0.13, 0, 0.19, 0.07, 0.13, 0.07, 0], dark);
  for (const side of [-wide, wide]) tower(site, side, uniform(0.08, 0.13), uniform(0.45, 0.75), pick(tops));
}

/** What can stand in a landscape; a church differs from a castle in nothing but the battlements. */
const buildings = {
  castle: (site: Site) => towers(site, ['battlements', 'battlements', 'cone']),
  church: (site: Site) => towers(site, ['cone', 'flat']),
  houses(site: Site): void {
    for (let x = -0.7; x < 0.7; x += site.source.uniform(0.3, 0.5)) {
      const [half, height] = [site.source.uniform(0.13, 0.22), site.source.uniform(0.16, 0.4)];
      fill(site, box(x - half, 0, x + half, height), site.stone);
      fill(site, [x - half * 1.15, height, x, height + half, x + half * 1.15, height], site.roof);
    }
  },
  blocks(site: Site): void {
    for (let x = -0.6; x < 0.6; x += site.source.uniform(0.2, 0.35)) {
      const [half, height] = [site.source.uniform(0.08, 0.16), site.source.uniform(0.3, 0.9)];
      fill(site, box(x - half, 0, x + half, height), site.stone);
      for (let y = 0.08; y < height - 0.06; y += 0.12) {
        fill(site, box(x - half * 0.7, y, x + half * 0.7, y + 0.035), dark);
      }
    }
  },
  lighthouse(site: Site): void {
    fill(site, [-0.16, 0, -0.1, 0.8, 0.1, 0.8, 0.16, 0], site.stone, 0.5);
    fill(site, box(-0.14, 0.4, 0.14, 0.55), site.roof, 0.5);
    fill(site, oval(0, 0.88, 0.12), site.roof);
  },
  rook(site: Site): void {
    tower(site, 0, 0.16, 0.7, 'battlements');
    fill(site, box(-0.3, 0, 0.3, 0.12), site.stone, 0.3);
    fill(site, box(-0.22, 0.6, 0.22, 0.7), site.stone, 0.3);
  },
  crown(site: Site): void {
    const points = [-0.4, 0.5, -0.2, 0.3, 0, 0.6, 0.2, 0.3, 0.4, 0.5];
    fill(site, [-0.35, 0, ...points, 0.35, 0], [230, 180, 60], 0.4);
  },
  fence(site: Site): void {
    for (let x = -1.2; x < 1.2; x += 0.16) fill(site, box(x, 0, x + 0.1, 0.45), site.stone);
    for (const y of [0.1, 0.3]) fill(site, box(-1.2, y, 1.2, y + 0.06), site.stone);
  },
  nothing(): void {},
};
export type Building = keyof typeof buildings;

/** Draws a landscape with a building, some small and some behind trees. Colours, landscape and trees say nothing about the building. */
export function drawScene(source: Random, { building, ...given }: SceneOptions): Canvas {
  const { next, pick, uniform } = source;
  const canvas = makeCanvas(600, 450, 0.3);
  const look = looks[given.style ?? pick(['pixel art', 'flat vector', 'painterly', 'realistic'])];
  const palette = makePalette(source, uniform(0, 360), pick(hours), look);
  const scenery = { canvas, source, palette, look };
  const horizon = uniform(210, 300);
  const far = next() < 0.5 ? hills(canvas, source, horizon, 60, 0.6) : roofs(canvas, source, horizon, 70, 50);
  paintSky(scenery, horizon, horizon + 24);
  paintRidge(scenery, far, 1, horizon + 24);
  paintGround(scenery, horizon + 12, pick(['plain', 'plain', 'plain', 'road', 'water']));
  const light = uniform(0.75, 1.15) * look.ambient;
  const site: Site = {
    canvas,
    source,
    x: uniform(180, 420),
    foot: horizon + uniform(60, 130),
    size: given.size ?? (next() < 0.15 ? uniform(110, 160) : uniform(200, 320)),
    stone: scaled(mix(palette.terrain[3], hsl(uniform(15, 60), uniform(0, 0.3), 0.55), 0.7), light),
    roof: scaled(hsl(uniform(-20, 230), 0.4, 0.35), light),
  };
  buildings[building](site);
  for (let trees = given.size ? 0 : pick([0, 1, 3, 6]); trees > 0; trees--) {
    drawTree(scenery, site.x + 220 * uniform(-1, 1), site.foot + uniform(4, 30), uniform(40, 130));
  }
  finish(canvas, source, look);
  return canvas;
}
