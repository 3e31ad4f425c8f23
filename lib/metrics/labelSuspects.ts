import { ReportError } from '../core/errors';
import { random } from '../core/random';
import { mean } from '../data/numbers';
import { logisticWith, outOfFold } from './crossValidation';
import type { PositiveData } from './judgedScores';

/** A row whose label may be wrong, and the probability of the other class. */
type LabelSuspect = Record<'row' | 'doubt', number>;

const FOLDS = 5;

/** Shrinks the weights, as features outnumber rows: with a tenth of it up to twice as many labels are in doubt, and hardly more of the wrong ones. */
const fit = logisticWith({ l2: 10 });

/** The training and validation pictures whose label may be wrong, from their features, `[rows, dims]`. Throws what `labelSuspects` throws. */
export async function pictureSuspects(
  { rows, labels, images, positive }: Pick<PositiveData, 'rows' | 'labels' | 'images' | 'positive'>,
  features: { read(rows: readonly number[]): Float32Array },
  seed: number,
): Promise<(LabelSuspect & { id: string })[]> {
  const asked = [...rows.training, ...rows.validation];
  const shows = asked.map((row) => labels[row] === positive);
  return (await labelSuspects(features.read(asked), shows, seed)).map(({ row: i, doubt }) => {
    const row = asked[i]!; // one of them, and a row of the store below
    return { row, doubt, id: images.index.columns.item[row]! };
  });
}

/** Rows whose label may be wrong, the most doubtful first: a model of the other rows finds the other class as probable as it finds it for rows of that class on average (confident learning: Northcutt, Jiang and Chuang, 2021). Throws `BAD_INPUT` for few rows. */
export async function labelSuspects(
  features: Float32Array,
  labels: readonly boolean[],
  seed: number,
): Promise<LabelSuspect[]> {
  if ([true, false].some((label) => labels.filter((one) => one === label).length < 10)) {
    const advice = 'give at least ten rows of each class';
    throw new ReportError('BAD_INPUT', `Labels cannot be doubted from ${labels.length} rows: ${advice}.`);
  }
  const folds = random(seed, 'folds').shuffle(labels.map((_, row) => row % FOLDS));
  const yes = (await outOfFold(features, labels.map(Number), 2, folds, fit)).map(([, shows = 0]) => shows);
  const [usualYes, usualNo] = [true, false].map((label) => mean(yes.filter((_, i) => labels[i] === label)));
  return yes
    .map((shows, row) => ({ row, doubt: labels[row] ? 1 - shows : shows }))
    .filter(({ row, doubt }) => doubt >= (labels[row] ? 1 - usualNo! : usualYes!)) // of two classes
    .sort((a, b) => b.doubt - a.doubt);
}
