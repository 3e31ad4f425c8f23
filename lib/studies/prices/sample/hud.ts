import type { Random } from '../../../core/random';
import { type Canvas, fillPolygon, type Outline, type Paint } from '../../../samples/canvas';
import { type Colour, hsl, mix } from '../../../samples/colour';
import { box, oval } from '../../../samples/shapes';
import { drawText, textWidth } from '../../../samples/text';

const dot = 3; // units; a letter has 5 × 7 dots
const right = 600; // units of the canvas
const dark: Colour = [14, 12, 20];

const phrases = [
  'NEW QUEST: FIND THE GATE',
  'THE BRIDGE IS NOT SAFE',
  'CHECKPOINT REACHED',
  'PRESS E TO OPEN',
  'WAVE 7 INCOMING',
  'LAP 2/3',
  'YOU FOUND A RELIC!',
  'WELCOME BACK CAPTAIN',
];

/** What can be seen of an overlay. */
export interface HudLabels {
  /** Whether it has panels. */
  panels: boolean;
  text: string[];
}

/** Draws the overlay of a game: health, score, sometimes a map and a message; above a `fineness` of 0.4 with panels and icons. */
export function drawHud(canvas: Canvas, source: Random, fineness: number, hue: number): HudLabels {
  const panels = fineness > 0.4;
  const frame = hsl(44, 0.3 + 0.5 * fineness, 0.6);
  const text: string[] = [];
  const fill = (outline: Outline, paint: Paint): void =>
    fillPolygon(canvas, outline, { ...paint, subject: true });

  const write = (words: string, x: number, y: number): void => {
    const shadow = dot * 0.6;
    if (panels) drawText(canvas, words, x + shadow, y + shadow, { dot, colour: dark, subject: true });
    drawText(canvas, words, x, y, { dot, colour: panels ? [246, 244, 232] : [225, 225, 225], subject: true });
    text.push(words);
  };

  const panel = (left: number, top: number, end: number, bottom: number): void => {
    fill(box(left, top, end, bottom), { colour: frame, round: 0.4 });
    const inside = mix(hsl(hue + 200, 0.45, 0.2), [10, 10, 18], 0.5);
    fill(box(left + 2, top + 2, end - 2, bottom - 2), { colour: inside, alpha: 0.92, round: 0.5 * fineness });
    if (fineness < 0.65) return;
    for (const x of [left + 2, end - 2]) {
      for (const y of [top + 2, bottom - 2]) fill(oval(x, y, 4, 4, 4), { colour: frame });
    }
  };

  const bar = (x: number, y: number, width: number, height: number, fine: Colour, plain: Colour): void => {
    const colour = panels ? fine : plain;
    const end = x + 1 + (width - 2) * source.uniform(0.2, 1);
    fill(box(x, y, x + width, y + height), { colour: panels ? dark : [70, 70, 70] });
    fill(box(x + 1, y + 1, end, y + height - 1), { colour });
    if (!panels) return;
    fill(box(x + 1, y + 2, end, y + 4.5), { colour: mix(colour, [255, 255, 255], 0.55) });
    for (let at = x + 12; at < x + width - 2; at += 12) {
      fill(box(at, y + 1, at + 1.2, y + height - 1), { colour: dark, alpha: 0.6 });
    }
  };

  /** A round icon or map in a frame. */
  const disc = (x: number, y: number, radius: number, colour: Colour, gloss: number): void => {
    fill(oval(x, y, radius), { colour: frame, round: 0.6, gloss: 0.5 });
    fill(oval(x, y, radius * 0.8), { colour, round: 0.7, gloss });
  };

  const minimap = (left: number, top: number): void => {
    if (panels) {
      disc(left + 40, top + 36, 44, hsl(hue + 120, 0.4, 0.2), 0);
      const land = [left + 12, top + 40, left + 40, top + 12, left + 66, top + 30, left + 44, top + 62];
      fill(land, { colour: hsl(hue + 60, 0.45, 0.42) });
    } else {
      fill(box(left, top, left + 80, top + 72), { colour: [80, 80, 80], alpha: 0.8 });
    }
    for (let i = 0; i < 4; i++) {
      const mark = oval(left + source.uniform(20, 60), top + source.uniform(18, 54), 2.4, 2.4, 8);
      fill(mark, { colour: i === 0 ? [250, 230, 120] : [220, 70, 60] });
    }
  };

  if (panels) panel(8, 8, 172, 52);
  bar(38, 16, 126, 12, hsl(352, 0.85, 0.52), [150, 60, 60]);
  bar(38, 33, 104, 9, hsl(212, 0.9, 0.58), [60, 70, 150]);
  if (panels) disc(23, 30, 11, hsl(hue + 190, 0.9, 0.6), 0.8);
  const score = `SCORE ${String(source.integer(0, 99999)).padStart(5, '0')}`;
  write(score, 6 * Math.floor((right - textWidth(score, dot) - 14) / 6), 18);
  if (source.next() < 0.45) minimap(right - 92, 254);
  if (source.next() < 0.4) {
    const words = source.pick(phrases);
    const width = textWidth(words, dot);
    const left = 6 * Math.round((right - width) / 12); // on a pixel of two or three units, as is every text
    if (panels) panel(left - 16, 295, left + width + 16, 332);
    write(words, left, 306);
  }
  return { text, panels };
}
