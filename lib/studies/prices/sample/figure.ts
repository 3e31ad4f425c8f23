import type { Random } from '../../../core/random';
import { type Canvas, fillPolygon, type Paint } from '../../../samples/canvas';
import { type Colour, hsl, mix } from '../../../samples/colour';
import { oval } from '../../../samples/shapes';
import type { Look } from '../../../samples/styles';
import { type FigureKind, figureAspect, figureParts, type Material } from './figureParts';

/** Where a figure stands and how it is made. */
export interface FigurePlace {
  kind: FigureKind;
  /** Units; the middle of its feet. */
  x: number;
  y: number;
  /** Units. */
  height: number;
  /** 0 (crude, one drab colour) to 1 (every ornament, shaded, polished, lit). */
  fineness: number;
  /** Degrees: the hue of its body. */
  hue: number;
  /** 0 to 1: how much light falls on it. */
  light: number;
  mirrored: boolean;
}

/** Draws a figure and its shadow. All of it counts as subject: this is where the price is to be seen. */
export function drawFigure(canvas: Canvas, source: Random, place: FigurePlace, look: Look): void {
  const { kind, x, y, height, fineness, mirrored } = place;
  const width = height / figureAspect[kind];
  const colours = materials(place);
  if (kind !== 'ship' && fineness >= 0.25) {
    for (const size of [0.62, 0.52, 0.42]) {
      const shadow = oval(x + width * 0.08, y, width * size, height * size * 0.11);
      fillPolygon(canvas, shadow, { colour: [8, 8, 16], alpha: 0.22 * fineness });
    }
  }
  for (const { outline, material, from } of figureParts(kind, source)) {
    if (from > fineness) continue;
    const placed = outline.map((value, i) =>
      i % 2 === 0 ? x + (mirrored ? -value : value) * width : y + value * height,
    );
    fillPolygon(canvas, placed, paintOf(material, colours[material], fineness, look));
  }
}

/** A fine figure has saturated colours that contrast with each other; a crude one is grey and much the same all over. */
function materials({ hue, fineness, light }: FigurePlace): Record<Material, Colour> {
  const lit = 0.45 + 0.55 * light;
  const rich = fineness ** 1.2;
  const body = hsl(hue, 0.06 + 0.72 * rich, (0.4 + 0.08 * rich) * lit);
  return {
    body,
    shade: mix(body, [12, 10, 22], 0.22 + 0.3 * rich),
    cloth: mix(body, hsl(hue + 150, 0.8, 0.48 * lit), Math.min(1, rich * 1.3)),
    trim: mix(body, hsl(44, 0.85, 0.62 * lit), Math.min(1, rich * 1.5)),
    glow: hsl(hue + 190, 0.95, 0.8),
    ink: mix(body, [16, 14, 24], 0.5 + 0.45 * rich),
  };
}

function paintOf(material: Material, colour: Colour, fineness: number, look: Look): Paint {
  if (material === 'glow') return { colour, subject: true };
  const metal = material === 'trim' || material === 'body';
  return {
    colour,
    round: 0.85 * Math.max(0, fineness - 0.12),
    gloss: metal ? Math.max(0, fineness - 0.35) * 1.1 : 0,
    texture: look.texture * 0.35 * (1 - 0.4 * fineness),
    tones: look.tones,
    subject: true,
  };
}
