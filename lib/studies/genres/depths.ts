import { intervalFigures, type Results } from '../../core/results';
import { parts } from '../../data/split';
import { predictionsBy } from '../../metrics/judgedClasses';
import { fitKernel } from '../../metrics/kernelRidge';
import { percentInterval } from '../../report/binaryCharts';
import { table } from '../../report/tables';
import type { Rows } from '../../training/sources';
import type { GenreData } from './data';
import { judged, type Outcome } from './experiments';
import { type FoldFigures, judgeFolds } from './splits';

/** Kernel ridge regression on what the backbone has at several depths. */
export function kernelOutcome(moments: Rows & { parts: number[] }, data: GenreData, seed: number): Outcome {
  const start = performance.now();
  const { rows, labels, classes } = data;
  const known = rows.training.map((row) => classes.indexOf(labels[row]!)); // a row of the store
  const classifier = fitKernel(moments.read(rows.training), known, classes.length, moments);
  const predictions = predictionsBy(data, (own) => classifier(moments.read(own)));
  const seconds = (performance.now() - start) / 1000;
  const trained = known.length * classes.length;
  return {
    name: 'kernel',
    title: 'Kernel ridge, three depths',
    trained,
    seconds,
    ...judged(predictions, data, seed),
  };
}

/** How two classifiers on frozen features do on covers of titles that they do not know, over the folds of all covers that are used. */
export async function foldFigures(
  features: Rows,
  moments: Rows & { parts: number[] },
  data: GenreData,
  seed: number,
): Promise<FoldFigures[]> {
  const own = parts.flatMap((part) => data.rows[part]);
  const kernel = (...known: Parameters<typeof fitKernel>) => fitKernel(known[0], known[1], known[2], moments);
  const linear = { name: 'folds.linear', title: 'Logistic regression, last features' };
  const ridge = { name: 'folds.kernel', title: 'Kernel ridge, three depths' };
  return [
    { ...linear, ...(await judgeFolds(data, features, { own, seed })) },
    { ...ridge, ...(await judgeFolds(data, moments, { own, seed, fit: kernel })) },
  ];
}

/** Shows classifiers on frozen features over all folds; nothing where there are none. */
export function foldTable(all: readonly FoldFigures[]): void {
  const headings = {
    title: 'Classifier',
    accuracy: ['Accuracy', percentInterval],
    macroF1: ['Macro F1', percentInterval],
  } as const;
  if (all.length > 0)
    table(all, headings, { caption: 'Five folds of all covers by title', rowHeadings: true });
}

/** The figures of the folds. */
export const foldResults = (all: readonly FoldFigures[]): Results =>
  Object.assign(
    {},
    ...all.map(({ name, accuracy, macroF1 }) => ({
      ...intervalFigures(`${name}.accuracy`, accuracy),
      ...intervalFigures(`${name}.macro_f1`, macroF1),
    })),
  ) as Results; // records of figures, joined
