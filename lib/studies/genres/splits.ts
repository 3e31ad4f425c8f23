import { argMax } from '../../core/extremes';
import { allIntervalFigures, type Results } from '../../core/results';
import { parts } from '../../data/split';
import { type ClassEvaluation, evaluateClasses } from '../../metrics/classes';
import { dealFolds, type FitClassifier, outOfFold } from '../../metrics/crossValidation';
import { fitKernel } from '../../metrics/kernelRidge';
import type { Features } from '../../report/classStudy';
import type { Rows } from '../../training/sources';
import { type GenreData, titles } from './data';

const FOLDS = 5;

/** A classifier of features that is judged over folds. */
interface Judging {
  name: string;
  title: string;
  features: Rows;
  /** Rows of the covers. */
  own: readonly number[];
  /** What the covers of a fold have in common; default: their title. */
  of?: (row: number) => string;
  /** Default: logistic regression. */
  train?: FitClassifier;
}

/** How a classifier does over folds; intervals are over titles. */
export interface FoldFigures extends Pick<ClassEvaluation, 'accuracy' | 'macroF1'> {
  name: string;
  title: string;
  covers: number;
}

/** Features of a cover at several depths, with how many are of each. */
export type Moments = Rows & { parts: readonly number[] };

/** Kernel ridge regression on features at several depths. */
export const kernelOf =
  ({ parts }: Moments): FitClassifier =>
  (features, labels, classes) =>
    fitKernel(features, labels, classes, { parts });

async function judgeFolds(
  data: GenreData,
  seed: number,
  judgings: readonly Judging[],
): Promise<FoldFigures[]> {
  const { classes, labels, images } = data;
  const titleOf = titles(data);
  const found: FoldFigures[] = [];
  for (const { name, title, features, own, of, train } of judgings) {
    const items = own.map((row) => titleOf(images.index.columns.item[row]!)); // a row of the store, here and below
    const truth = own.map((row) => classes.indexOf(labels[row]!));
    const folds = dealFolds(of ? own.map(of) : items, truth, { folds: FOLDS, seed });
    const said = await outOfFold(features.read(own), truth, classes.length, folds, train);
    const { accuracy, macroF1 } = evaluateClasses(truth, said.map(argMax), classes, { seed, items });
    found.push({ name, title, covers: own.length, accuracy, macroF1 });
  }
  return found;
}

const usedRows = ({ rows }: GenreData): number[] => parts.flatMap((part) => rows[part]);

/** What logistic regression on the same features would be said to reach: by folds of covers with all copies, of covers without them, and of whole titles. */
export function compareSplits({ pictures, rows: features }: Features<GenreData>, seed: number) {
  const [all, used] = [[...pictures.labels.keys()], usedRows(pictures)];
  return judgeFolds(pictures, seed, [
    { name: 'random', title: 'Cover by cover, copies and all', features, own: all, of: String },
    { name: 'unique', title: 'Cover by cover, each picture once', features, own: used, of: String },
    { name: 'title', title: 'Title by title, each picture once', features, own: used },
  ]);
}

/** How two classifiers on frozen features do on covers of titles that they do not know, over the folds of all covers that are used. */
export function compareClassifiers({ pictures, rows }: Features<GenreData>, moments: Moments, seed: number) {
  const own = usedRows(pictures);
  const kernel = { name: 'kernel', title: 'Kernel ridge, three depths', features: moments };
  return judgeFolds(pictures, seed, [
    { name: 'linear', title: 'Logistic regression, last features', features: rows, own },
    { ...kernel, own, train: kernelOf(moments) },
  ]);
}

/** The figures of folds, under names that begin with `prefix`. */
export const foldResults = (prefix: string, all: readonly FoldFigures[]): Results =>
  Object.assign(
    {},
    ...all.map(({ name, accuracy, macroF1 }) =>
      allIntervalFigures(`${prefix}${name}.`, { accuracy, macro_f1: macroF1 }),
    ),
  ) as Results; // records of figures, joined
