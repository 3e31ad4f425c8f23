import type { Part, Prediction } from '../core/concepts';
import { argMax } from '../core/extremes';
import { allIntervalFigures, type Results } from '../core/results';
import type { ClassPictures } from '../data/classData';
import { parts } from '../data/split';
import { type ClassEvaluation, evaluateClasses } from './classes';
import {
  type ClassProbabilities,
  evaluateProbabilities,
  fitTemperature,
  type ProbabilityEvaluation,
  ranked,
  tempered,
} from './classProbabilities';
import { clusters } from './clusters';
import { logistic } from './crossValidation';
import { meanOf } from './draws';
import { bootstrapAll, type Interval } from './intervals';
import { mcnemar } from './proportion';

/** What is said of a picture: its most probable class, and the probability of each. */
export type SaidClass = Prediction<string, { label: string; probabilities: readonly number[] }>;

/** How a model does that gives probabilities of classes. */
export interface JudgedClasses {
  /** Before its figures in results.json. */
  name: string;
  title: string;
  /** Fitted to validation pictures; what follows is of test pictures at it, but for `untempered`. */
  temperature: number;
  said: readonly SaidClass[];
  /** Whether each is right. */
  right: readonly boolean[];
  classes: ClassEvaluation;
  probabilities: ProbabilityEvaluation;
  /** As the model gives them. */
  untempered: ProbabilityEvaluation;
}

export interface JudgingOptions {
  seed: number;
  /** What a picture is of: resamples draw these whole. */
  itemOf(id: string): string;
}

/** Judges predictions of the pictures of validation and test. Throws `BAD_INPUT` when either has none. */
export function judgeClasses(
  { name, title, predictions }: { name: string; title: string; predictions: readonly SaidClass[] },
  classes: readonly string[],
  { seed, itemOf }: JudgingOptions,
): JudgedClasses {
  const rowsOf = (some: readonly SaidClass[]): ClassProbabilities[] =>
    some.map(({ label, predicted }) => ({
      truth: classes.indexOf(label),
      probabilities: predicted.probabilities,
    }));
  const of = (part: Part): SaidClass[] => predictions.filter((one) => one.part === part);
  const test = of('test');
  const temperature = fitTemperature(rowsOf(of('validation')));
  const said = test.map((one): SaidClass => {
    const probabilities = tempered(one.predicted.probabilities, temperature);
    return { ...one, predicted: { ...one.predicted, probabilities } };
  });
  const options = { seed, items: said.map(({ id }) => itemOf(id)) };
  const [truth, guesses] = [
    rowsOf(said).map((row) => row.truth),
    said.map(({ predicted }) => classes.indexOf(predicted.label)),
  ];
  return {
    ...{ name, title, temperature, said },
    right: said.map(isRight),
    classes: evaluateClasses(truth, guesses, classes, options),
    probabilities: evaluateProbabilities(rowsOf(said), options),
    untempered: evaluateProbabilities(rowsOf(test), options),
  };
}

/** Predictions of the pictures of all parts by probabilities of their rows. */
export function predictionsBy(
  { rows, labels, images, classes }: ClassPictures,
  say: (rows: readonly number[]) => readonly (readonly number[])[],
): SaidClass[] {
  const { item, file } = images.index.columns;
  return parts.flatMap((part) => {
    const all = say(rows[part]);
    return rows[part].map((row, i): SaidClass => {
      const probabilities = all[i]!; // one for each row, which is one of the store
      const [id, picture, label] = [item[row]!, file[row]!, labels[row]!];
      const predicted = { label: classes[argMax(probabilities)]!, probabilities }; // one of the classes
      return { id, file: picture, image: row, part, label, predicted };
    });
  });
}

/** What is said without a look at a picture: of every one how frequent each class is among training pictures. */
export function frequencyPredictions(data: ClassPictures): SaidClass[] {
  const { training } = data.rows;
  const shares = data.classes.map(
    (name) => training.filter((row) => data.labels[row] === name).length / training.length,
  );
  return predictionsBy(data, (rows) => rows.map(() => shares));
}

/** What a classifier, by default logistic regression, says that is fitted to the features of training pictures; row i of them is of row i of the pictures. */
export async function fittedPredictions(
  data: ClassPictures,
  features: { read(rows: readonly number[]): Float32Array },
  train = logistic,
): Promise<SaidClass[]> {
  const { training } = data.rows;
  const truth = training.map((row) => data.classes.indexOf(data.labels[row]!)); // a row of the store
  const classify = await train(features.read(training), truth, data.classes.length);
  return predictionsBy(data, (rows) => classify(features.read(rows)));
}

