import { escapeHtml } from '../../lib/report/html';

/** One bar of a chart on a logarithmic scale. */
export interface Bar {
  label: string;
  value: number;
  low: number;
  high: number;
  /** Where the goal lies, or null. */
  goal: number | null;
  text: string;
  tone: 'seed' | 'strong';
}

const tones = { seed: '#7a9cc6', strong: '#1f5f8b' } as const;
const [left, width, line, top] = [330, 460, 24, 62];

/** Horizontal bars of ratios, from 0.5 on, each with its spread and its goal; as text of an SVG file. */
export function ratioChart(title: string, subtitle: string, bars: readonly Bar[]): string {
  const most = Math.max(...bars.map(({ high, goal }) => Math.max(high, goal ?? 0)));
  const scale = (value: number): number =>
    left + (width * Math.log(Math.max(value, 0.5) / 0.5)) / Math.log((most * 1.15) / 0.5);
  const height = top + bars.length * line + 40;
  const ticks = [0.5, 1, 2, 5, 10, 20, 50, 100].filter((tick) => tick <= most * 1.15);
  const body = bars.flatMap(({ label, value, low, high, goal, text, tone }, i) => {
    const y = top + i * line;
    const middle = y + line / 2 - 3;
    return [
      `<text x="${left - 8}" y="${middle + 4}" text-anchor="end">${escapeHtml(label)}</text>`,
      `<rect x="${scale(0.5)}" y="${y}" width="${(scale(value) - scale(0.5)).toFixed(1)}" height="${line - 7}" fill="${tones[tone]}"/>`,
      `<path d="M${scale(low).toFixed(1)} ${middle}H${scale(high).toFixed(1)}" stroke="#222" stroke-width="1.5"/>`,
      ...(goal === null
        ? []
        : [`<path d="M${scale(goal).toFixed(1)} ${y - 2}v${line - 3}" stroke="#c8501e" stroke-width="3"/>`]),
      `<text x="${(scale(Math.max(high, goal ?? 0)) + 6).toFixed(1)}" y="${middle + 4}">${escapeHtml(text)}</text>`,
    ];
  });
  const axis = ticks.flatMap((tick) => [
    `<path d="M${scale(tick).toFixed(1)} ${top - 8}V${height - 34}" stroke="${tick === 1 ? '#222' : '#ccc'}" stroke-width="1"/>`,
    `<text x="${scale(tick).toFixed(1)}" y="${height - 18}" text-anchor="middle">${tick} ×</text>`,
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#222" role="img" aria-label="${escapeHtml(title)}">`,
    `<rect width="900" height="${height}" fill="#fff"/>`,
    `<text x="16" y="24" font-size="17" font-weight="600">${escapeHtml(title)}</text>`,
    `<text x="16" y="44" fill="#555">${escapeHtml(subtitle)}</text>`,
    ...axis,
    ...body,
    '</svg>\n',
  ].join('\n');
}
