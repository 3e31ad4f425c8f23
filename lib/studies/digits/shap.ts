import { largest } from '../../core/extremes';
import { random } from '../../core/random';
import { mean } from '../../data/numbers';
import { type Attribution, gapOf } from '../../explain/attribution';
import { balancedRows, type Explained, saidValues } from '../../explain/explainedItems';
import { eachOnce, pearsonOf } from '../../metrics/draws';
import type { DigitData } from './data';

/** Digits of the background, in equal parts of all classes. */
export const BACKGROUND = 100;

/** Digits of the lecture's background, whatever their classes. */
const LECTURE = 25;

/** Training digits whatever their class, as the lecture draws them. */
export const drawn = ({ rows }: Pick<DigitData, 'rows'>, seed: number): number[] =>
  random(seed, 'lecture').shuffle(rows.training).slice(0, LECTURE);

/** Pearson's, over pixels or tiles. */
export const correlation = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  pearsonOf(Float64Array.from(a), Float64Array.from(b), eachOnce(a.length));

/** Values of the digits by several methods and against several backgrounds. */
export type OtherValues = Awaited<ReturnType<typeof otherValues>>;

/** The values under other methods and against other backgrounds, beside those of DeepSHAP and the background: means over the digits. */
export async function otherValues({ data, seed, items, own }: Explained) {
  const read = data.pixels.read;
  const sameClass = async (): Promise<Attribution[]> => {
    const found: Attribution[] = [];
    for (const digit of items) {
      const all = data.rows.training.filter((row) => data.labels[row] === data.classes[digit.said]);
      const references = read(random(seed, 'same class').shuffle(all).slice(0, BACKGROUND));
      for (const one of await own({ references }, [digit])) found.push(one);
    }
    return found;
  };
  const black = new Float32Array(read([0]).length);
  const against = (rows: readonly number[]) => () => own({ references: read(rows) });
  const asked: Record<string, () => Promise<Attribution[]>> = {
    'DeepSHAP, this background': async () => items.map(saidValues),
    'DeepSHAP, as many other digits': against(balancedRows(data, BACKGROUND, seed + 1)),
    [`DeepSHAP, ${LECTURE} digits drawn from all`]: against(drawn(data, seed)),
    'DeepSHAP, only digits of the class said': sameClass,
    'DeepSHAP, a black picture': () => own({ references: black }),
    'Expected gradients, this background': () => own({ method: 'expected-gradients' }),
    'Integrated gradients, a black picture': () => own({ method: 'integrated-gradients', references: black }),
  };
  const rows = [];
  for (const [name, ask] of Object.entries(asked)) {
    const found = await ask();
    const alike = found.map(({ mean: values }, i) => correlation(values, saidValues(items[i]!).mean)); // one for each
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
