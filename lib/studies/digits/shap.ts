import type { LayersModel } from '@tensorflow/tfjs';
import { largest } from '../../core/extremes';
import { random } from '../../core/random';
import { type Run, withProgress } from '../../core/run';
import { mean } from '../../data/numbers';
import { type AttributionMethodName, attribute } from '../../explain/attribute';
import { type Attribution, gapOf } from '../../explain/attribution';
import { eachOnce, pearsonOf } from '../../metrics/draws';
import { loadModel } from '../../networks/modelFile';
import type { ClassModel } from '../../training/classModel';
import type { DigitData } from './data';

/** Digits of the background, in equal parts of all classes. */
const BACKGROUND = 100;

/** Digits of the lecture's background, whatever their classes. */
const LECTURE = 25;

/** A validation digit with what each of its pixels adds to the logit of each class. */
export interface ExplainedDigit {
  row: number;
  label: string;
  /** Number of the class that the network takes it for. */
  said: number;
  right: boolean;
  values: readonly Attribution[];
}

/** The trained network with the digits that it is explained on. */
export type Explained = Awaited<ReturnType<typeof explainDigits>>;

/** Explains the first digit of each class that the network tells right, and the first that it tells wrongly, on validation. Throws what `loadModel` and `attribute` throw. */
export async function explainDigits(run: Run, data: DigitData, trained: ClassModel & { folder: string }) {
  const { classes, pixels } = data;
  const { model } = await loadModel(trained.folder);
  const seed = run.config.seed;
  const background = balanced(data, seed);
  const chosen = classes.flatMap((name) =>
    [true, false].flatMap((right) => {
      const fits = ({ part, label, predicted }: ClassModel['predictions'][number]): boolean =>
        part === 'validation' && label === name && (predicted.label === name) === right;
      return trained.predictions.find(fits) ?? [];
    }),
  );
  const rows = chosen.map(({ image }) => image);
  const references = pixels.read(background);
  const every = [...classes.keys()];
  const asked = { model, pictures: pixels.read(rows), seed, signal: run.signal };
  const values = await withProgress(run, 'What each pixel adds', (onProgress) =>
    attribute({ ...asked, references, outputs: () => every, onProgress }),
  );
  const digits = chosen.map(({ image: row, label, predicted }, i): ExplainedDigit => {
    const said = classes.indexOf(predicted.label);
    return { row, label, said, right: predicted.label === label, values: values[i]! }; // one of each
  });
  /** What pixels add to the class that is said, against other references, by another method or in another network. */
  const own = async (
    other: { method?: AttributionMethodName; references?: Float32Array; model?: LayersModel },
    of: readonly ExplainedDigit[] = digits,
  ): Promise<Attribution[]> => {
    const found = await attribute({
      ...{ ...asked, references, ...other },
      pictures: pixels.read(of.map(({ row }) => row)),
      outputs: (i) => [of[i]!.said], // one for each
    });
    return found.flat();
  };
  return { data, seed, model, background, digits, own, signal: run.signal };
}

/** Training digits, as many of each class, drawn by a seed. */
const balanced = ({ classes, labels, rows }: DigitData, seed: number): number[] =>
  classes.flatMap((name) => {
    const all = rows.training.filter((row) => labels[row] === name);
    return random(seed, 'background', name)
      .shuffle(all)
      .slice(0, BACKGROUND / classes.length);
  });

/** Training digits whatever their class, as the lecture draws them. */
export const drawn = ({ rows }: DigitData, seed: number): number[] =>
  random(seed, 'lecture').shuffle(rows.training).slice(0, LECTURE);

/** What the pixels of a digit add to the class that is said of it. */
export const saidValues = ({ values, said }: ExplainedDigit): Attribution => values[said]!; // one of the classes

/** The largest gap of all digits and classes, in units of the logit. */
export const largestGap = ({ digits }: Explained): number =>
  largest(digits.flatMap(({ values }) => values.map((one) => Math.abs(gapOf(one)))));

/** Pearson's, over pixels or tiles. */
export const correlation = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  pearsonOf(Float64Array.from(a), Float64Array.from(b), eachOnce(a.length));

/** Values of the digits by several methods and against several backgrounds. */
export type OtherValues = Awaited<ReturnType<typeof otherValues>>;

/** The values under other methods and against other backgrounds, beside those of DeepSHAP and the background: means over the digits. */
export async function otherValues({ data, seed, digits, own }: Explained) {
  const read = data.pixels.read;
  const sameClass = async (): Promise<Attribution[]> => {
    const found: Attribution[] = [];
    for (const digit of digits) {
      const all = data.rows.training.filter((row) => data.labels[row] === data.classes[digit.said]);
      const references = read(random(seed, 'same class').shuffle(all).slice(0, BACKGROUND));
      for (const one of await own({ references }, [digit])) found.push(one);
    }
    return found;
  };
  const black = new Float32Array(read([0]).length);
  const against = (rows: readonly number[]) => () => own({ references: read(rows) });
  const asked: Record<string, () => Promise<Attribution[]>> = {
    'DeepSHAP, this background': async () => digits.map(saidValues),
    'DeepSHAP, as many other digits': against(balanced(data, seed + 1)),
    [`DeepSHAP, ${LECTURE} digits drawn from all`]: against(drawn(data, seed)),
    'DeepSHAP, only digits of the class said': sameClass,
    'DeepSHAP, a black picture': () => own({ references: black }),
    'Expected gradients, this background': () => own({ method: 'expected-gradients' }),
    'Integrated gradients, a black picture': () => own({ method: 'integrated-gradients', references: black }),
  };
  const rows = [];
  for (const [name, ask] of Object.entries(asked)) {
    const found = await ask();
    const alike = found.map(({ mean: values }, i) => correlation(values, saidValues(digits[i]!).mean)); // one for each
    rows.push({
      name,
      values: found,
      base: mean(found.map((one) => one.base)),
      correlation: mean(alike),
      gap: largest(found.map((one) => Math.abs(gapOf(one)))),
    });
  }
  return rows;
}
