import type { Random } from '../core/random';
import { type Canvas, drawingHeight, drawingWidth, fillPolygon } from './canvas';
import { type Colour, hsl, mix, scaled } from './colour';
import type { Palette } from './palette';
import { box, limb, oval } from './shapes';
import type { Look } from './styles';
import { drawGround, drawMap, drawRidge, drawSky, drawWall, hills, type Paving, roofs } from './terrain';

/** The kinds of places in which a picture may be set; they say nothing about the price. */
export const placeKinds = ['mountains', 'city', 'space', 'dungeon', 'platforms', 'map', 'road'] as const;
export type PlaceKind = (typeof placeKinds)[number];

/** What of a place matters for the figures in it. */
export interface Stage {
  /** Highest and lowest line on which figures stand, in units. */
  floor: readonly [far: number, near: number];
  /** Layers of depth drawn behind them. */
  depth: number;
}

interface Setting {
  canvas: Canvas;
  source: Random;
  palette: Palette;
  look: Look;
}

/** Draws the surroundings of a picture. */
export function drawPlace(kind: PlaceKind, setting: Setting): Stage {
  return painters[kind](setting);
}

const painters: Record<PlaceKind, (setting: Setting) => Stage> = {
  mountains(setting) {
    const { canvas, source } = setting;
    const horizon = source.uniform(150, 205);
    openSky(setting, horizon, horizon + 24);
    const layers = source.integer(2, 4);
    for (let layer = 0; layer < layers; layer++) {
      const line = hills(canvas, source, horizon - 45 + layer * 22, 40 - 9 * layer, 0.75 - 0.2 * layer);
      ridge(setting, line, layer, horizon + 24);
    }
    ground(setting, horizon + 22, source.pick(['plain', 'plain', 'water']));
    drawTrees(setting, horizon + 30);
    return { floor: [horizon + 60, 318], depth: layers + 1 };
  },
  city(setting) {
    const { canvas, source, palette } = setting;
    const horizon = source.uniform(195, 235);
    openSky(setting, horizon);
    ridge(setting, roofs(canvas, source, horizon - 30, 120, 38), 1, horizon + 2);
    drawRidge(canvas, source, roofs(canvas, source, horizon + 5, 100, 60), {
      colour: palette.terrain[3]!, // four colours of terrain
      fade: palette.haze,
      texture: setting.look.texture * 0.4,
      end: horizon + 2,
      lamps: scaled(palette.lamp, 0.85),
    });
    ground(setting, horizon, source.pick(['tiles', 'road', 'plain']));
    return { floor: [horizon + 45, 318], depth: 3 };
  },
  space(setting) {
    const { canvas, source, palette, look } = setting;
    const night = 0.5 + 0.5 * look.ambient;
    drawSky(canvas, source, {
      top: hsl(palette.hue + 200, 0.6, 0.06 * night),
      bottom: hsl(palette.hue + 260, 0.5, 0.14 * night),
      cloud: hsl(palette.hue, 0.55, 0.36 * night),
      horizon: drawingHeight,
      end: drawingHeight,
      flatness: 1,
      clouds: source.uniform(0.35, 0.7),
      texture: look.texture,
    });
    for (let i = 0; i < 120; i++) {
      const size = 0.5 + 1.1 * source.next() ** 4;
      const star = oval(source.uniform(0, drawingWidth), source.uniform(0, drawingHeight), size, size, 5);
      fillPolygon(canvas, star, { colour: [235, 235, 255], alpha: source.uniform(0.3, 1) });
    }
    drawPlanet(setting);
    return { floor: [190, 300], depth: 2 };
  },
  dungeon(setting) {
    const { canvas, source, palette, look } = setting;
    const colour = hsl(palette.hue + 40, 0.18, 0.36 * (0.6 + 0.4 * look.ambient));
    const torches = drawWall(canvas, source, {
      colour,
      lamp: palette.lamp,
      texture: look.texture,
      brick: source.uniform(34, 58),
    });
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
      for (const [size, light] of [
        [11, 0.5],
        [7, 0.66],
        [4, 0.86],
      ] as const) {
        const flame = [x - size * 0.6, y, x, y - size * 2, x + size * 0.6, y, x, y + size * 0.8];
        fillPolygon(canvas, flame, { colour: hsl(24 + 40 * (light - 0.5), 1, light) });
      }
    }
    return { floor: [horizon + 30, 318], depth: 2 };
  },
  platforms(setting) {
    const { canvas, source, palette, look } = setting;
    const floor = source.uniform(268, 292);
    openSky(setting, 300);
    ridge(setting, hills(canvas, source, 190, 28, 0.3), 0, floor);
    ridge(setting, hills(canvas, source, 240, 30, 0.35), 2, floor);
    const soil = mix(palette.ground, [70, 48, 36], 0.5);
    drawTiles(setting, 0, floor, drawingWidth, drawingHeight, soil);
    for (let i = source.integer(1, 3); i > 0; i--) {
      const left = source.uniform(0, 500);
      const top = source.uniform(110, 190);
      drawTiles(setting, left, top, left + 20 * source.integer(3, 7), top + 20, soil);
    }
    for (let i = source.integer(2, 6); i > 0; i--) {
      const coin = oval(source.uniform(20, 580), source.uniform(90, 240), 6, 7, 12);
      fillPolygon(canvas, coin, { colour: scaled(palette.lamp, 0.6 + 0.4 * look.ambient), round: 0.5 });
    }
    return { floor: [floor, floor + 4], depth: 3 };
  },
  map(setting) {
    const { canvas, source, palette, look } = setting;
    const light = 0.35 + 0.65 * look.ambient;
    drawMap(canvas, source, {
      colours: [
        hsl(205, 0.4 * look.saturation, 0.36 * light),
        hsl(44, 0.35 * look.saturation, 0.6 * light),
        mix(palette.ground, hsl(palette.hue + 40, 0.3, 0.44 * light), 0.6),
        hsl(palette.hue + 60, 0.28 * look.saturation, 0.27 * light),
      ],
      texture: look.texture,
      step: source.pick([1, 1, 12, 20]),
    });
    for (let i = source.integer(10, 26); i > 0; i--) {
      drawTree(setting, source.uniform(0, drawingWidth), source.uniform(30, 330), source.uniform(14, 26));
    }
    return { floor: [130, 318], depth: 1 };
  },
  road(setting) {
    const { canvas, source } = setting;
    const horizon = source.uniform(140, 185);
    openSky(setting, horizon);
    ridge(setting, hills(canvas, source, horizon - 8, 26, 0.45), 1, horizon + 2);
    ground(setting, horizon, 'road');
    return { floor: [horizon + 70, 318], depth: 2 };
  },
};

