import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { r2 } from '../evaluation/metrics';
import { createExtractor } from '../model/features';
import { preprocess } from '../model/mobilenet';
import { mean } from '../prices/numbers';
import { tensorflow } from '../tensorflow/backend';
import { answerLength, outputLength, type Task, tasks } from './labels';
import { byTask } from './losses';
import type { BasePictures } from './pictures';
import type { TrainedBase } from './training';

/** How the base answers one task for pictures it did not learn from. */
export interface TaskResult {
  name: string;
  kind: Task['kind'];
  /** Share of right answers (the mean of the flags' shares), or R² of values (the mean of theirs). */
  score: number;
  /** The same for always giving the commonest answer; 0 for values, where that is the mean. */
  commonest: number;
}

const chunk = 100; // pictures at a time

/** Answers of the finished base, with its moving statistics, for the whole pictures of `rows`. */
export async function answerHeldOut(
  base: Pick<TrainedBase, 'arrays' | 'head'> & { alpha: number },
  pictures: BasePictures,
  rows: readonly number[],
): Promise<TaskResult[]> {
  const { tf } = tensorflow();
  const extractor = await createExtractor(base, pictures.size);
  const [side, , channels] = extractor.shape;
  const found = tasks.map(() => ({ outputs: [] as number[], truth: [] as number[] }));
  try {
    for (let start = 0; start < rows.length; start += chunk) {
      const some = rows.slice(start, start + chunk);
      const pixels = pictures.read(some);
      const features = extractor.extract(pixels, some.length);
      tf.tidy(() => {
        const maps = tf.tensor3d(features, [some.length, side * side, channels]);
        const kernel = tf.tensor2d(base.head.kernel, [channels, outputLength]);
        const outputs = tf.add(tf.matMul(tf.mean(maps, 1) as Tensor2D, kernel), tf.tensor1d(base.head.bias));
        const answers = tf.tensor2d(pictures.answersOf(some), [some.length, answerLength]);
        const images = preprocess(
          tf.tensor4d(pixels, [some.length, pictures.size, pictures.size, 3], 'int32') as Tensor4D,
        );
        byTask(outputs as Tensor2D, answers, images).forEach((columns, i) => {
          found[i]!.outputs.push(...(columns.outputs as Tensor).dataSync()); // one per task
          found[i]!.truth.push(...columns.truth.dataSync());
        });
      });
    }
  } finally {
    extractor.dispose();
  }
  return tasks.map((task, i) => judge(task, found[i]!.outputs, found[i]!.truth)); // as above
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
