import { argMax } from '../../core/extremes';
import { intervalFigures, type Results } from '../../core/results';
import { parts } from '../../data/split';
import { type ClassEvaluation, evaluateClasses } from '../../metrics/classes';
import { dealFolds, outOfFold } from '../../metrics/crossValidation';
import { fitKernel } from '../../metrics/kernelRidge';
import { percentInterval } from '../../report/binaryCharts';
import { table } from '../../report/tables';
import type { Rows } from '../../training/sources';
import { type GenreData, titles } from './data';
import { judged, type Outcome } from './experiments';

/** Kernel ridge regression on what the backbone has at several depths. */
export function kernelOutcome(moments: Rows & { parts: number[] }, data: GenreData, seed: number): Outcome {
  const start = performance.now();
  const { rows, labels, classes, images } = data;
  const known = rows.training.map((row) => classes.indexOf(labels[row]!)); // a row of the store, here and below
  const classifier = fitKernel(moments.read(rows.training), known, classes.length, moments);
  const { item, file } = images.index.columns;
  const predictions = parts.flatMap((part) =>
    classifier(moments.read(rows[part])).map((probabilities, i) => {
      const image = rows[part][i]!; // one for each
      const predicted = { label: classes[argMax(probabilities)]!, probabilities };
      return { id: item[image]!, file: file[image]!, image, part, label: labels[image]!, predicted };
    }),
  );
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

/** How a classifier does over folds. */
export interface FoldFigures extends Pick<ClassEvaluation, 'accuracy' | 'macroF1'> {
  name: string;
  title: string;
}

/** How two classifiers on frozen features do on covers of titles that they do not know, over five folds of all covers that are used. */
export async function foldFigures(
  features: Rows,
  moments: Rows & { parts: number[] },
  data: GenreData,
  seed: number,
) {
  const { rows, labels, classes, images } = data;
  const used = parts.flatMap((part) => rows[part]);
  const truth = used.map((row) => classes.indexOf(labels[row]!)); // a row of the store, here and below
  const items = used.map((row) => titles(data)(images.index.columns.item[row]!));
  const folds = dealFolds(items, truth, { folds: 5, seed });
  const kernel = (...known: Parameters<typeof fitKernel>) => fitKernel(known[0], known[1], known[2], moments);
  const ways = [
    { name: 'folds.linear', title: 'Logistic regression, last features', from: features, fit: undefined },
    { name: 'folds.kernel', title: 'Kernel ridge, three depths', from: moments, fit: kernel },
  ];
  const found = [];
  for (const { name, title, from, fit } of ways) {
    const said = await outOfFold(from.read(used), truth, classes.length, folds, fit);
    const { accuracy, macroF1 } = evaluateClasses(truth, said.map(argMax), classes, { seed, items });
    found.push({ name, title, accuracy, macroF1 });
  }
  return found;
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
