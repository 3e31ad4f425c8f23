import { type Canvas, fillPolygon } from './canvas';
import type { Colour } from './colour';
import { box } from './shapes';

/** Five columns of seven dots per sign, the topmost dot in the lowest bit: the usual font of dot-matrix displays. */
const font: Record<string, string> = {
  '0': '3e5149453e',
  '1': '00427f4000',
  '2': '4261514946',
  '3': '2141454b31',
  '4': '1814127f10',
  '5': '2745454539',
  '6': '3c4a494930',
  '7': '0171090503',
  '8': '3649494936',
  '9': '064949291e',
  A: '7e1111117e',
  B: '7f49494936',
  C: '3e41414122',
  D: '7f4141221c',
  E: '7f49494941',
  F: '7f09090901',
  G: '3e4149497a',
  H: '7f0808087f',
  I: '00417f4100',
  J: '2040413f01',
  K: '7f08142241',
  L: '7f40404040',
  M: '7f020c027f',
  N: '7f0408107f',
  O: '3e4141413e',
  P: '7f09090906',
  Q: '3e4151215e',
  R: '7f09192946',
  S: '4649494931',
  T: '01017f0101',
  U: '3f4040403f',
  V: '1f2040201f',
  W: '3f4038403f',
  X: '6314081463',
  Y: '0708700807',
  Z: '6151494543',
  ':': '0036360000',
  '/': '2010080402',
  '-': '0808080808',
  '.': '0060600000',
  '!': '00005f0000',
  "'": '0005030000',
  '+': '08083e0808',
};

/** Width in units of `text` with dots of `dot` units. */
export const textWidth = (text: string, dot: number): number => (text.length * 6 - 1) * dot;

/** Writes capital letters, digits and a few signs; others leave a gap. `x`, `y` is the upper left corner. */
export function drawText(
  canvas: Canvas,
  text: string,
  x: number,
  y: number,
  dot: number,
  colour: Colour,
  subject: boolean,
): void {
  for (let i = 0; i < text.length; i++) {
    const columns = font[text[i] ?? ''];
    if (columns === undefined) continue;
    for (let column = 0; column < 5; column++) {
      drawColumn(canvas, Number.parseInt(columns.slice(column * 2, column * 2 + 2), 16), {
        x: x + (i * 6 + column) * dot,
        y,
        dot,
        colour,
        subject,
      });
    }
  }
}

/** One column of dots; dots that touch are drawn as one bar. */
function drawColumn(
  canvas: Canvas,
  bits: number,
  pen: { x: number; y: number; dot: number; colour: Colour; subject: boolean },
): void {
  const { x, y, dot, colour, subject } = pen;
  for (let row = 0; row < 7; row++) {
    if (!((bits >> row) & 1)) continue;
    let end = row;
    while ((bits >> (end + 1)) & 1) end++;
    fillPolygon(canvas, box(x, y + row * dot, x + dot, y + (end + 1) * dot), { colour, subject });
    row = end;
  }
}
