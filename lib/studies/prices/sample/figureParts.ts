import type { Random } from '../../../core/random';
import type { Outline } from '../../../samples/canvas';
import { box, limb, oval } from '../../../samples/shapes';

/** What a part is made of: the body's colour, a darker shade, a second colour, metal, light, or shadow. */
export type Material = 'body' | 'shade' | 'cloth' | 'trim' | 'glow' | 'ink';

/** A part of a figure. Figures stand on y = 0 with their head at y = −1; x runs from about −0.5 to 0.5. */
export interface FigurePart {
  outline: Outline;
  material: Material;
  /** Smallest fineness, 0 to 1, from which the part is drawn. */
  from: number;
}

/** The figures a game may show; the one it shows says nothing about its price. */
export const figureKinds = ['knight', 'castle', 'car', 'ship', 'beast'] as const;
export type FigureKind = (typeof figureKinds)[number];

/** Height of a figure's box over its width. */
export const figureAspect: Record<FigureKind, number> = {
  knight: 1.45,
  castle: 1.1,
  car: 0.5,
  ship: 0.55,
  beast: 0.85,
};

/** The parts of a figure from back to front, in a pose of its own. */
export function figureParts(kind: FigureKind, source: Random): FigurePart[] {
  return makers[kind](source);
}

const part = (material: Material, from: number, outline: Outline): FigurePart => ({
  material,
  from,
  outline,
});