/** Two models on the same test pictures: McNemar's test, and the difference of their accuracies over whole items. */
export const compareJudged = (
  one: JudgedClasses,
  other: JudgedClasses,
  options: JudgingOptions,
): ReturnType<typeof mcnemar> & { difference: Interval } => ({
  ...mcnemar(one.right, other.right),
  difference: difference(one.said, other.said, options),
});

/** How often two models agree on the same pictures, and which of them is right. */
export function agreement(one: JudgedClasses, other: JudgedClasses) {
  const pairs = one.said.map((said, i) => [said, other.said[i]!] as const); // of the same pictures
  const count = (fits: (a: boolean, b: boolean, same: boolean) => boolean): number =>
    pairs.filter(([a, b], i) => fits(one.right[i]!, other.right[i]!, a.predicted.label === b.predicted.label))
      .length;
  return {
    'Both are right': count((a, b) => a && b),
    [`Only "${one.title}" is right`]: count((a, b) => a && !b),
    [`Only "${other.title}" is right`]: count((a, b) => !a && b),
    'Both are wrong, with one answer': count((a, b, same) => !a && !b && same),
    'Both are wrong, with two answers': count((a, b, same) => !a && !b && !same),
  };
}

/** The first of several models, unless others are right about more validation pictures by more than chance: then the most accurate of these. */
export function chooseModel<M extends { predictions: readonly SaidClass[] }>(
  [first, ...others]: readonly [M, ...M[]],
  options: JudgingOptions,
): M {
  const of = ({ predictions }: M) => predictions.filter(({ part }) => part === 'validation');
  const ahead = others
    .map((one) => ({ one, by: difference(of(one), of(first), options) }))
    .filter(({ by }) => by.low > 0)
    .sort((a, b) => b.by.estimate - a.by.estimate);
  return ahead[0]?.one ?? first;
}

/** How much more often the one is right than the other about the same pictures, over whole items. */
function difference(
  one: readonly SaidClass[],
  other: readonly SaidClass[],
  { seed, itemOf }: JudgingOptions,
): Interval {
  const gaps = Float64Array.from(one, (said, i) => Number(isRight(said)) - Number(isRight(other[i]!))); // of the same pictures
  const { count, drawsOf } = clusters(one.map(({ id }) => itemOf(id)));
  return bootstrapAll(count, (drawn) => ({ gap: meanOf(gaps, drawsOf(drawn)) }), { seed }).gap;
}

const isRight = ({ label, predicted }: SaidClass): boolean => predicted.label === label;

/** Pictures that have a second class: how often the first guess is their first class, or either of both, and the second guess the second one. */
export function secondGuesses(
  said: readonly SaidClass[],
  classes: readonly string[],
  classesOf: (id: string) => readonly string[],
) {
  const several = said.filter(({ id }) => classesOf(id).length > 1);
  const guesses = several.map(
    ({ predicted }) => ranked(predicted.probabilities).map((place) => classes[place]!), // a class for each probability
  );
  const count = (fits: (own: readonly string[], guess: readonly string[]) => boolean): number =>
    several.filter(({ id }, i) => fits(classesOf(id), guesses[i]!)).length; // one for each
  return {
    count: several.length,
    first: count(([first], [guess]) => guess === first),
    either: count((own, [guess = '']) => own.includes(guess)),
    second: count(([, second], [, guess]) => guess === second),
    both: count((own, guess) => own.slice(0, 2).every((name) => guess.slice(0, 2).includes(name))),
  };
}

/** What results.json says of a model, under names that begin with `prefix`. */
export function judgedClassFigures(
  prefix: string,
  { classes, probabilities, untempered, temperature }: JudgedClasses,
): Results {
  const figures = {
    accuracy: classes.accuracy,
    macro_f1: classes.macroF1,
    balanced_accuracy: classes.balancedAccuracy,
    top2: probabilities.top2,
    ece: probabilities.ece,
    'untempered.ece': untempered.ece,
    log_loss: probabilities.logLoss,
  };
  return { ...allIntervalFigures(prefix, figures), [`${prefix}temperature`]: temperature };
}
