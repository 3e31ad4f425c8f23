import { ReportError } from '../core/errors';
import { random } from '../core/random';
import { mean } from '../data/numbers';
import type { PositiveData } from './judgedScores';
import { predictRidge, ridgeByCrossValidation } from './ridge';

/** A row whose label may be wrong: how far it is on the side of the other class, 1 being as far as the rows of that class are on average. */
type LabelSuspect = Record<'row' | 'doubt', number>;

const folds = 5;

/** The training and validation pictures whose label may be wrong, from their features, `[rows, dims]`. Throws what `labelSuspects` throws. */
export function pictureSuspects(
  { rows, labels, images, positive }: Pick<PositiveData, 'rows' | 'labels' | 'images' | 'positive'>,
  features: { read(rows: readonly number[]): Float32Array },
  seed: number,
): (LabelSuspect & { id: string })[] {
  const asked = [...rows.training, ...rows.validation];
  const shows = asked.map((row) => labels[row] === positive);
  return labelSuspects(features.read(asked), shows, seed).map(({ row: i, doubt }) => {
    const row = asked[i]!; // one of them, and a row of the store below
    return { row, doubt, id: images.index.columns.item[row]! };
  });
}

/** Rows whose label may be wrong, the most doubtful first (confident learning: Northcutt, Jiang and Chuang, 2021). Throws `BAD_INPUT` for few rows. */
export function labelSuspects(
  features: Float32Array,
  labels: readonly boolean[],
  seed: number,
): LabelSuspect[] {
  if ([true, false].some((label) => labels.filter((one) => one === label).length < 10)) {
    const advice = 'give at least ten rows of each class';
    throw new ReportError('BAD_INPUT', `Labels cannot be doubted from ${labels.length} rows: ${advice}.`);
  }
  const scores = outOfFoldScores(features, labels, seed);
  const meanScore = (label: boolean): number => mean(scores.filter((_, i) => labels[i] === label));
  const [yes, no] = [Math.max(0, meanScore(true)), Math.min(0, meanScore(false))];
  return scores
    .map((score, row) => ({ row, doubt: score / (labels[row] ? no : yes) }))
    .filter(({ doubt }) => doubt >= 0.5 && Number.isFinite(doubt)) // infinite: no better than guessing
    .sort((a, b) => b.doubt - a.doubt);
}

/** The score of each row by a model that was fitted to the rows of the other folds. */
function outOfFoldScores(features: Float32Array, labels: readonly boolean[], seed: number): number[] {
  const dims = features.length / labels.length;
  const fold = random(seed, 'folds').shuffle(labels.map((_, row) => row % folds));
  const scores = new Array<number>(labels.length).fill(0);
  for (let k = 0; k < folds; k++) {
    const inside = (own: boolean, column: number): boolean => (fold[Math.floor(column / dims)] === k) === own;
    const others = labels.filter((_, row) => fold[row] !== k).map((label) => (label ? 1 : -1));
    const [fitted, scored] = [false, true].map((own) => features.filter((_, i) => inside(own, i)));
    const { model } = ridgeByCrossValidation(fitted!, others); // two sides
    const predicted = predictRidge(model, scored!);
    const rows = labels.flatMap((_, row) => (fold[row] === k ? [row] : []));
    for (const [i, row] of rows.entries()) scores[row] = predicted[i]!; // one for each
  }
  return scores;
}
