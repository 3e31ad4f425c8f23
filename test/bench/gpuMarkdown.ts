import { type Machine, machineLines, rateText, spreadText } from './markdown';
import type { Spread } from './summary';

/** One stage: units a second with and without the GPU, and how many times as fast it is with it, round by round. */
export interface GpuRow {
  name: string;
  title: string;
  unit: string;
  gpu: Spread;
  cpu: Spread;
  ratio: Spread;
}

/** What `npm run bench -- --gpu` measured. */
export interface GpuResults {
  machine: Machine;
  rounds: number;
  /** Whether sums on the GPU were held to one order (`TF_DETERMINISTIC_OPS`, the default). */
  inOrder: boolean;
  rows: GpuRow[];
}

/** `bench/gpu.md`. */
export function gpuText({ machine, rounds, inOrder, rows }: GpuResults): string {
  return `${[
    '# With and without a GPU',
    '',
    `Written by \`npm run bench -- --gpu\`; the same figures are in \`gpu.json\`. Both sides are the same program on the same machine, in turn, ${rounds} rounds; without a GPU it uses all cores.`,
    '',
    ...machineLines(machine),
    `- Sums on the GPU: ${inOrder ? 'in one order, as always' : 'in any order (TF_DETERMINISTIC_OPS=0)'}`,
    '',
    '| work | with the GPU: median (lowest–highest) | without | with ÷ without |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ title, unit, gpu, cpu, ratio }) =>
        `| ${title} | ${rateText({ rate: gpu, unit })} | ${rateText({ rate: cpu, unit })} | ${spreadText(ratio, 2)} × |`,
    ),
  ].join('\n')}\n`;
}
