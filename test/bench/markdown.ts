import { formatCount, formatNumber } from '../../lib/report/format';
import type { Accuracy } from './accuracy';
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
  /** Accuracy on real pictures, where it was asked for. */
  accuracy?: readonly SizeAccuracy[];
}

/** Accuracy with pictures of one size, in pixels. */
export interface SizeAccuracy {
  imageSize: number;
  ours: Accuracy;
  peer: Accuracy;
}

/** What accuracy is to reach: R² of log prices, and mean absolute error as a share of that of the median price. */
const accuracyGoals = { r2Log: 0.4, relativeMae: 0.82 };

function accuracyText(sizes: readonly SizeAccuracy[]): string[] {
  const figure = ({ mean, deviation }: Accuracy['r2Log']): string =>
    `${mean.toFixed(3)} ± ${deviation.toFixed(3)}`;
  const line = (name: string, imageSize: number, { r2Log, relativeMae }: Accuracy): string =>
    `| ${name} | ${imageSize} | ${figure(r2Log)} | ${figure(relativeMae)} |`;
  const mark = (met: boolean): string => (met ? '✓' : '✗');
  const { ours } = sizes[0]!; // at least one size
  return [
    '## accuracy on photographs of houses',
    '',
    `\`npm run bench -- --houses DIR --weights FILE\`: ridge on features of MobileNetV2 0.35, averaged over the pictures of a house; ${ours.games} houses, ${ours.splits} random splits by house, each side its own, mean ± standard deviation. Ours adds the mirror image of each picture.`,
    '',
    '| side | pixels | R² of log(1 + price) | MAE ÷ MAE of the median price |',
    '| --- | --- | --- | --- |',
    ...sizes.flatMap(({ imageSize, ours: own, peer }) => [
      line('**ours**', imageSize, own),
      line('strong Python', imageSize, peer),
    ]),
    '',
    ...sizes.flatMap(({ imageSize, ours: { r2Log, relativeMae } }) => [
      `- ${mark(r2Log.mean >= accuracyGoals.r2Log)} R² at least ${accuracyGoals.r2Log} at ${imageSize} px: **${r2Log.mean.toFixed(3)}**`,
      `- ${mark(relativeMae.mean <= accuracyGoals.relativeMae)} MAE at most ${accuracyGoals.relativeMae} of the median's at ${imageSize} px: **${relativeMae.mean.toFixed(3)}**`,
    ]),
    '',
  ];
}

/** Median (lowest–highest). */
export const spreadText = ({ median, low, high }: Spread, decimals: number): string =>
  `${formatNumber(median, decimals)} (${formatNumber(low, decimals)}–${formatNumber(high, decimals)})`;

/** Units a second, with decimals only where they say something. */
export const rateText = ({ rate, unit }: Pick<SideSummary, 'rate' | 'unit'>): string =>
  rate.median >= 10 ? `${spreadText(rate, 0)} ${unit}/s` : `${spreadText(rate, 3)} ${unit}/s`;

const goalText = ({ against, atLeast, ratio, met }: GoalSummary): string =>
  `- ${met ? '✓' : '✗'} at least ${atLeast} × \`${against}\`: **${spreadText(ratio, 2)} ×**`;

function rowText({ title, name, sides, goals, memory, rounds }: RowSummary): string {
  const lines = sides.map(
    (side) =>
      `| ${side.style === 'ours' ? '**ours**' : `${side.side}: ${side.doc}`} | ${side.style} | ${rateText(side)} | ${side.ratio ? `${spreadText(side.ratio, 2)} ×` : ''} | ${formatCount(side.peakMib)} MiB |`,
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

/** What a benchmark was run on, as items of a list. */
export const machineLines = ({ processor, cores, memoryGib, system, versions }: Machine): string[] => [
  `- Processor: ${processor}, ${cores} cores; ${memoryGib} GiB of memory; ${system}`,
  `- Versions: ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}`,
];

/** `bench/results.md`. */
export function resultsText({ machine, rows, accuracy }: BenchResults): string {
  const met = rows
    .flatMap(({ goals, memory }) => [...goals, ...(memory ? [memory] : [])])
    .map((goal) => goal.met);
  return `${[
    '# Benchmark',
    '',
    'Written by `npm run bench`; the same figures are in `results.json`. Both sides of a row run in turn, round by round, on the same files.',
    '',
    ...machineLines(machine),
    `- Goals met: ${met.filter(Boolean).length} of ${met.length}`,
    '',
    ...rows.map(rowText).flatMap((text) => [text, '']),
    ...(accuracy ? accuracyText(accuracy) : []),
  ].join('\n')}`;
}
