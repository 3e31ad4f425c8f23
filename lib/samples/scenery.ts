import type { Random } from '../core/random';
import { type Canvas, fillPolygon } from './canvas';
import { hsl, mix, scaled } from './colour';
import { drawGround, drawRidge, drawSky, type Paving, type Skyline } from './landscape';
import type { Palette } from './palette';
import { box, oval } from './shapes';
import type { Look } from './styles';

/** What the surroundings of a picture are painted with, on a canvas 600 units wide. */
export interface Scenery {
  canvas: Canvas;
  source: Random;
  palette: Palette;
  look: Look;
}

/** Paints the sky of the palette, with a sun or a moon. */
export function paintSky(
  { canvas, source, palette, look }: Scenery,
  horizon: number,
  end = horizon + 2,
): void {
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
  const [x, y] = [source.uniform(60, 540), source.uniform(25, horizon * 0.6)];
  const size = source.uniform(10, 26);
  const colour = mix(palette.lamp, [255, 255, 255], 0.5);
  fillPolygon(canvas, oval(x, y, size * 2.6), { colour, alpha: 0.12 });
  fillPolygon(canvas, oval(x, y, size * 1.7), { colour, alpha: 0.2 });
  fillPolygon(canvas, oval(x, y, size), { colour, alpha: 0.95 });
}

/** Paints hills or houses under a skyline; `layer` 0 is the farthest of four. */
export function paintRidge(
  { canvas, source, palette, look }: Scenery,
  line: Skyline,
  layer: number,
  end: number,
): void {
  const colour = palette.terrain[layer] ?? palette.terrain[3];
  drawRidge(canvas, source, line, {
    colour,
    fade: palette.haze,
    texture: look.texture * (0.35 + 0.2 * layer),
    end,
  });
}

/** Paints the floor below a horizon. */
export function paintGround(
  { canvas, source, palette, look }: Scenery,
  horizon: number,
  paving: Paving,
): void {
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

/** A fir with its foot at (x, foot), `size` units high. */
export function drawTree(
  { canvas, source, palette, look }: Scenery,
  x: number,
  foot: number,
  size: number,
): void {
  const colour = scaled(palette.terrain[3], source.uniform(0.65, 1));
  const trunk = box(x - size * 0.06, foot - size * 0.4, x + size * 0.06, foot);
  fillPolygon(canvas, trunk, { colour: scaled(colour, 0.5) });
  for (let tier = 0; tier < 3; tier++) {
    const wide = size * (0.36 - 0.08 * tier);
    const bottom = foot - size * (0.25 + 0.3 * tier);
    const leaves = [x - wide, bottom, x + wide, bottom, x, bottom - size * 0.55];
    fillPolygon(canvas, leaves, { colour, round: 0.6, texture: look.texture, tones: look.tones });
  }
}
