import { type Canvas, fillPolygon } from './canvas';
import type { Colour } from './colour';
import { box } from './shapes';

/** A sign, then five columns of seven dots, the topmost dot in the lowest bit: the usual font of dot-matrix displays. */
const font = new Map(
  (
    '03e5149453e 100427f4000 24261514946 32141454b31 41814127f10 52745454539 63c4a494930 70171090503 83649494936 9064949291e ' +
    'A7e1111117e B7f49494936 C3e41414122 D7f4141221c E7f49494941 F7f09090901 G3e4149497a H7f0808087f I00417f4100 J2040413f01 ' +
    'K7f08142241 L7f40404040 M7f020c027f N7f0408107f O3e4141413e P7f09090906 Q3e4151215e R7f09192946 S4649494931 T01017f0101 ' +
    'U3f4040403f V1f2040201f W3f4038403f X6314081463 Y0708700807 Z6151494543 :0036360000 /2010080402 -0808080808 .0060600000 ' +
    "!00005f0000 '0005030000 +08083e0808 &3649552250"
  )
    .split(' ')
    .map((sign) => [
      sign.charAt(0),
      sign
        .slice(1)
        .match(/../g)
        ?.map((column) => Number.parseInt(column, 16)) ?? [],
    ]),
);

/** Width in units of `text` with dots of `dot` units. */
export const textWidth = (text: string, dot: number): number => (text.length * 6 - 1) * dot;

/** How text is written. */
export interface Pen {
  /** Units; a letter has 5 × 7 dots. */
  dot: number;
  colour: Colour;
  subject?: boolean;
}

/** Writes capital letters, digits and a few signs; others leave a gap. `x`, `y` is the upper left corner. */
export function drawText(canvas: Canvas, text: string, x: number, y: number, pen: Pen): void {
  const { dot, colour, subject } = pen;
  [...text].forEach((sign, i) => {
    font.get(sign)?.forEach((bits, column) => {
      const left = x + (i * 6 + column) * dot;
      for (let row = 0; row < 7; row++) {
        if (!((bits >> row) & 1)) continue;
        const first = row;
        while ((bits >> (row + 1)) & 1) row++; // dots that touch are one bar
        fillPolygon(canvas, box(left, y + first * dot, left + dot, y + (row + 1) * dot), { colour, subject });
      }
    });
  });
}
