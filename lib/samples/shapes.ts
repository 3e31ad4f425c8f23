import type { Outline } from './canvas';

/** An axis-parallel rectangle by its corners. */
export function box(left: number, top: number, right: number, bottom: number): Outline {
  return [left, top, right, top, right, bottom, left, bottom];
}

/** An ellipse as a polygon of `corners` corners: 24 look smooth up to about 200 pixels. */
export function oval(x: number, y: number, radiusX: number, radiusY = radiusX, corners = 24): Outline {
  const points: number[] = [];
  for (let i = 0; i < corners; i++) {
    const angle = (2 * Math.PI * i) / corners;
    points.push(x + radiusX * Math.cos(angle), y + radiusY * Math.sin(angle));
  }
  return points;
}

/** Corners round the beginning of a thick line, along and across it, as shares of its width. */
const rounding = [
  [0, 0.5],
  [-0.35, 0.25],
  [-0.35, -0.25],
  [0, -0.5],
] as const;

/** A thick line, `start` wide at its beginning and `end` at its end, with slightly rounded ends. */
export function limb(ax: number, ay: number, bx: number, by: number, start: number, end = start): Outline {
  const length = Math.hypot(bx - ax, by - ay) || 1;
  const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
  const round = (x: number, y: number, width: number): number[] =>
    rounding.flatMap(([along, across]) => [
      x + (ux * along - uy * across) * width,
      y + (uy * along + ux * across) * width,
    ]);
  return [...round(ax, ay, start), ...round(bx, by, -end)];
}
