import type { Random } from '../core/random';
import { type Canvas, drawingHeight, drawingWidth, fillPolygon } from './canvas';
import { type Colour, hsl, mix } from './colour';
import { box, oval } from './shapes';
import { drawText, textWidth } from './text';

const dot = 3; // units; a letter has 5 × 7 dots

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

/** What the overlay of a picture says. */
export interface HudLabels {
  /** Everything written, line by line; empty when there is no overlay. */
  text: string[];
  /** Whether bars and texts lie on panels with frames. */
  panels: boolean;
}

/**
 * Draws the overlay of a game: health, score, sometimes a map and a message. Up to a `fineness` of 0.4 it is bare text and plain bars;
 * above, it has panels, frames, segments and icons, which count as subject like the figures.
 */
export function drawHud(canvas: Canvas, source: Random, fineness: number, hue: number): HudLabels {
  const panels = fineness > 0.4;
  const frame = hsl(44, 0.3 + 0.5 * fineness, 0.6);
  const text: string[] = [];
  const write = (words: string, x: number, y: number, colour: Colour): void => {
    if (panels) drawText(canvas, words, x + dot * 0.6, y + dot * 0.6, dot, [6, 6, 12], true);
    drawText(canvas, words, x, y, dot, colour, true);
    text.push(words);
  };
  const pale: Colour = panels ? [246, 244, 232] : [225, 225, 225];

  if (panels) drawPanel(canvas, 8, 8, 172, 52, frame, fineness, hue);
  const life = source.uniform(0.25, 1);
  drawBar(canvas, 38, 16, 126, 12, life, panels ? hsl(352, 0.85, 0.52) : [150, 60, 60], panels);
  drawBar(
    canvas,
    38,
    33,
    104,
    9,
    source.uniform(0.2, 1),
    panels ? hsl(212, 0.9, 0.58) : [60, 70, 150],
    panels,
  );
  if (panels) drawEmblem(canvas, 23, 30, 11, hsl(hue + 190, 0.9, 0.6), frame);

  const score = `SCORE ${String(source.integer(0, 99999)).padStart(5, '0')}`;
  write(score, drawingWidth - textWidth(score, dot) - 15, 15, pale);

  if (source.next() < 0.45) drawMinimap(canvas, source, fineness, frame, hue);
  if (source.next() < 0.4) {
    const words = source.pick(phrases);
    const width = textWidth(words, dot);
    const left = 3 * Math.round((drawingWidth - width) / 6); // on a pixel at every scale
    if (panels) drawPanel(canvas, left - 16, 295, left + width + 16, 332, frame, fineness, hue);
    write(words, left, 303, pale);
  }
  return { text, panels };
}

function drawPanel(
  canvas: Canvas,
  left: number,
  top: number,
  right: number,
  bottom: number,
  frame: Colour,
  fineness: number,
  hue: number,
): void {
  fillPolygon(canvas, box(left, top, right, bottom), { colour: frame, round: 0.4, subject: true });
  fillPolygon(canvas, box(left + 2, top + 2, right - 2, bottom - 2), {
    colour: mix(hsl(hue + 200, 0.45, 0.2), [10, 10, 18], 0.5),
    alpha: 0.92,
    round: 0.5 * fineness,
    subject: true,
  });
  if (fineness < 0.65) return;
  for (const x of [left + 2, right - 2]) {
    for (const y of [top + 2, bottom - 2]) {
      fillPolygon(canvas, oval(x, y, 4, 4, 4), { colour: frame, subject: true });
    }
  }
}

function drawBar(
  canvas: Canvas,
  x: number,
  y: number,
  width: number,
  height: number,
  share: number,
  colour: Colour,
  panels: boolean,
): void {
  fillPolygon(canvas, box(x, y, x + width, y + height), {
    colour: panels ? [14, 12, 20] : [70, 70, 70],
    subject: true,
  });
  fillPolygon(canvas, box(x + 1, y + 1, x + 1 + (width - 2) * share, y + height - 1), {
    colour,
    subject: true,
  });
  if (!panels) return;
  const light = mix(colour, [255, 255, 255], 0.55);
  fillPolygon(canvas, box(x + 1, y + 2, x + 1 + (width - 2) * share, y + 4.5), {
    colour: light,
    subject: true,
  });
  for (let at = x + 12; at < x + width - 2; at += 12) {
    fillPolygon(canvas, box(at, y + 1, at + 1.2, y + height - 1), {
      colour: [14, 12, 20],
      alpha: 0.6,
      subject: true,
    });
  }
}

function drawEmblem(
  canvas: Canvas,
  x: number,
  y: number,
  radius: number,
  colour: Colour,
  frame: Colour,
): void {
  fillPolygon(canvas, oval(x, y, radius, radius), { colour: frame, round: 0.6, gloss: 0.5, subject: true });
  fillPolygon(canvas, oval(x, y, radius * 0.78, radius * 0.78), {
    colour,
    round: 0.8,
    gloss: 0.8,
    subject: true,
  });
}

function drawMinimap(canvas: Canvas, source: Random, fineness: number, frame: Colour, hue: number): void {
  const left = drawingWidth - 92;
  const top = drawingHeight - 84;
  if (fineness <= 0.4) {
    fillPolygon(canvas, box(left, top, left + 80, top + 72), {
      colour: [80, 80, 80],
      alpha: 0.8,
      subject: true,
    });
  } else {
    fillPolygon(canvas, oval(left + 40, top + 36, 42, 42), {
      colour: frame,
      round: 0.5,
      gloss: 0.4,
      subject: true,
    });
    fillPolygon(canvas, oval(left + 40, top + 36, 37, 37), {
      colour: hsl(hue + 120, 0.4, 0.2),
      round: 0.5,
      subject: true,
    });
    fillPolygon(
      canvas,
      [left + 12, top + 40, left + 40, top + 12, left + 66, top + 30, left + 44, top + 62],
      {
        colour: hsl(hue + 60, 0.45, 0.42),
        subject: true,
      },
    );
  }
  for (let i = 0; i < 4; i++) {
    const dot = oval(left + source.uniform(20, 60), top + source.uniform(18, 54), 2.4, 2.4, 8);
    fillPolygon(canvas, dot, { colour: i === 0 ? [250, 230, 120] : [220, 70, 60], subject: true });
  }
}
