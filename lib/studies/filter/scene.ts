import type { Random } from '../../core/random';
import { type Canvas, fillPolygon, makeCanvas } from '../../samples/canvas';
import { mix } from '../../samples/colour';
import { finish } from '../../samples/finish';
import { drawGround, drawRidge, drawSky, hills } from '../../samples/landscape';
import { hours, makePalette } from '../../samples/palette';
import { box } from '../../samples/shapes';
import { looks, styles } from '../../samples/styles';

/** Draws a landscape with a building: a castle, which has battlements, or another. */
export function drawScene(source: Random, castle: boolean): Canvas {
  const canvas = makeCanvas(480, 360, 0.4);
  const look = looks[source.pick(styles)];
  const palette = makePalette(source, source.uniform(0, 360), source.pick(hours), look);
  const horizon = source.uniform(170, 230);
  const { skyTop, skyBottom, haze, terrain, ground, lamp } = palette;
  drawSky(canvas, source, {
    top: skyTop,
    bottom: skyBottom,
    cloud: mix(skyBottom, [255, 255, 255], 0.35),
    horizon,
    end: horizon + 24,
    clouds: source.uniform(0.2, 0.55),
    texture: look.texture,
    flatness: 1.6,
  });
  const line = hills(canvas, source, horizon - 30, 40, 0.6);
  drawRidge(canvas, source, line, {
    colour: terrain[1],
    fade: haze,
    texture: look.texture,
    end: horizon + 24,
  });
  drawGround(canvas, source, {
    horizon: horizon + 20,
    colour: ground,
    fade: haze,
    line: lamp,
    texture: look.texture,
    paving: source.pick(['plain', 'water', 'road']),
  });
  const [x, width, height] = [source.uniform(60, 300), source.uniform(50, 120), source.uniform(60, 160)];
  const paint = { colour: terrain[3], texture: look.texture };
  fillPolygon(canvas, box(x, horizon + 50 - height, x + width, horizon + 50), paint);
  for (let i = 0; castle && i < 4; i++) {
    const left = x + (i * width) / 3.5;
    fillPolygon(canvas, box(left, horizon + 40 - height, left + width / 7, horizon + 52 - height), paint);
  }
  finish(canvas, source, look);
  return canvas;
}
