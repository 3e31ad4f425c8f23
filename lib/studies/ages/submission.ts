import { DataFrame } from 'danfojs-node';
import { ReportError } from '../../core/errors';
import { argMax, largest } from '../../core/extremes';
import { loadModel } from '../../networks/modelFile';
import type { StoreAt } from '../../training/looks';
import { predictEach } from '../../training/predict';
import { classes as classTask } from '../../training/tasks';
import { type AgeData, classes } from './data';
import { evaluateFaces, type Judged, mostFrequent } from './judge';

/** A face whose class is asked for, and what is said of it. */
export interface Answer {
  /** As in the table. */
  id: string;
  /** Row of the store; null for a picture that cannot be read, which is given the most frequent class. */
  image: number | null;
  label: string;
  probability: number | null;
}

/** The mean of some predictions for the same faces. */
const meanOf = (all: readonly number[][][]): number[][] =>
  all[0]!.map((first, i) => first.map((_, k) => all.reduce((sum, one) => sum + one[i]![k]!, 0) / all.length)); // as many faces and classes each

/** The probabilities that the saved model of each fold gives some rows of the store; `flip`: the mean of these and those of their mirror images. Throws `BAD_WEIGHTS` for a model that is missing or damaged. */
async function ask(
  { look, models }: Judged,
  storeAt: StoreAt,
  flip: boolean,
  rowsOf: (fold: number) => readonly number[],
): Promise<number[][][]> {
  const looks = [await look.rows(storeAt), ...(flip ? [await look.rows(storeAt, true)] : [])];
  const found: number[][][] = [];
  for (const [fold, { folder }] of models.entries()) {
    const wanted = rowsOf(fold);
    const { model: layers } = await loadModel(folder);
    const said: number[][][] = [];
    try {
      for (const { shape, read } of looks) {
        const x = (own: readonly number[]) => ({ x: read(own.map((i) => wanted[i]!)) }); // below the count
        const inputs = { count: wanted.length, shape, read: x };
        const each = await predictEach({ layers, task: classTask(classes) }, inputs, 128);
        said.push(each.map(({ probabilities }) => [...probabilities]));
      }
    } finally {
      layers.dispose();
    }
    found.push(meanOf(said));
  }
  return found;
}

/** What sums in another order may change of a probability. */
const APART = 1e-4;

/** What the saved models of all folds say of the faces that each was tested on: whether it is what they said when they were trained, and what comes of asking them of the mirror images as well. Throws `BAD_WEIGHTS` where they say something else. */
export async function askAgain(judged: Judged, storeAt: StoreAt, seed: number) {
  const { tested, models, title } = judged;
  const testOf = (fold: number): number[] =>
    models[fold]!.predictions.flatMap(({ part, image }) => (part === 'test' ? [image] : [])); // one of them
  const again = (await ask(judged, storeAt, false, testOf)).flat();
  const both = (await ask(judged, storeAt, true, testOf)).flat();
  const differences = tested.flatMap(
    ({ predicted }, i) => predicted.probabilities.map((before, k) => Math.abs(again[i]![k]! - before)), // of every face, each class
  );
  const apart = largest(differences);
  if (apart > APART) {
    const fault = `The saved models of ${title} say other things than when they were trained (by ${apart})`;
    throw new ReportError('BAD_WEIGHTS', `${fault}: run with --fresh.`);
  }
  const flipped = tested.map((one, i) => ({ ...one, predicted: { label: classes[argMax(both[i]!)]! } })); // as above
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
  const { file: files } = (await storeAt(judged.look.size)).index.columns;
  const means = meanOf(await ask(judged, storeAt, flip, () => [...files.keys()]));
  const rowOf = new Map(files.map((file, row) => [file, row]));
  return asked.map((file): Answer => {
    const [id, image] = [file.replace(/^Test\//, ''), rowOf.get(file) ?? null];
    if (image === null) return { id, image, label: mostFrequent(items), probability: null };
    const best = argMax(means[image]!); // a row of the store
    return { id, image, label: classes[best]!, probability: means[image]![best]! }; // one for each class
  });
}

/** The submission as the contest wants it, `Class, ID`. Throws `BAD_INPUT` unless there is every ID of the table once, in its order, with a known class. */
export function submissionFrame(answers: readonly Pick<Answer, 'id' | 'label'>[], asked: readonly string[]) {
  const [ids, wanted] = [answers.map(({ id }) => id), asked.map((file) => file.replace(/^Test\//, ''))];
  const labels = answers.map(({ label }) => label);
  const unknown = labels.filter((label) => !classes.includes(label));
  if (ids.length === 0 || ids.join('\n') !== wanted.join('\n') || unknown.length > 0) {
    const at = ids.findIndex((id, i) => id !== wanted[i]);
    const order = at >= 0 ? `, row ${at + 1} is ${ids[at]} in place of ${wanted[at]}` : '';
    const other = unknown.length > 0 ? `, of which one has the class ${unknown[0]}` : '';
    const fault = `${ids.length} answers for ${wanted.length} faces${order}${other}`;
    throw new ReportError(
      'BAD_INPUT',
      `This is no submission: ${fault}. Answer every face of test.csv once.`,
    );
  }
  return new DataFrame({ Class: labels, ID: ids });
}
