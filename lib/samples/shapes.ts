import type { Outline } from './canvas';

/** An axis-parallel rectangle by its corners. */
export const box = (left: number, top: number, right: number, bottom: number): Outline => [
  left,
  top,
  right,
  top,
  right,
  bottom,
  left,
  bottom,
];

/** An ellipse as a polygon of `corners` corners: 24 look smooth up to about 200 pixels. */
export function oval(x: number, y: number, radiusX: number, radiusY: number, corners = 24): Outline {
  const points: number[] = [];
  for (let i = 0; i < corners; i++) {
    const angle = (2 * Math.PI * i) / corners;
    points.push(x + radiusX * Math.cos(angle), y + radiusY * Math.sin(angle));
  }
  return points;
}

/** A thick line, `start` wide at its beginning and `end` at its end, with slightly rounded ends. */
export function limb(ax: number, ay: number, bx: number, by: number, start: number, end = start): Outline {
  const length = Math.hypot(bx - ax, by - ay) || 1;
  const ux = (bx - ax) / length;
  const uy = (by - ay) / length;
  const corner = (x: number, y: number, along: number, across: number): [number, number] => [
    x + ux * along - uy * across,
    y + uy * along + ux * across,
  ];
  return [
    ...corner(ax, ay, 0, start / 2),
    ...corner(ax, ay, -start * 0.35, start * 0.25),
    ...corner(ax, ay, -start * 0.35, -start * 0.25),
    ...corner(ax, ay, 0, -start / 2),
    ...corner(bx, by, 0, -end / 2),
    ...corner(bx, by, end * 0.35, -end * 0.25),
    ...corner(bx, by, end * 0.35, end * 0.25),
    ...corner(bx, by, 0, end / 2),
  ];
}
