import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { RowMetric, Task } from '../../../core/concepts';
import { argMax } from '../../../core/extremes';
import { mean } from '../../../data/numbers';
import { hours } from '../../../samples/palette';
import { styles } from '../../../samples/styles';
import { tensorflow } from '../../../tensorflow/backend';
import { binary, classes, regression } from '../../../training/tasks';
import { figureKinds } from '../sample/figureParts';
import { placeKinds } from '../sample/places';
import type { SceneLabels } from '../sample/scene';
import { measureCount } from './measures';

/** What is known of a picture: what it was drawn from, and measures of the pixels that the network sees. */
export interface BaseLabel {
  drawn: Pick<SceneLabels, 'style' | 'place' | 'hour' | 'figures' | 'hud' | 'text'>;
  measures: readonly number[];
}

/** One question that the base learns to answer about a picture. */
interface Question {
  name: string;
  /** One of several (softmax), several yes or no (sigmoid), or numbers (squared error). */
  kind: 'choice' | 'flags' | 'values';
  size: number;
  /** Of its loss in the sum. Squared errors of colours from 0 to 1 are small numbers. */
  weight: number;
  answer(label: BaseLabel): readonly number[];
}

const asked = (
  kind: Question['kind'],
  name: string,
  size: number,
  weight: number,
  answer: Question['answer'],
): Question => ({ kind, name, size, weight, answer });

const choice = <T>(name: string, all: readonly T[], of: (label: BaseLabel['drawn']) => T): Question =>
  asked('choice', name, all.length, 1, ({ drawn }) => all.map((item) => Number(item === of(drawn))));

/** What the base learns from generated pictures: nothing that stands for the price is among it. */
const questions: readonly Question[] = [
  choice('art style', styles, ({ style }) => style),
  choice('place', placeKinds, ({ place }) => place),
  choice('time of day', hours, ({ hour }) => hour),
  choice('number of figures', [1, 2, 3], ({ figures }) => figures.length),
  asked('flags', 'kinds of figures', figureKinds.length, 3, ({ drawn }) =>
    figureKinds.map((kind) => Number(drawn.figures.includes(kind))),
  ),
  asked('flags', 'overlay, message', 2, 2, ({ drawn: { hud, text } }) => [
    Number(hud),
    Number(text.length > 1),
  ]), // the first line is the score
  asked('values', 'colours of fields', measureCount, 10, ({ measures }) => measures.slice(0, measureCount)),
  asked('values', 'detail of fields', measureCount, 2, ({ measures }) => measures.slice(measureCount)),
];

/** Where the answer to each question lies in a row of output. */
export const columns = questions.map((question, i) => {
  const start = questions.slice(0, i).reduce((sum, { size }) => sum + size, 0);
  return { ...question, start, end: start + question.size };
});

/** Numbers of all answers; behind them in a row of output are those in which pictures are compared with each other. */
export const answerLength = columns.at(-1)!.end; // there are questions
const compared = 128;
const pairs = { weight: 4, temperature: 0.15 };

const meanFigure =
  (figure: (output: number, target: number) => number): RowMetric =>
  (output, target) =>
    mean(Array.from(output, (value, i) => figure(value, target[i]!))); // as many

/** The loss of a question of a kind, and its figure: the share of right answers, or the mean squared error of values. */
const kinds: Record<Question['kind'], { loss(size: number): Task['loss']; figure: RowMetric }> = {
  choice: {
    loss: (size) => classes(Array.from({ length: size }, (_, i) => String(i))).loss,
    figure: (output, target) => Number(argMax(output) === argMax(target)),
  },
  flags: {
    loss: () => binary().loss,
    figure: meanFigure((output, target) => Number(output > 0 === target > 0.5)),
  },
  values: { loss: () => regression().loss, figure: meanFigure((output, target) => (output - target) ** 2) },
};

/** The weighted sum of the losses of all questions. */
export function answersLoss(output: Tensor, target: Tensor): Scalar {
  const { tf } = tensorflow();
  const losses = columns.map(({ kind, size, start, weight }) => {
    const own = (all: Tensor): Tensor => tf.slice(all as Tensor2D, [0, start], [-1, size]);
    return tf.mul(kinds[kind].loss(size)(own(output), own(target)), weight);
  });
  return tf.addN(losses).asScalar();
}

/** All questions at once, and which two pictures are of one game: rows 2i and 2i + 1 of a batch. */
export const baseTask: Task<BaseLabel, number[][]> = {
  name: 'base',
  settings: { questions: questions.map(({ name, size, weight }) => [name, size, weight]), compared, pairs },
  outputs: answerLength + compared,
  encode: (label) => [
    ...questions.flatMap(({ answer }) => answer(label)),
    ...new Array<number>(compared).fill(0),
  ],
  loss: (output, target) => {
    const { tf } = tensorflow();
    const projected = tf.slice(output as Tensor2D, [0, answerLength], [-1, compared]);
    const contrast = tf.mul(pairLoss(projected, pairs.temperature), pairs.weight);
    return tf.add(answersLoss(output, target), contrast);
  },
  decode: (output) => columns.map(({ start, end }) => Array.from(output).slice(start, end)),
  metrics: Object.fromEntries(
    columns.map(({ name, kind, start, end }) => {
      const own = (all: ArrayLike<number>) => Array.from(all).slice(start, end);
      return [name, (output, target) => kinds[kind].figure(own(output), own(target))] as [string, RowMetric];
    }),
  ),
  monitor: { metric: 'loss', best: 'min' },
};

/** NT-Xent, the contrastive loss of SimCLR (Chen et al. 2020), of projections `[2 · games, dims]`: rows 2i and 2i + 1 are partners. */
export function pairLoss(projected: Tensor2D, temperature: number): Scalar {
  const { tf } = tensorflow();
  const [rows] = projected.shape;
  const length = tf.sqrt(tf.add(tf.sum(tf.square(projected), 1, true), 1e-12));
  const unit = tf.div(projected, length) as Tensor2D;
  const cosines = tf.div(tf.matMul(unit, unit, false, true), temperature);
  const others = tf.sub(cosines, tf.mul(tf.eye(rows), 1e9)); // no picture is compared with itself
  const partners = tf.tensor1d(
    Int32Array.from({ length: rows }, (_, row) => row ^ 1),
    'int32',
  );
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(partners, rows), tf.logSoftmax(others)), -1))) as Scalar;
}
