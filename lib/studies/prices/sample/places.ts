import { fillPolygon, type Outline, type Paint } from '../../../samples/canvas';
import { hsl, mix, scaled } from '../../../samples/colour';
import { drawGround, drawRidge, drawSky, hills, roofs } from '../../../samples/landscape';
import { drawTree, paintGround, paintRidge, paintSky, type Scenery } from '../../../samples/scenery';
import { box, limb, oval } from '../../../samples/shapes';
import { drawMap, drawWall } from './grounds';

/** The kinds of places in which a picture may be set; they say nothing about the price. */
export const placeKinds = ['mountains', 'city', 'space', 'dungeon', 'platforms', 'map', 'road'] as const;
export type PlaceKind = (typeof placeKinds)[number];

/** Highest and lowest line on which figures stand, in units. */
export type Floor = readonly [far: number, near: number];

const [width, height] = [600, 338]; // units of the canvas

/** Draws the surroundings of a picture, and says where in them figures stand. */
export function drawPlace(kind: PlaceKind, setting: Scenery): Floor {
  return painters[kind](setting);
}

const painters: Record<PlaceKind, (setting: Scenery) => Floor> = {
  mountains(setting) {
    const { canvas, source } = setting;
    const horizon = source.uniform(150, 205);
    paintSky(setting, horizon, horizon + 24);
    const layers = source.integer(2, 4);
    for (let layer = 0; layer < layers; layer++) {
      const line = hills(canvas, source, horizon - 45 + layer * 22, 40 - 9 * layer, 0.75 - 0.2 * layer);
      paintRidge(setting, line, layer, horizon + 24);
    }
    paintGround(setting, horizon + 22, source.pick(['plain', 'plain', 'water']));
    const trees = Array.from({ length: source.integer(4, 16) }, () => 70 * source.next() ** 2);
    for (const near of trees.sort((a, b) => a - b)) {
      drawTree(setting, source.uniform(-10, width + 10), horizon + 30 + near, 18 + 0.9 * near);
    }
    return [horizon + 60, 318];
  },
  city(setting) {
    const { canvas, source, palette } = setting;
    const horizon = source.uniform(195, 235);
    paintSky(setting, horizon);
    paintRidge(setting, roofs(canvas, source, horizon - 30, 120, 38), 1, horizon + 2);
    drawRidge(canvas, source, roofs(canvas, source, horizon + 5, 100, 60), {
      colour: palette.terrain[3],
      fade: palette.haze,
      texture: setting.look.texture * 0.4,
      end: horizon + 2,
      lamps: scaled(palette.lamp, 0.85),
    });
    paintGround(setting, horizon, source.pick(['tiles', 'road', 'plain']));
    return [horizon + 45, 318];
  },
  space(setting) {
    const { canvas, source, palette, look } = setting;
    const night = 0.5 + 0.5 * look.ambient;
    drawSky(canvas, source, {
      top: hsl(palette.hue + 200, 0.6, 0.06 * night),
      bottom: hsl(palette.hue + 260, 0.5, 0.14 * night),
      cloud: hsl(palette.hue, 0.55, 0.36 * night),
      horizon: height,
      end: height,
      flatness: 1,
      clouds: source.uniform(0.35, 0.7),
      texture: look.texture,
    });
    for (let i = 0; i < 120; i++) {
      const size = 0.5 + 1.1 * source.next() ** 4;
      const star = oval(source.uniform(0, width), source.uniform(0, height), size, size, 5);
      fillPolygon(canvas, star, { colour: [235, 235, 255], alpha: source.uniform(0.3, 1) });
    }
    drawPlanet(setting);
    return [190, 300];
  },
  dungeon(setting) {
    const { canvas, source, palette, look } = setting;
    const colour = hsl(palette.hue + 40, 0.18, 0.36 * (0.6 + 0.4 * look.ambient));
    const torches = drawWall(canvas, source, colour, palette.lamp, look.texture);
    const horizon = source.uniform(215, 245);
    drawGround(canvas, source, {
      horizon,
      colour: scaled(colour, 0.8),
      fade: scaled(colour, 0.35),
      line: scaled(colour, 0.5),
      texture: look.texture,
      paving: 'tiles',
    });
    for (const { x, y } of torches) {
      fillPolygon(canvas, limb(x, y + 8, x, y + 34, 6, 4), { colour: [60, 42, 30], round: 0.5 });
      for (const [i, size] of [11, 7, 4].entries()) {
        const flame = [x - size * 0.6, y, x, y - size * 2, x + size * 0.6, y, x, y + size * 0.8];
        fillPolygon(canvas, flame, { colour: hsl(24 + 7 * i, 1, 0.5 + 0.18 * i) });
      }
    }
    return [horizon + 30, 318];
  },
  platforms(setting) {
    const { canvas, source, palette, look } = setting;
    const floor = source.uniform(268, 292);
    paintSky(setting, 300);
    paintRidge(setting, hills(canvas, source, 190, 28, 0.3), 0, floor);
    paintRidge(setting, hills(canvas, source, 240, 30, 0.35), 2, floor);
    drawTiles(setting, 0, floor, width, height);
    for (let i = source.integer(1, 3); i > 0; i--) {
      const [left, top] = [source.uniform(0, 500), source.uniform(110, 190)];
      drawTiles(setting, left, top, left + 20 * source.integer(3, 7), top + 20);
    }
    for (let i = source.integer(2, 6); i > 0; i--) {
      const coin = oval(source.uniform(20, 580), source.uniform(90, 240), 6, 7, 12);
      fillPolygon(canvas, coin, { colour: scaled(palette.lamp, 0.6 + 0.4 * look.ambient), round: 0.5 });
    }
    return [floor, floor + 4];
  },
  map(setting) {
    const { canvas, source, palette, look } = setting;
    const light = 0.35 + 0.65 * look.ambient;
    const colours = [
      hsl(205, 0.4 * look.saturation, 0.36 * light),
      hsl(44, 0.35 * look.saturation, 0.6 * light),
      mix(palette.ground, hsl(palette.hue + 40, 0.3, 0.44 * light), 0.6),
      hsl(palette.hue + 60, 0.28 * look.saturation, 0.27 * light),
    ] as const;
    drawMap(canvas, source, colours, look.texture);
    for (let i = source.integer(10, 26); i > 0; i--) {
      drawTree(setting, source.uniform(0, width), source.uniform(30, 330), source.uniform(14, 26));
    }
    return [130, 318];
  },
  road(setting) {
    const { canvas, source } = setting;
    const horizon = source.uniform(140, 185);
    paintSky(setting, horizon);
    paintRidge(setting, hills(canvas, source, horizon - 8, 26, 0.45), 1, horizon + 2);
    paintGround(setting, horizon, 'road');
    return [horizon + 70, 318];
  },
};

