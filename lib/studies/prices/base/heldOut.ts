import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { deviation, mean } from '../../../data/numbers';
import { r2 } from '../../../metrics/regression';
import { createExtractor, type Extractor } from '../../../networks/features';
import { preprocess } from '../../../networks/mobilenet';
import { tensorflow } from '../../../tensorflow/backend';
import { createOptimizer } from '../../../training/optimizer';
import { cosineRate } from '../../../training/schedule';
import { answerLength, outputLength, type Task, tasks } from './labels';
import { splitOutputs, taskLoss, taskTruths } from './losses';
import type { BasePictures } from './pictures';
import type { TrainedBase } from './training';

/** How well one task is answered for pictures that the base did not learn from. */
export interface TaskResult {
  name: string;
  kind: Task['kind'];
  /** Share of right answers (the mean of the flags' shares), or R² of values (the mean of theirs). */
  score: number;
  /** The same for always giving the commonest answer; 0 for values, where that is the mean. */
  commonest: number;
}

/** Pictures at a time. */
const chunk = 100;
/** How the layer is fitted that reads the answers: steps of Adam over all pictures at once. */
const fit = { steps: 400, learningRate: 0.01, decay: 1e-3 };

/**
 * What a layer reads off the features of the finished base for pictures that the base did not learn from: whole pictures, as the report shows them,
 * and moving statistics. The layer is fitted to the same features of the pictures `learnt` (a linear probe; Alain & Bengio 2016), for the one that
 * was trained along answered windows on pictures.
 */
export async function answerHeldOut(
  base: Pick<TrainedBase, 'arrays'> & { alpha: number },
  pictures: BasePictures,
  learnt: readonly number[],
  heldOut: readonly number[],
): Promise<TaskResult[]> {
  const { tf } = tensorflow();
  const extractor = await createExtractor(base, pictures.size);
  try {
    const known = lookAt(extractor, pictures, learnt);
    const asked = lookAt(extractor, pictures, heldOut);
    const { mean: middle, deviation: scale } = columnScale(known.features, known.channels);
    const scaled = ({ features, channels }: Looked): Float32Array =>
      features.map((value, i) => (value - middle[i % channels]!) / scale[i % channels]!); // one of each channel
    const outputs = tf.tidy(() => {
      const layer = fitProbe(tf.tensor2d(scaled(known), [learnt.length, known.channels]), known.truths);
      const seen = tf.tensor2d(scaled(asked), [heldOut.length, asked.channels]);
      const all = splitOutputs(tf.add(tf.matMul(seen, layer.kernel), layer.bias) as Tensor2D);
      return all.map((own) => [...own.dataSync()]);
    });
    return tasks.map((task, i) => judge(task, outputs[i]!, asked.truths[i]!)); // one per task
  } finally {
    extractor.dispose();
  }
}

/** What the base makes of some pictures, averaged over each, and their true answers by task. */
interface Looked {
  /** `[pictures, channels]` */
  features: Float32Array;
  channels: number;
  truths: number[][];
}

function lookAt(extractor: Extractor, pictures: BasePictures, rows: readonly number[]): Looked {
  const { tf } = tensorflow();
  const [side, , channels] = extractor.shape;
  const { size } = pictures;
  const features = new Float32Array(rows.length * channels);
  const truths: number[][] = tasks.map(() => []);
  for (let start = 0; start < rows.length; start += chunk) {
    const some = rows.slice(start, start + chunk);
    const pixels = pictures.read(some);
    const maps = extractor.extract(pixels, some.length);
    tf.tidy(() => {
      const averaged = tf.mean(tf.tensor3d(maps, [some.length, side * side, channels]), 1);
      features.set(averaged.dataSync<'float32'>(), start * channels);
      const answers = tf.tensor2d(pictures.answersOf(some), [some.length, answerLength]);
      const images = preprocess(tf.tensor4d(pixels, [some.length, size, size, 3], 'int32') as Tensor4D);
      taskTruths(answers, images).forEach((truth, i) => {
        truths[i]!.push(...truth.dataSync()); // one per task
      });
    });
  }
  return { features, channels, truths };
}

