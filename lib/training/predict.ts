import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import type { Figures, Model, Source, Task } from '../core/concepts';
import { tensorflow } from '../tensorflow/backend';
import { batches, checkInputs, checkTask, type Inputs, outputCount, readBatches } from './sources';
import { flatOutput, totalLoss } from './step';

/** What the model gives for every row, `[count, outputs]` laid flat, in inference mode. Throws `BAD_INPUT` for rows that do not fit the model. */
export async function predict(model: LayersModel, inputs: Inputs, batchSize: number): Promise<Float32Array> {
  const { tf } = tensorflow();
  checkInputs(model, inputs, 'predicted from');
  const outputs = outputCount(model);
  const all = new Float32Array(inputs.count * outputs);
  for await (const { rows, batch } of readBatches(inputs.read, batches(inputs.count, batchSize), 0)) {
    tf.tidy(() => {
      const input = tf.tensor(batch.x, [rows.length, ...inputs.shape]);
      all.set((model.apply(input, { training: false }) as Tensor).dataSync(), rows[0]! * outputs); // at least one row, one output
    });
  }
  return all;
}

/** What the model predicts for each row, decoded by its task. Throws what `predict` and `decode` throw. */
export async function predictEach<L, P>(
  { layers, task }: Pick<Model<L, P>, 'layers' | 'task'>,
  inputs: Inputs,
  batchSize: number,
): Promise<P[]> {
  const outputs = await predict(layers, inputs, batchSize);
  const each = task.outputs;
  return Array.from({ length: inputs.count }, (_, row) =>
    task.decode(outputs.subarray(row * each, (row + 1) * each)),
  );
}

/** Loss, with the model's L2 terms, and metrics of the model on all rows, in inference mode as in `predict`. */
export async function evaluate(
  model: LayersModel,
  task: Task,
  source: Source,
  batchSize: number,
): Promise<Figures> {
  const { tf } = tensorflow();
  checkTask(model, task);
  checkInputs(model, source, 'evaluated');
  const figures = noFigures();
  for await (const { rows, batch } of readBatches(source.read, batches(source.count, batchSize), 0)) {
    const { x, y: target } = batch;
    tf.tidy(() => {
      const input = tf.tensor(x, [rows.length, ...source.shape]);
      const output = flatOutput(model.apply(input, { training: false }));
      const loss = totalLoss(model, task, output, tf.tensor2d(target, [rows.length, task.outputs]));
      addFigures(figures, task, {
        output: output.dataSync<'float32'>(),
        target,
        loss: loss.dataSync()[0]!, // a scalar
      });
    });
  }
  return meanFigures(figures);
}

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

export const meanFigures = ({ rows, sums }: FigureSums): Figures =>
  Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / rows]));

/** The monitored figure, turned round where the largest is best: the smaller, the better. */
export const monitored = (figures: Figures, { metric, best }: Task['monitor']): number => {
  const figure = figures[metric] ?? Number.NaN;
  return best === 'max' ? -figure : figure;
};