function drawPlanet({ canvas, source, palette, look }: Scenery): void {
  const [x, y] = [source.uniform(60, 540), source.uniform(50, 280)];
  const size = source.uniform(35, 110);
  const colour = hsl(palette.hue + source.uniform(20, 90), 0.4 * look.saturation, 0.42);
  const surface = { colour, round: 1, texture: look.texture * 0.8, tones: look.tones };
  fillPolygon(canvas, oval(x, y, size, size, 64), surface);
  if (source.next() >= 0.4) return;
  const tilt = size * source.uniform(-0.3, 0.3);
  const ring = limb(x - size * 1.7, y - tilt, x + size * 1.7, y + tilt, size * 0.1);
  fillPolygon(canvas, ring, { colour: mix(colour, [230, 220, 200], 0.5), alpha: 0.75 });
}

/** A block of square tiles with grass on its top. */
function drawTiles(setting: Scenery, left: number, top: number, right: number, bottom: number): void {
  const { canvas, palette, look } = setting;
  const soil = mix(palette.ground, [70, 48, 36], 0.5);
  const fill = (outline: Outline, paint: Paint): void =>
    fillPolygon(canvas, outline, { texture: look.texture, tones: look.tones, ...paint });
  fill(box(left, top, right, bottom), { colour: soil });
  const joint = { colour: scaled(soil, 0.6), texture: 0 };
  for (let y = top; y < bottom; y += 20) fill(box(left, y, right, y + 1.5), joint);
  for (let x = left; x < right; x += 20) fill(box(x, top, x + 1.5, bottom), joint);
  fill(box(left, top - 3, right, top + 5), { colour: scaled(palette.ground, 1.25) });
}