/** Mean and deviation of each column; a column that never changes gets a deviation of 1. */
function columnScale(values: Float32Array, columns: number): { mean: number[]; deviation: number[] } {
  const column = (c: number): number[] =>
    Array.from({ length: values.length / columns }, (_, row) => values[row * columns + c]!); // in range
  const found = Array.from({ length: columns }, (_, c) => {
    const own = column(c);
    return { mean: mean(own), deviation: deviation(own) || 1 };
  });
  return { mean: found.map((one) => one.mean), deviation: found.map((one) => one.deviation) };
}

/** The layer that answers all tasks from standardized features `[pictures, channels]`; for use inside `tidy`. */
function fitProbe(features: Tensor2D, truths: readonly number[][]): { kernel: Tensor2D; bias: Tensor } {
  const { tf } = tensorflow();
  const [rows, channels] = features.shape;
  const kernel = tf.variable(tf.zeros([channels, outputLength]) as Tensor2D);
  // Numbers begin at their means, so that a few hundred steps are enough.
  const start = tasks.flatMap(({ kind, size }, i) =>
    Array.from(
      { length: size },
      (_, c) => (kind === 'values' ? mean(truths[i]!.filter((_value, k) => k % size === c)) : 0), // one per task
    ),
  );
  const bias = tf.variable(tf.tensor1d(start));
  const wanted = tasks.map(
    ({ kind, size }, i) =>
      kind === 'choice' ? tf.tensor1d(truths[i]!) : tf.tensor2d(truths[i]!, [rows, size]), // one per task
  );
  const optimizer = createOptimizer('adam', fit.learningRate, [kernel, bias]);
  for (let step = 0; step < fit.steps; step++) {
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        const outputs = splitOutputs(tf.add(tf.matMul(features, kernel), bias) as Tensor2D);
        const losses = tasks.map((task, i) => taskLoss({ task, outputs: outputs[i]!, truth: wanted[i]! })); // as above
        return tf.addN([...losses, tf.mul(tf.sum(tf.square(kernel)), fit.decay)]).asScalar();
      }, [kernel, bias]);
      optimizer.step(
        [grads[kernel.name]!, grads[bias.name]!],
        cosineRate({ ...fit, warmUp: 0, total: fit.steps }, step),
      ); // asked for above
    });
  }
  optimizer.dispose();
  const layer = { kernel: tf.clone(kernel) as Tensor2D, bias: tf.clone(bias) as Tensor };
  tf.dispose([kernel, bias]); // variables outlive a tidy
  return layer;
}

function judge(task: Task, outputs: readonly number[], truth: readonly number[]): TaskResult {
  const { name, kind, size } = task;
  if (kind === 'choice') {
    const right = truth.filter((answer, row) => {
      const own = outputs.slice(row * size, (row + 1) * size);
      return own.indexOf(Math.max(...own)) === answer;
    });
    const shares = Array.from({ length: size }, (_, c) => share(truth, (answer) => answer === c));
    return { name, kind, score: right.length / truth.length, commonest: Math.max(...shares) };
  }
  const column = (values: readonly number[], c: number) => values.filter((_, i) => i % size === c);
  const columns = Array.from({ length: size }, (_, c) => ({ o: column(outputs, c), t: column(truth, c) }));
  if (kind === 'values') {
    return { name, kind, score: mean(columns.map(({ o, t }) => r2(t, o))), commonest: 0 };
  }
  const scores = columns.map(({ o, t }) => share(t, (answer, i) => o[i]! > 0 === answer > 0.5)); // equal lengths
  const commonest = columns.map(({ t }) => {
    const yes = share(t, (answer) => answer > 0.5);
    return Math.max(yes, 1 - yes);
  });
  return { name, kind, score: mean(scores), commonest: mean(commonest) };
}

const share = (values: readonly number[], test: (value: number, i: number) => boolean): number =>
  values.filter(test).length / values.length;
