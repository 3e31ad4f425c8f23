import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { RowMetric, Task } from '../../../core/concepts';
import { hours } from '../../../samples/palette';
import { styles } from '../../../samples/styles';
import { tensorflow } from '../../../tensorflow/backend';
import { argMax, binary, classes, regression } from '../../../training/tasks';
import { figureKinds } from '../sample/figureParts';
import { placeKinds } from '../sample/places';
import type { SceneLabels } from '../sample/scene';
import { measureCount } from './measures';

/** What is known of a picture: what it was drawn from, and measures of the pixels that the network sees. */
export interface BaseLabel {
  drawn: Pick<SceneLabels, 'style' | 'place' | 'hour' | 'figures' | 'hud' | 'text'>;
  /** See `measuresOf`. */
  measures: readonly number[];
}

/** One question that the base learns to answer about a picture. */
export interface Question {
  name: string;
  /** One of several (softmax), several yes or no (sigmoid), or numbers (squared error). */
  kind: 'choice' | 'flags' | 'values';
  /** Numbers of its answer. */
  size: number;
  /** Of its loss in the sum. Squared errors of colours from 0 to 1 are small numbers. */
  weight: number;
  answer(label: BaseLabel): readonly number[];
}

const oneOf = <T>(all: readonly T[], one: T): number[] => all.map((item) => Number(item === one));
const choice = <T>(name: string, all: readonly T[], of: (label: BaseLabel['drawn']) => T): Question => ({
  name,
  kind: 'choice',
  size: all.length,
  weight: 1,
  answer: ({ drawn }) => oneOf(all, of(drawn)),
});

/**
 * What the base learns from generated pictures. Nothing that stands for the price is among it: not the quality, the fineness or the panels
 * that come with it, nor the share of the picture that figures and overlay take.
 */
export const questions: readonly Question[] = [
  choice('art style', styles, ({ style }) => style),
  choice('place', placeKinds, ({ place }) => place),
  choice('time of day', hours, ({ hour }) => hour),
  choice('number of figures', [1, 2, 3], ({ figures }) => figures.length),
  {
    name: 'kinds of figures',
    kind: 'flags',
    size: figureKinds.length,
    weight: 3,
    answer: ({ drawn }) => figureKinds.map((kind) => Number(drawn.figures.includes(kind))),
  },
  {
    name: 'overlay, message',
    kind: 'flags',
    size: 2,
    weight: 2,
    answer: ({ drawn: { hud, text } }) => [Number(hud), Number(text.length > 1)], // the first line is the score
  },
  {
    name: 'colours of fields',
    kind: 'values',
    size: measureCount,
    weight: 10,
    answer: ({ measures }) => measures.slice(0, measureCount),
  },
  {
    name: 'detail of fields',
    kind: 'values',
    size: measureCount,
    weight: 2,
    answer: ({ measures }) => measures.slice(measureCount),
  },
];

/** Where the answer to each question lies in a row of output. */
export const columns = questions.map((question, i) => {
  const start = questions.slice(0, i).reduce((sum, { size }) => sum + size, 0);
  return { ...question, start, end: start + question.size };
});
const answerLength = columns.at(-1)!.end; // there are questions

/** Numbers in which pictures are compared with each other, behind the answers. */
const compared = 128;
const pairs = { weight: 4, temperature: 0.15 };

/** All questions at once; the figure of a question is the share of right answers, or the mean squared error of values. */
export const answersTask: Task<BaseLabel, number[][]> = {
  name: 'answers',
  settings: { questions: questions.map(({ name, size, weight }) => [name, size, weight]) },
  outputs: answerLength,
  encode: (label) => questions.flatMap(({ answer }) => answer(label)),
  loss: (output, target) => {
    const { tf } = tensorflow();
    const losses = columns.map(({ kind, size, start, weight }) => {
      const own = (all: Tensor): Tensor => tf.slice(all as Tensor2D, [0, start], [-1, size]);
      return tf.mul(taskOf(kind, size).loss(own(output), own(target)), weight);
    });
    return tf.addN(losses).asScalar();
  },
  decode: (output) => columns.map(({ start, end }) => Array.from(output).slice(start, end)),
  metrics: Object.fromEntries(
    columns.map(({ name, kind, start, end }) => [
      name,
      (output: ArrayLike<number>, target: ArrayLike<number>) =>
        scores[kind](Array.from(output).slice(start, end), Array.from(target).slice(start, end)),
    ]),
  ),
  monitor: { metric: 'loss', best: 'min' },
};

/** The questions, and which two pictures are of one game: rows 2i and 2i + 1 of a batch. */
export const baseTask: Task<BaseLabel, number[][]> = {
  ...answersTask,
  name: 'base',
  settings: { ...answersTask.settings, compared, pairs },
  outputs: answerLength + compared,
  encode: (label) => [...answersTask.encode(label), ...new Array<number>(compared).fill(0)],
  loss: (output, target) => {
    const { tf } = tensorflow();
    const projected = tf.slice(output as Tensor2D, [0, answerLength], [-1, compared]);
    const contrast = pairLoss(projected as Tensor2D, pairs.temperature);
    return tf.add<Scalar>(answersTask.loss(output, target), tf.mul(contrast, pairs.weight));
  },
};

function taskOf(kind: Question['kind'], size: number): Pick<Task, 'loss'> {
  if (kind === 'choice') return classes(Array.from({ length: size }, (_, i) => String(i)));
  return kind === 'flags' ? binary() : regression();
}

const meanOf =
  (score: (output: number, target: number) => number): RowMetric =>
  (output, target) =>
    Array.from(output).reduce((sum, value, i) => sum + score(value, target[i]!), 0) / output.length; // as many

const scores: Record<Question['kind'], RowMetric> = {
  choice: (output, target) => Number(argMax(output) === argMax(target)),
  flags: meanOf((output, target) => Number(output > 0 === target > 0.5)),
  values: meanOf((output, target) => (output - target) ** 2),
};

/**
 * NT-Xent, the contrastive loss of SimCLR (Chen et al. 2020), of projections `[2 · games, dims]`: how surprising it is that each picture's
 * partner is its partner among all other pictures. Between 0 and about `log(2 · games − 1)` for projections that say nothing.
 */
export function pairLoss(projected: Tensor2D, temperature: number): Scalar {
  const { tf } = tensorflow();
  const [rows] = projected.shape;
  const length = tf.sqrt(tf.add(tf.sum(tf.square(projected), 1, true), 1e-12));
  const unit = tf.div(projected, length) as Tensor2D;
  const cosines = tf.div(tf.matMul(unit, unit, false, true), temperature);
  const others = tf.sub(cosines, tf.mul(tf.eye(rows), 1e9)); // no picture is compared with itself
  const partners: Tensor1D = tf.tensor1d(
    Array.from({ length: rows }, (_, row) => row ^ 1),
    'int32',
  );
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(partners, rows), tf.logSoftmax(others)), -1))) as Scalar;
}
