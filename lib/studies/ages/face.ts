import type { Random } from '../../core/random';
import { type Canvas, fillPolygon, makeCanvas, type Outline, type Paint } from '../../samples/canvas';
import { type Colour, hsl, mix, scaled } from '../../samples/colour';
import { finish } from '../../samples/finish';
import { box, limb, oval } from '../../samples/shapes';
import { looks } from '../../samples/styles';

/** Whom a face is of. */
export interface Person {
  /** In years. */
  age: number;
  male: boolean;
}

const dark: Colour = [34, 26, 26];
const within = (value: number): number => Math.min(1, Math.max(0, value));

/** Years by which a face looks older or younger than it is, as a standard deviation. */
const BELIES = 6;

/** Draws the face of a person as on a passport photograph. Age changes proportions, hair and skin, but not every face shows its years; light, pose and colours say nothing of it. */
export function drawFace(source: Random, { age, male }: Person): Canvas {
  const { next, normal, uniform } = source;
  const canvas = makeCanvas(100, 100, 0.96);
  const [zoom, right, down] = [uniform(0.8, 1.15), uniform(-7, 7), uniform(-7, 7)]; // how it is cut out
  const fill = (outline: Outline, colour: Colour, paint: Omit<Paint, 'colour'> = {}): void => {
    const placed = outline.map((at, i) => 50 + (at - 50) * zoom + (i % 2 === 0 ? right : down));
    fillPolygon(canvas, placed, { colour, ...paint });
  };
  const seems = age + BELIES * normal();
  const child = within((20 - seems) / 14);
  const worn = within((seems - 26) / 42);
  const skin = scaled(hsl(uniform(14, 30), uniform(0.3, 0.5), uniform(0.38, 0.74)), uniform(0.75, 1.1));
  const grey = within((seems + 8 * normal() - 40) / 22);
  const hair = mix(hsl(uniform(12, 45), uniform(0.1, 0.6), uniform(0.06, 0.66)), [205, 205, 208], grey);
  const [x, y] = [uniform(46, 54), uniform(50, 55)];
  const [half, height] = [uniform(23, 27) * (1 + 0.08 * child), uniform(31, 35) * (1 - 0.12 * child)];
  const middle = x + uniform(-5, 5); // of eyes, nose and mouth: the head is turned
  const line = (alpha: number) => ({ alpha: within(alpha * uniform(0.6, 1.2)) });
  const crease = scaled(skin, 0.62);

  fill(box(-50, -50, 150, 150), hsl(uniform(0, 360), uniform(0, 0.5), uniform(0.15, 0.8)), { texture: 0.4 });
  const long = !male && next() < 0.75 ? uniform(8, 34) : 0;
  if (long > 0) fill(oval(x, y + long / 2, half * 1.28, height * 1.05 + long / 2), hair, { texture: 0.5 });
  fill(oval(x, 118, uniform(42, 52), 30), hsl(uniform(0, 360), 0.4, uniform(0.15, 0.7)), { texture: 0.3 });
  fill(box(x - 10, y + height * 0.6, x + 10, 110), scaled(skin, 0.8));
  for (const side of [-1, 1]) fill(oval(x + side * half, y + 1, 4, 7), scaled(skin, 0.9), { round: 0.4 });
  fill(oval(x, y - 4, half * 1.12, height * 1.02), hair, { texture: 0.5 });
  const brow = uniform(9, 13) - 10 * (male ? 1 : 0.2) * worn * next(); // how low the hair comes
  fill(oval(x, y + brow / 2, half, height - brow / 2), skin, { round: 0.45, texture: 0.12 + 0.2 * worn });
  const eyes = y - 5 + 6 * child;
  const size = uniform(3.2, 4) * (1 + 0.5 * child);
  const iris = hsl(uniform(20, 230), 0.4, uniform(0.2, 0.45));
  const spectacles = next() < 0.08 + 0.4 * worn;
  if (spectacles) fill(limb(middle - 3, eyes, middle + 3, eyes, 1.2), dark);
  for (const side of [-1, 1]) {
    const at = middle + side * half * 0.42;
    if (spectacles) {
      fill(oval(at, eyes, 8.1, 6.6), dark);
      fill(oval(at, eyes, 6.9, 5.4), scaled(skin, 1.05));
    }
    fill(oval(at, eyes, size, size * (0.62 - 0.18 * worn)), [240, 238, 234]);
    fill(oval(at, eyes, size * 0.48), iris);
    fill(oval(at, eyes, size * 0.22), dark);
    fill(limb(at - size, eyes - 2.2, at + size, eyes - 2.2, 0.9), crease);
    fill(limb(at - 5, eyes - 6.5, at + 5, eyes - 7 + uniform(-1, 1), male ? 2 : 1.2), hair);
    fill(limb(at - 4, eyes + 4, at + 4, eyes + 4.6, 1.6), crease, line(0.75 * worn));
    for (const slope of [-2.5, 0, 2.5]) {
      fill(limb(at + side * 5, eyes + slope / 3, at + side * 9, eyes + slope, 0.8), crease, line(0.9 * worn));
    }
    fill(limb(middle + side * 5, y + 8, middle + side * 9, y + 18, 1.4), crease, line(0.9 * worn));
  }
  for (const row of [0, 1, 2]) {
    const level = y - 13 - 4 * row;
    fill(limb(middle - 11, level, middle + 11, level + uniform(-1, 1), 1), crease, line(0.85 * worn));
  }
  const tip = y + 8 - 2 * child;
  fill(limb(middle, eyes + 2, middle + uniform(-1, 1), tip, 1.5, 4 - 1.5 * child), scaled(skin, 0.86));
  if (male && age > 17 && next() < 0.4) {
    fill(oval(middle, y + height * 0.66, half * 0.66, height * 0.36), hair, { alpha: 0.85, texture: 0.6 });
  }
  const lips = mix(scaled(skin, 0.75), [190, 60, 70], male ? 0.25 : 0.6);
  fill(oval(middle, y + 18 - 3 * child, uniform(6.5, 9), uniform(1.2, 2.6) * (1 - 0.4 * worn)), lips);
  const shadow = x + half * uniform(0.5, 1) * (next() < 0.5 ? -1 : 1);
  fill(oval(shadow, y, half * 0.8, height * 1.1), [10, 8, 14], { alpha: uniform(0, 0.4) });
  finish(canvas, source, looks.realistic);
  return canvas;
}