const makers: Record<FigureKind, (source: Random) => FigurePart[]> = {
  knight(source) {
    const stride = source.uniform(0.06, 0.2);
    const reach = source.uniform(-0.75, -0.35);
    const raise = source.uniform(0.5, 1.05);
    return [
      part('cloth', 0.45, [-0.16, -0.76, 0.14, -0.76, 0.34, -0.12, 0.05, -0.06, -0.34, -0.14]),
      part('shade', 0, limb(-0.08, -0.42, -0.1 - stride, -0.06, 0.16, 0.11)),
      part('body', 0, limb(0.09, -0.42, 0.1 + stride, -0.06, 0.17, 0.12)),
      part('trim', 0.55, box(-0.2 - stride, -0.08, -0.02 - stride, 0)),
      part('trim', 0.55, box(0.02 + stride, -0.08, 0.22 + stride, 0)),
      part('shade', 0, limb(-0.2, -0.7, -0.36, -0.45, 0.12, 0.09)),
      part('ink', 0.25, oval(-0.38, -0.46, 0.19, 0.25)),
      part('cloth', 0.25, oval(-0.38, -0.46, 0.17, 0.23)),
      part('trim', 0.5, oval(-0.38, -0.46, 0.09, 0.12)),
      part('glow', 0.8, oval(-0.38, -0.46, 0.04, 0.055)),
      part('ink', 0.3, [-0.26, -0.79, 0.26, -0.79, 0.19, -0.34, -0.19, -0.34]),
      part('body', 0, [-0.23, -0.78, 0.23, -0.78, 0.17, -0.36, -0.17, -0.36]),
      part('trim', 0.6, [-0.1, -0.74, 0.1, -0.74, 0, -0.5]),
      part('trim', 0.35, box(-0.18, -0.42, 0.18, -0.365)),
      part('glow', 0.7, oval(0, -0.62, 0.045, 0.04)),
      part('body', 0, limb(0.2, -0.7, 0.36, reach, 0.13, 0.09)),
      part('trim', 0.4, limb(0.36, reach, 0.4, reach - raise * 0.6, 0.06, 0.015)),
      part('glow', 0.75, limb(0.37, reach - 0.05, 0.4, reach - raise * 0.58, 0.022, 0.005)),
      part('trim', 0.5, limb(0.28, reach - 0.02, 0.46, reach - 0.04, 0.035)),
      part('trim', 0.65, oval(-0.22, -0.75, 0.1, 0.075)),
      part('trim', 0.65, oval(0.22, -0.75, 0.1, 0.075)),
      part('cloth', 0.55, [-0.02, -1.0, 0.1, -1.1, 0.26, -1.0, 0.14, -0.92]),
      part('ink', 0.3, oval(0, -0.89, 0.145, 0.125)),
      part('body', 0, oval(0, -0.89, 0.13, 0.11)),
      part('ink', 0.15, box(-0.03, -0.92, 0.12, -0.88)),
      part('glow', 0.6, box(0.02, -0.912, 0.1, -0.888)),
      part('trim', 0.45, limb(-0.12, -0.95, 0.12, -0.96, 0.03)),
    ];
  },
  castle(source) {
    const left = source.uniform(0.72, 0.95);
    const right = source.uniform(0.6, 0.9);
    const parts = [
      part('shade', 0, box(-0.48, -left, -0.24, 0)),
      part('shade', 0, box(0.22, -right, 0.48, 0)),
      part('body', 0, box(-0.3, -0.62, 0.3, 0)),
      part('cloth', 0.35, [-0.54, -left, -0.36, -left - 0.28, -0.18, -left]),
      part('cloth', 0.35, [0.16, -right, 0.35, -right - 0.28, 0.54, -right]),
      part('ink', 0.1, box(-0.1, -0.26, 0.1, 0)),
      part('trim', 0.5, limb(-0.12, 0, -0.12, -0.28, 0.03)),
      part('trim', 0.5, limb(0.12, 0, 0.12, -0.28, 0.03)),
      part('trim', 0.45, box(-0.33, -0.66, 0.33, -0.6)),
      part('cloth', 0.6, [-0.06, -0.58, 0.06, -0.58, 0.06, -0.36, 0, -0.32, -0.06, -0.36]),
      part('glow', 0.7, oval(0, -0.47, 0.03, 0.03)),
      part('trim', 0.75, oval(-0.36, -left - 0.28, 0.025, 0.025)),
      part('trim', 0.75, oval(0.35, -right - 0.28, 0.025, 0.025)),
      part('cloth', 0.8, [-0.36, -left - 0.4, -0.36, -left - 0.28, -0.2, -left - 0.34]),
    ];
    for (let i = 0; i < 5; i++)
      parts.push(part('shade', 0.2, box(-0.3 + i * 0.13, -0.7, -0.23 + i * 0.13, -0.62)));
    for (let i = 0; i < 6; i++) {
      const x = i % 2 === 0 ? -0.36 : 0.35;
      const y = -0.14 - 0.2 * Math.floor(i / 2);
      parts.push(part('ink', 0.15 + 0.05 * i, box(x - 0.035, y - 0.1, x + 0.035, y)));
      parts.push(part('glow', 0.4 + 0.07 * i, box(x - 0.024, y - 0.088, x + 0.024, y - 0.008)));
    }
    return parts;
  },
  car(source) {
    const nose = source.uniform(0.42, 0.5);
    const roof = source.uniform(-0.95, -0.8);
    const parts = [
      part('body', 0, [-0.3, -0.6, -0.18, roof, 0.12, roof, 0.27, -0.58]),
      part('ink', 0.2, [-0.25, -0.6, -0.16, roof + 0.08, -0.03, roof + 0.08, -0.03, -0.6]),
      part('ink', 0.2, [0.0, -0.6, 0.0, roof + 0.08, 0.1, roof + 0.08, 0.21, -0.6]),
      part('cloth', 0.65, [-0.2, -0.66, -0.14, roof + 0.12, -0.09, roof + 0.12, -0.15, -0.66]),
      part('cloth', 0.65, [0.02, -0.66, 0.02, roof + 0.14, 0.06, roof + 0.14, 0.08, -0.66]),
      part('body', 0, [-0.49, -0.55, -0.3, -0.66, 0.28, -0.64, nose, -0.46, nose, -0.16, -0.49, -0.16]),
      part('cloth', 0.35, [-0.49, -0.4, nose, -0.38, nose, -0.3, -0.49, -0.3]),
      part('trim', 0.5, box(-0.49, -0.29, nose, -0.26)),
      part('trim', 0.55, [-0.5, -0.86, -0.36, -0.86, -0.34, -0.8, -0.5, -0.8]),
      part('trim', 0.55, limb(-0.42, -0.8, -0.4, -0.62, 0.03)),
      part('shade', 0, box(-0.47, -0.2, nose - 0.02, -0.1)),
      part('glow', 0.45, oval(nose - 0.03, -0.46, 0.035, 0.06)),
      part('glow', 0.6, box(-0.5, -0.5, -0.46, -0.4)),
      part('glow', 0.8, [-0.47, -0.08, nose - 0.04, -0.08, nose - 0.08, -0.02, -0.43, -0.02]),
      part('ink', 0.6, limb(-0.04, -0.58, -0.05, -0.24, 0.012)),
    ];
    for (const x of [-0.29, 0.28]) {
      parts.push(part('ink', 0, oval(x, -0.15, 0.11, 0.2)));
      parts.push(part('trim', 0.4, oval(x, -0.15, 0.065, 0.12)));
      parts.push(part('ink', 0.6, oval(x, -0.15, 0.035, 0.065)));
      parts.push(part('glow', 0.8, oval(x, -0.15, 0.015, 0.03)));
    }
    return parts;
  },
  ship(source) {
    const sweep = source.uniform(0.1, 0.3);
    const parts = [
      part('glow', 0.5, [-0.46, -0.56, -0.46, -0.4, -0.68 - sweep, -0.48]),
      part('shade', 0, [-0.3, -0.55, -0.42, -1.0, -0.12, -0.95, 0.12, -0.55]),
      part('trim', 0.5, limb(-0.42, -0.98, -0.1, -0.95, 0.05)),
      part('body', 0, [-0.48, -0.62, 0.1, -0.7, 0.5, -0.46, 0.1, -0.28, -0.48, -0.34]),
      part('shade', 0.2, [-0.48, -0.45, 0.48, -0.45, 0.1, -0.28, -0.48, -0.34]),
      part('body', 0, [-0.2, -0.4, -0.4 - sweep / 3, 0, -0.05, -0.05, 0.16, -0.38]),
      part('cloth', 0.35, [-0.18, -0.36, -0.36, -0.06, -0.27, -0.06, -0.02, -0.36]),
      part('trim', 0.55, limb(-0.4, -0.01, -0.06, -0.05, 0.05)),
      part('ink', 0.15, oval(0.16, -0.55, 0.13, 0.1)),
      part('cloth', 0.4, oval(0.16, -0.56, 0.11, 0.075)),
      part('glow', 0.7, oval(0.19, -0.58, 0.045, 0.035)),
      part('trim', 0.45, box(-0.5, -0.64, -0.43, -0.32)),
      part('trim', 0.6, limb(0.02, -0.32, 0.4, -0.3, 0.035)),
      part('glow', 0.8, oval(0.42, -0.3, 0.03, 0.03)),
    ];
    for (let i = 0; i < 6; i++) {
      parts.push(part('ink', 0.3 + 0.05 * i, box(-0.38 + i * 0.07, -0.59, -0.345 + i * 0.07, -0.54)));
      parts.push(part('glow', 0.55 + 0.05 * i, box(-0.375 + i * 0.07, -0.58, -0.35 + i * 0.07, -0.55)));
    }
    return parts;
  },
  beast(source) {
    const neck = source.uniform(-0.95, -0.8);
    const wing = source.uniform(0.75, 1.05);
    const parts = [
      part('shade', 0.3, [-0.05, -0.5, -0.42, -wing - 0.12, -0.3, -0.62, -0.55, -0.55, -0.2, -0.36]),
      part('shade', 0, limb(-0.25, -0.35, -0.52, -0.1, 0.18, 0.04)),
      part('shade', 0, limb(-0.16, -0.3, -0.2, -0.03, 0.14, 0.1)),
      part('body', 0, oval(0, -0.38, 0.3, 0.22)),
      part('cloth', 0.35, oval(0.06, -0.3, 0.2, 0.11)),
      part('body', 0, limb(0.16, -0.3, 0.2, -0.03, 0.15, 0.11)),
      part('body', 0, limb(-0.02, -0.26, -0.04, -0.03, 0.14, 0.11)),
      part('body', 0, limb(0.18, -0.46, 0.32, neck + 0.1, 0.22, 0.15)),
      part('body', 0, oval(0.36, neck + 0.06, 0.16, 0.11)),
      part('trim', 0.5, [0.26, neck, 0.16, neck - 0.14, 0.34, neck - 0.03]),
      part('trim', 0.5, [0.36, neck - 0.03, 0.3, neck - 0.18, 0.43, neck - 0.01]),
      part('ink', 0.1, oval(0.41, neck + 0.03, 0.035, 0.035)),
      part('glow', 0.45, oval(0.415, neck + 0.028, 0.024, 0.024)),
      part('ink', 0.2, limb(0.4, neck + 0.12, 0.51, neck + 0.1, 0.02)),
      part('glow', 0.75, [0.5, neck + 0.08, 0.72, neck, 0.68, neck + 0.2]),
      part('cloth', 0.4, [0.0, -0.48, -0.2, -wing - 0.2, -0.14, -0.66, -0.36, -0.72, -0.16, -0.4]),
      part('trim', 0.6, limb(0.0, -0.48, -0.2, -wing - 0.2, 0.05, 0.02)),
    ];
    for (let i = 0; i < 7; i++) {
      const x = -0.26 + i * 0.075;
      const y = -0.57 + 0.35 * (x + 0.04) ** 2 * 4;
      parts.push(part('trim', 0.45 + 0.04 * i, [x - 0.035, y + 0.02, x, y - 0.08, x + 0.035, y + 0.02]));
    }
    for (const x of [-0.06, 0.18]) {
      for (let i = 0; i < 3; i++) parts.push(part('trim', 0.65, oval(x + i * 0.045, -0.015, 0.02, 0.025, 8)));
    }
    return parts;
  },
};
