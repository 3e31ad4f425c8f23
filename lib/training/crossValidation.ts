import type { Network } from '../core/concepts';
import { ReportError } from '../core/errors';
import { argMax, largest } from '../core/extremes';
import type { Run } from '../core/run';
import type { StageResult } from '../core/stage';
import type { ClassData } from '../data/classData';
import { averageRows } from '../metrics/perItem';
import { loadModel } from '../networks/modelFile';
import { type ClassModel, type ClassModelOptions, trainClasses } from './classModel';
import type { Look, StoreAt } from './looks';
import { predictEach } from './predict';
import { classes as classTask } from './tasks';

/** A network that was trained for each of some folds. */
export interface CrossValidated {
  /** One for each fold. */
  models: readonly (ClassModel & Omit<StageResult<ClassModel>, 'value'>)[];
  /** For the pictures of the test parts of all folds: none of them by a model that has learnt from it. */
  tested: ClassModel['predictions'];
}

/** Trains a network once for each fold, a data set whose test part it is; what an earlier run has trained is taken. Throws what `trainClasses` throws. */
export async function crossValidate(
  run: Run,
  folds: readonly ClassData[],
  network: Network,
  options: ClassModelOptions = {},
): Promise<CrossValidated> {
  const models: Awaited<ReturnType<typeof trainClasses>>[] = [];
  for (const [k, data] of folds.entries()) {
    const named = { ...network, name: `${network.name} fold ${k + 1}` };
    const title = `${options.title ?? network.name}, fold ${k + 1}`;
    models.push(await trainClasses(run, data, named, { ...options, title }));
  }
  const tested = models.flatMap(({ predictions }) => predictions.filter(({ part }) => part === 'test'));
  return { models, tested };
}

/** A cross-validated network, and what it is given of a picture. */
export interface Judgeable extends CrossValidated {
  title: string;
  look: Look;
}

interface Question {
  storeAt: StoreAt;
  /** Asks about mirror images too, which count as much. */
  flip: boolean;
  /** The rows of the store that the network of a fold is asked about. */
  rowsOf(fold: number): readonly number[];
}

/** The probabilities of `classes` that the saved network of each fold gives some rows. Throws `BAD_WEIGHTS` for one that is missing or damaged. */
export async function askFolds(
  { look, models }: Judgeable,
  classes: readonly string[],
  { storeAt, flip, rowsOf }: Question,
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
    found.push(averaged(said));
  }
  return found;
}

/** The mean of some predictions of the same pictures. */
export const averaged = (all: readonly number[][][]): number[][] =>
  all[0]!.map((_, i) => averageRows(all.map((one) => one[i]!))); // as many pictures each

/** What sums in another order may change of a probability. */
const APART = 1e-4;

/** How far the saved networks of all folds are from what they said when trained, and what they say of mirror images too. Throws `BAD_WEIGHTS`. */
export async function askAgain(judged: Judgeable, classes: readonly string[], storeAt: StoreAt) {
  const { tested, models, title } = judged;
  const rowsOf = (fold: number): number[] =>
    models[fold]!.predictions.flatMap(({ part, image }) => (part === 'test' ? [image] : [])); // one of them
  const again = (await askFolds(judged, classes, { storeAt, flip: false, rowsOf })).flat();
  const both = (await askFolds(judged, classes, { storeAt, flip: true, rowsOf })).flat();
  const differences = tested.flatMap(
    ({ predicted }, i) => predicted.probabilities.map((before, k) => Math.abs(again[i]![k]! - before)), // of every picture, each class
  );
  const apart = largest(differences);
  if (apart > APART) {
    const fault = `The saved models of ${title} say other things than when they were trained (by ${apart})`;
    throw new ReportError('BAD_WEIGHTS', `${fault}: run with --fresh.`);
  }
  const flipped = tested.map((one, i) => ({ ...one, predicted: { label: classes[argMax(both[i]!)]! } })); // as above
  return { apart, flipped };
}
