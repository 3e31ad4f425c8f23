import { formatSeconds } from '../../lib/report/format';
import { escapeHtml } from '../../lib/report/html';
import { type ScaleResults, type ScaleSize, secondsOfMillion } from './scaleResults';

const colours = ['#1f5f8b', '#c8501e', '#4a8f3c', '#7a5195'];
const [width, height, left, top] = [380, 260, 62, 84];

interface Line {
  name: string;
  points: { x: number; y: number }[];
}

/** Time and memory by the number of pictures, on logarithmic axes, as text of an SVG file. */
export function scaleChart({ machine, epochs, imageSize, sizes }: ScaleResults): string {
  const names = [...new Set(sizes.flatMap(({ steps }) => steps.map(({ step }) => step)))].filter(
    (name) => name !== 'table' && name !== 'predictions',
  );
  const of = (what: (size: ScaleSize, name: string) => number): Line[] =>
    names.map((name) => ({ name, points: sizes.map((size) => ({ x: size.images, y: what(size, name) })) }));
  const step = (size: ScaleSize, name: string) => size.steps.find((found) => found.step === name);
  const title = `From pictures to a trained head, at ${imageSize} pixels`;
  const subtitle = `npm run bench -- --scale; ${machine.cores} cores of ${machine.processor}; ${epochs} epochs, one augmented copy of each training picture`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 410" font-family="system-ui, sans-serif" font-size="13" fill="#222" role="img" aria-label="${escapeHtml(title)}">`,
    '<rect width="960" height="410" fill="#fff"/>',
    `<text x="16" y="24" font-size="17" font-weight="600">${escapeHtml(title)}</text>`,
    `<text x="16" y="44" fill="#555">${escapeHtml(subtitle)}</text>`,
    panel(
      0,
      'seconds',
      of((size, name) => step(size, name)?.seconds ?? 0),
    ),
    panel(
      480,
      'MiB of all processes',
      of((size, name) => step(size, name)?.peakMib ?? 0),
    ),
    `<text x="16" y="402" fill="#555">${escapeHtml(millionText(sizes))}</text>`,
    '</svg>\n',
  ].join('\n');
}

/** What a million pictures would take, and how much of that shards share. */
function millionText(sizes: readonly ScaleSize[]): string {
  const steps = secondsOfMillion(sizes);
  if (steps.length === 0) return '';
  const sum = (some: typeof steps) => some.reduce((all, { seconds }) => all + seconds, 0);
  const dealt = sum(steps.filter(({ step }) => ['pictures', 'features'].includes(step)));
  return `A million, by the lines through these times: ${formatSeconds(sum(steps))}; ${formatSeconds(dealt)} of it can be dealt out to shards, ${formatSeconds(dealt / 16)} on each of 16 such machines.`;
}

function panel(shift: number, unit: string, lines: readonly Line[]): string {
  const all = lines.flatMap(({ points }) => points);
  const ends = (values: number[]): [number, number] => [
    10 ** Math.floor(Math.log10(Math.max(Math.min(...values), 0.1))),
    Math.max(...values, 1) * 1.6,
  ];
  const [x0, x1] = ends(all.map(({ x }) => x));
  const [y0, y1] = ends(all.map(({ y }) => y));
  const px = (x: number): string =>
    (shift + left + (width * Math.log(x / x0)) / Math.log(x1 / x0)).toFixed(1);
  const py = (y: number): string =>
    (top + height - (height * Math.log(Math.max(y, y0) / y0)) / Math.log(y1 / y0)).toFixed(1);
  const powers = (from: number, to: number): number[] =>
    Array.from({ length: Math.floor(Math.log10(to / from)) + 1 }, (_, i) => from * 10 ** i);
  const tick = (value: number): string => value.toLocaleString('en-GB');
  return [
    ...powers(x0, x1).flatMap((x) => [
      `<path d="M${px(x)} ${top}v${height}" stroke="#ddd"/>`,
      `<text x="${px(x)}" y="${top + height + 18}" text-anchor="middle">${tick(x)}</text>`,
    ]),
    ...powers(y0, y1).flatMap((y) => [
      `<path d="M${shift + left} ${py(y)}h${width}" stroke="#ddd"/>`,
      `<text x="${shift + left - 6}" y="${Number(py(y)) + 4}" text-anchor="end">${tick(y)}</text>`,
    ]),
    `<text x="${shift + left + width / 2}" y="${top + height + 38}" text-anchor="middle">pictures</text>`,
    `<text x="${shift + left}" y="${top - 10}" fill="#555">${escapeHtml(unit)}</text>`,
    ...lines.flatMap(({ name, points }, i) => {
      const colour = colours[i % colours.length]!; // within the list
      const last = points.at(-1);
      return [
        `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(({ x, y }) => `${px(x)},${py(y)}`).join(' ')}"/>`,
        ...points.map(({ x, y }) => `<circle cx="${px(x)}" cy="${py(y)}" r="3.5" fill="${colour}"/>`),
        ...(last
          ? [
              `<text x="${shift + left + 14}" y="${top + 18 + 17 * i}" fill="${colour}">● ${escapeHtml(name)}</text>`,
            ]
          : []),
      ];
    }),
  ].join('\n');
}