function openSky({ canvas, source, palette, look }: Setting, horizon: number, end = horizon + 2): void {
  drawSky(canvas, source, {
    top: palette.skyTop,
    bottom: palette.skyBottom,
    cloud: mix(palette.skyBottom, [255, 250, 245], 0.55 * look.ambient),
    horizon,
    end,
    flatness: 2.2,
    clouds: source.uniform(0.2, 0.75),
    texture: look.texture,
  });
  const sun = {
    x: source.uniform(60, 540),
    y: source.uniform(25, horizon * 0.6),
    size: source.uniform(10, 26),
  };
  for (const [size, alpha] of [
    [2.6, 0.12],
    [1.7, 0.2],
    [1, 0.95],
  ] as const) {
    const disc = oval(sun.x, sun.y, sun.size * size, sun.size * size, 32);
    fillPolygon(canvas, disc, { colour: mix(palette.lamp, [255, 255, 255], 0.5), alpha });
  }
}

function ridge(
  { canvas, source, palette, look }: Setting,
  line: Float64Array,
  layer: number,
  end: number,
): void {
  const colour = palette.terrain[Math.min(layer, 3)]!; // four colours of terrain
  const texture = look.texture * (0.35 + 0.2 * layer);
  drawRidge(canvas, source, line, { colour, fade: palette.haze, texture, end });
}

function ground({ canvas, source, palette, look }: Setting, horizon: number, paving: Paving): void {
  const neon = look.ambient < 0.6;
  drawGround(canvas, source, {
    horizon,
    colour: paving === 'water' ? mix(palette.skyTop, [20, 60, 90], 0.4) : palette.ground,
    fade: palette.haze,
    line: neon ? hsl(palette.hue + 120, 0.9, 0.6) : [215, 210, 190],
    texture: look.texture,
    paving: neon && paving === 'plain' ? 'grid' : paving,
  });
}

function drawTrees(setting: Setting, horizon: number): void {
  const { source } = setting;
  const feet = Array.from({ length: source.integer(4, 16) }, () => horizon + 70 * source.next() ** 2);
  for (const foot of feet.sort((a, b) => a - b)) {
    drawTree(setting, source.uniform(-10, drawingWidth + 10), foot, 18 + (foot - horizon) * 0.9);
  }
}

function drawTree({ canvas, source, palette, look }: Setting, x: number, foot: number, size: number): void {
  const leaf: Colour = scaled(palette.terrain[3]!, source.uniform(0.65, 1)); // four colours of terrain
  const paint = { colour: leaf, round: 0.6, texture: look.texture, tones: look.tones };
  fillPolygon(canvas, box(x - size * 0.06, foot - size * 0.4, x + size * 0.06, foot), {
    colour: scaled(leaf, 0.5),
  });
  for (let tier = 0; tier < 3; tier++) {
    const wide = size * (0.36 - 0.08 * tier);
    const bottom = foot - size * (0.25 + 0.3 * tier);
    fillPolygon(canvas, [x - wide, bottom, x + wide, bottom, x, bottom - size * 0.55], paint);
  }
}

function drawPlanet({ canvas, source, palette, look }: Setting): void {
  const x = source.uniform(60, 540);
  const y = source.uniform(50, 280);
  const size = source.uniform(35, 110);
  const colour = hsl(palette.hue + source.uniform(20, 90), 0.4 * look.saturation, 0.42);
  const paint = { colour, round: 1, texture: look.texture * 0.8, tones: look.tones };
  fillPolygon(canvas, oval(x, y, size, size, 64), paint);
  if (source.next() < 0.4) {
    const tilt = source.uniform(-0.3, 0.3);
    fillPolygon(canvas, limb(x - size * 1.7, y - size * tilt, x + size * 1.7, y + size * tilt, size * 0.1), {
      colour: mix(colour, [230, 220, 200], 0.5),
      alpha: 0.75,
    });
  }
}

/** A block of square tiles with grass on its top. */
function drawTiles(
  { canvas, palette, look }: Setting,
  left: number,
  top: number,
  right: number,
  bottom: number,
  soil: Colour,
): void {
  const paint = { texture: look.texture, tones: look.tones };
  fillPolygon(canvas, box(left, top, right, bottom), { ...paint, colour: soil });
  for (let y = top; y < bottom; y += 20) {
    fillPolygon(canvas, box(left, y, right, y + 1.5), { colour: scaled(soil, 0.6) });
    for (let x = left; x < right; x += 20) {
      fillPolygon(canvas, box(x, y, x + 1.5, Math.min(bottom, y + 20)), { colour: scaled(soil, 0.6) });
    }
  }
  fillPolygon(canvas, box(left, top - 3, right, top + 5), { ...paint, colour: scaled(palette.ground, 1.25) });
}
