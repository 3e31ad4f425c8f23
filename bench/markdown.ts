import { formatCount, formatNumber } from '../lib/report/format';
import type { GoalSummary, RowSummary, SideSummary, Spread } from './summary';

/** What a benchmark was run on. */
export interface Machine {
  processor: string;
  cores: number;
  memoryGib: number;
  system: string;
  versions: Record<string, string>;
}

export interface BenchResults {
  machine: Machine;
  rows: RowSummary[];
}

const range = ({ median, low, high }: Spread, decimals: number): string =>
  `${formatNumber(median, decimals)} (${formatNumber(low, decimals)}–${formatNumber(high, decimals)})`;

const rateText = ({ rate, unit }: SideSummary): string =>
  rate.median >= 10 ? `${range(rate, 0)} ${unit}/s` : `${range(rate, 3)} ${unit}/s`;

const goalText = ({ against, atLeast, ratio, met }: GoalSummary): string =>
  `- ${met ? '✓' : '✗'} at least ${atLeast} × \`${against}\`: **${range(ratio, 2)} ×**`;

function rowText({ title, name, sides, goals, memory, rounds }: RowSummary): string {
  const lines = sides.map(
    (side) =>
      `| ${side.style === 'ours' ? '**ours**' : `${side.side}: ${side.doc}`} | ${side.style} | ${rateText(side)} | ${side.ratio ? `${range(side.ratio, 2)} ×` : ''} | ${formatCount(side.peakMib)} MiB |`,
  );
  const memoryLine = memory
    ? [
        `- ${memory.met ? '✓' : '✗'} at most ${formatCount(memory.atMostMib)} MiB for all processes together: **${formatCount(memory.peakMib)} MiB**`,
      ]
    : [];
  return [
    `## ${title}`,
    '',
    `\`npm run bench -- --only ${name}\`, ${rounds} rounds`,
    '',
    '| side | style | rate: median (lowest–highest) | ours ÷ theirs, round by round | memory |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
    ...goals.map(goalText),
    ...memoryLine,
  ].join('\n');
}

/** `bench/results.md`. */
export function resultsText({ machine, rows }: BenchResults): string {
  const { processor, cores, memoryGib, system, versions } = machine;
  const met = rows
    .flatMap(({ goals, memory }) => [...goals, ...(memory ? [memory] : [])])
    .map((goal) => goal.met);
  return `${[
    '# Benchmark',
    '',
    'Written by `npm run bench`; the same figures are in `results.json`. Both sides of a row run in turn, round by round, on the same files.',
    '',
    `- Processor: ${processor}, ${cores} cores; ${memoryGib} GiB of memory; ${system}`,
    `- Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    `- Goals met: ${met.filter(Boolean).length} of ${met.length}`,
    '',
    ...rows.map(rowText).flatMap((text) => [text, '']),
  ].join('\n')}`;
}
