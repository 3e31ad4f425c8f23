import type { Figures, Task } from '../core/concepts';

/** Sums of a task's figures over rows, from which their means come; plain JSON. */
export interface FigureSums {
  rows: number;
  sums: Record<string, number>;
}

export const noFigures = (): FigureSums => ({ rows: 0, sums: {} });

/** Adds a batch whose mean loss was `loss`; `output` and `target` are `[rows, outputs]`, laid flat. */
export function addFigures(
  found: FigureSums,
  { outputs, metrics }: Pick<Task, 'outputs' | 'metrics'>,
  { output, target, loss }: { output: Float32Array; target: Float32Array; loss: number },
): void {
  const count = output.length / outputs;
  const { sums } = found;
  found.rows += count;
  sums.loss = (sums.loss ?? 0) + loss * count;
  const figures = Object.entries(metrics);
  for (let at = 0; at < output.length; at += outputs) {
    const [own, truth] = [output.subarray(at, at + outputs), target.subarray(at, at + outputs)];
    for (const [name, figure] of figures) sums[name] = (sums[name] ?? 0) + figure(own, truth);
  }
}

/** The mean of each figure over all rows. */
export const meanFigures = ({ rows, sums }: FigureSums): Figures =>
  Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / rows]));

/** The monitored figure, turned round where the largest is best: the smaller, the better. */
export const monitored = (figures: Figures, { metric, best }: Task['monitor']): number => {
  const figure = figures[metric] ?? Number.NaN;
  return best === 'max' ? -figure : figure;
};
