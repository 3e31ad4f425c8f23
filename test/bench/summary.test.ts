import { describe, expect, it } from 'vitest';
import type { Measured } from './contest';
import { resultsText } from './markdown';
import { rows } from './rows';
import { summarise } from './summary';
import { ratioChart } from './svg';

const side = (name: string, style: Measured['style'], rates: number[], peakMib = [100]): Measured => ({
  side: name,
  style,
  doc: `does ${name}`,
  unit: 'images',
  rates,
  peakMib,
});
const row = {
  name: 'row',
  title: 'some work',
  goals: [
    { against: 'slow', atLeast: 5 },
    { against: 'strongest', atLeast: 2 },
    { against: 'absent', atLeast: 1 },
  ],
  memoryMib: 500,
};
const sides = [
  side('ours', 'ours', [100, 60, 90], [400, 510]),
  side('slow', 'seed', [20, 10, 20]),
  side('quick', 'strong', [50, 60, 30]),
  side('quicker', 'strong', [50, 70, 60]),
];

describe('a row of the benchmark', () => {
  it('has ratios taken within each round, not of the medians', () => {
    const { sides: found } = summarise({ row, sides, versions: {} });
    const ratios = Object.fromEntries(found.map(({ side: name, ratio }) => [name, ratio]));
    expect(ratios.slow).toEqual({ median: 5, low: 4.5, high: 6 });
    expect(ratios.quick).toEqual({ median: 2, low: 1, high: 3 });
    expect(ratios.ours).toBeNull();
    expect(found[0]).toMatchObject({ rate: { median: 90, low: 60, high: 100 }, peakMib: 510 });
  });

  it('judges each goal by the median ratio, and the strongest side by its own median', () => {
    const { goals, memory } = summarise({ row, sides, versions: {} });
    expect(goals.map(({ against, met }) => [against, met])).toEqual([
      ['slow', true],
      ['quicker', false], // 1.5 at the median
    ]);
    expect(memory).toEqual({ peakMib: 510, atMostMib: 500, met: false });
  });

  it('is written with its rates, ratios, goals and memory, met or not', () => {
    const machine = { processor: 'P', cores: 2, memoryGib: 8, system: 'Linux', versions: { node: '20' } };
    const text = resultsText({ machine, rows: [summarise({ row, sides, versions: {} })] });
    expect(text).toContain('Goals met: 1 of 3');
    expect(text).toContain('| quick: does quick | strong | 50 (30–60) images/s | 2 (1–3) × | 100 MiB |');
    expect(text).toContain('✓ at least 5 × `slow`: **5 (4.50–6) ×**');
    expect(text).toContain('✗ at most 500 MiB for all processes together: **510 MiB**');
  });
});

describe('the rows', () => {
  it('have names of their own and goals that can be missed', () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    for (const { goals } of rows) {
      expect(goals.length).toBeGreaterThan(0);
      for (const { atLeast } of goals) expect(atLeast).toBeGreaterThanOrEqual(1);
    }
  });
});

describe('the picture of the ratios', () => {
  it('is an SVG file that escapes its texts and has a longer bar for a larger ratio', () => {
    const bar = { low: 1, high: 4, goal: 2, text: '×', tone: 'seed' as const };
    const svg = ratioChart('a < b', 'c & d', [
      { ...bar, label: 'one', value: 2 },
      { ...bar, label: 'two', value: 3 },
    ]);
    expect(svg).toContain('a &lt; b');
    expect(svg).toContain('c &amp; d');
    const widths = [...svg.matchAll(/width="([\d.]+)" height="17"/g)].map(([, width]) => Number(width));
    expect(widths).toHaveLength(2);
    expect(widths[1]).toBeGreaterThan(widths[0]!);
  });
});
