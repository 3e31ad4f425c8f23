import type { Random } from '../../../core/random';
import type { Canvas } from '../../../samples/canvas';
import type { Colour } from '../../../samples/colour';
import { noiseField } from '../../../samples/noise';
import { shade } from '../../../samples/shade';

/** Paints a wall of bricks over the whole canvas, lit around a few torches whose places it returns in units. */
export function drawWall(
  canvas: Canvas,
  source: Random,
  colour: Colour,
  lamp: Colour,
  texture: number,
): { x: number; y: number }[] {
  const noise = noiseField();
  const brick = source.uniform(34, 58);
  const torches = Array.from({ length: source.integer(1, 3) }, () => ({
    x: source.uniform(40, 560),
    y: source.uniform(50, 150),
  }));
  shade(canvas, 0, Infinity, (y) => {
    const course = Math.floor((2 * y) / brick);
    const onJoint = y - (course * brick) / 2 < 1.8;
    const distances = torches.map((torch) => 1 + (y - torch.y) ** 2 / 5000);
    return (ink) => {
      const { x } = ink;
      const across = x / brick + (course % 2) / 2;
      const stone = Math.floor(across);
      const joint = onJoint || (across - stone) * brick < 1.8;
      let warm = 0;
      for (let i = 0; i < torches.length; i++) warm += 1 / (distances[i]! + (x - torches[i]!.x) ** 2 / 5000); // one each
      const face = joint ? 0.45 : 0.8 + 0.35 * noise(stone * 53, course * 37);
      const light = face * (1 + texture * 0.7 * noise(x * 2, y * 2)) * (0.45 + 0.75 * warm);
      ink.red = (colour[0] + 0.16 * warm * lamp[0]) * light;
      ink.green = (colour[1] + 0.16 * warm * lamp[1]) * light;
      ink.blue = (colour[2] + 0.16 * warm * lamp[2]) * light;
      return true;
    };
  });
  return torches;
}

/** Paints land seen from above over the whole canvas: water, shore, land and woods by the height of a noise. */
export function drawMap(
  canvas: Canvas,
  source: Random,
  colours: readonly [water: Colour, shore: Colour, land: Colour, woods: Colour],
  texture: number,
): void {
  const noise = noiseField();
  const step = source.pick([1, 1, 12, 20]); // units; above 1 the land lies in squares
  const [shiftX, shiftY] = [source.integer(0, 255), source.integer(0, 255)];
  const sea = source.uniform(-0.5, -0.1);
  const cell = (at: number): number => Math.floor(at / step) * step * 0.35;
  shade(canvas, 0, Infinity, (y) => {
    const row = cell(y) + shiftY;
    return (ink) => {
      const { x } = ink;
      const fine = noise(x * 2 + shiftY, y * 2 + shiftX);
      const level = noise(cell(x) + shiftX, row) + 0.12 * fine;
      const colour = colours[level < sea ? 0 : level < sea + 0.08 ? 1 : level < sea + 0.55 ? 2 : 3];
      ink.mix(colour, colour, 0, 1 + texture * 0.6 * fine);
      return true;
    };
  });
}
