import { DataFrame } from 'danfojs-node';
import { ReportError } from '../../core/errors';
import { argMax } from '../../core/extremes';
import { softmax } from '../../data/numbers';
import { loadModel } from '../../networks/modelFile';
import type { StoreAt } from '../../training/looks';
import { predict } from '../../training/predict';
import type { Rows } from '../../training/sources';
import { type AgeData, classes, foldOf } from './data';
import { evaluateFaces, type Judged } from './judge';

/** A face whose class is asked for, and what is said of it. */
export interface Answer {
  /** As in the table. */
  id: string;
  /** Row of the store; null for a picture that cannot be read, which is given the most frequent class. */
  image: number | null;
  label: string;
  probability: number | null;
}

/** The probabilities that the saved model of a fold gives some rows. Throws `BAD_WEIGHTS` when it is missing or damaged. */
async function foldProbabilities(judged: Judged, fold: number, rows: Rows, wanted: readonly number[]) {
  const { model } = await loadModel(judged.models[fold]!.folder); // one of them
  try {
    const read = (own: readonly number[]) => ({ x: rows.read(own.map((i) => wanted[i]!)) }); // below the count
    const logits = await predict(model, { count: wanted.length, shape: rows.shape, read }, 128);
    return wanted.map((_, i) => softmax(logits.subarray(i * classes.length, (i + 1) * classes.length)));
  } finally {
    model.dispose();
  }
}

/** The mean of some predictions for the same faces. */
const meanOf = (all: readonly number[][][]): number[][] =>
  all[0]!.map((first, i) => first.map((_, k) => all.reduce((sum, one) => sum + one[i]![k]!, 0) / all.length)); // as many faces and classes each

/** What sums in another order may change of a probability. */
const APART = 1e-4;

/** What the saved models of all folds say of the faces that each was tested on: whether it is what they said when they were trained, and what comes of asking them of the mirror images as well. Throws `BAD_WEIGHTS` where they say something else. */
export async function askAgain(judged: Judged, data: AgeData, storeAt: StoreAt, seed: number) {
  const [plain, mirrored] = [await judged.look.rows(storeAt), await judged.look.rows(storeAt, true)];
  let apart = 0;
  const flipped: { label: string; predicted: { label: string } }[] = [];
  for (const [fold, { predictions }] of judged.models.entries()) {
    const { test } = foldOf(data, fold).rows;
    const before = new Map(predictions.map(({ image, predicted }) => [image, predicted.probabilities]));
    const again = await foldProbabilities(judged, fold, plain, test);
    const both = meanOf([again, await foldProbabilities(judged, fold, mirrored, test)]);
    test.forEach((row, i) => {
      again[i]!.forEach((value, k) => {
        apart = Math.max(apart, Math.abs(value - before.get(row)![k]!)); // of every face, each class
      });
      flipped.push({ label: data.labels[row]!, predicted: { label: classes[argMax(both[i]!)]! } }); // a row of the store
    });
  }
  if (apart > APART) {
    const fault = `The saved models of ${judged.title} say other things than when they were trained (by ${apart})`;
    throw new ReportError('BAD_WEIGHTS', `${fault}: run with --fresh.`);
  }
  return { apart, flipped: evaluateFaces(flipped, seed) };
}

/** What the models of all folds say of the faces that are asked for, on average, in the order of their table; `flip`: and of their mirror images. */
export async function answer(
  judged: Judged,
  { asked, items }: AgeData,
  storeAt: StoreAt,
  flip: boolean,
): Promise<Answer[]> {
  if (asked.length === 0) return [];
  const { columns, count } = (await storeAt(judged.look.size)).index;
  const all = Array.from({ length: count }, (_, row) => row);
  const said: number[][][] = [];
  for (const mirrored of flip ? [false, true] : [false]) {
    const rows = await judged.look.rows(storeAt, mirrored);
    for (const fold of judged.models.keys()) said.push(await foldProbabilities(judged, fold, rows, all));
  }
  const means = meanOf(said);
  const rowOf = new Map(columns.file.map((file, row) => [file, row]));
  const frequency = (name: string): number => items.filter(({ label }) => label === name).length;
  const frequent = classes.reduce((most, name) => (frequency(name) > frequency(most) ? name : most));
  return asked.map((file): Answer => {
    const [id, image] = [file.replace(/^Test\//, ''), rowOf.get(file) ?? null];
    if (image === null) return { id, image, label: frequent, probability: null };
    const best = argMax(means[image]!); // a row of the store
    return { id, image, label: classes[best]!, probability: means[image]![best]! }; // one for each class
  });
}

/** The submission as the contest wants it, `Class, ID`. Throws `BAD_INPUT` unless there is every ID of the table once, in its order, with a known class. */
export function submissionFrame(answers: readonly Pick<Answer, 'id' | 'label'>[], asked: readonly string[]) {
  const ids = asked.map((file) => file.replace(/^Test\//, ''));
  const wrong = answers.findIndex(({ id }, i) => id !== ids[i]);
  const unknown = answers.find(({ label }) => !classes.some((name) => name === label));
  if (answers.length === 0 || answers.length !== ids.length || wrong >= 0 || unknown) {
    const order = wrong >= 0 ? `, row ${wrong + 1} is ${answers[wrong]?.id} in place of ${ids[wrong]}` : '';
    const other = unknown ? `, ${unknown.id} has the class ${unknown.label}` : '';
    const fault = `${answers.length} answers for ${ids.length} faces${order}${other}`;
    throw new ReportError(
      'BAD_INPUT',
      `This is no submission: ${fault}. Answer every face of test.csv once.`,
    );
  }
  return new DataFrame({ Class: answers.map(({ label }) => label), ID: answers.map(({ id }) => id) });
}
