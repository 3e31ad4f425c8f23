import { argMax } from '../../core/extremes';
import { parts } from '../../data/split';
import { type ClassEvaluation, evaluateClasses } from '../../metrics/classes';
import { dealFolds, outOfFold } from '../../metrics/crossValidation';
import type { Features } from '../../report/classStudy';
import type { Rows } from '../../training/sources';
import { type GenreData, titles } from './data';

const FOLDS = 5;

/** How a classifier does over folds. */
export interface FoldFigures extends Pick<ClassEvaluation, 'accuracy' | 'macroF1'> {
  name: string;
  title: string;
}

/** How a classifier, by default logistic regression, does on some covers over folds that each hold all covers `of` the same, by default of one title; intervals are over titles. */
export async function judgeFolds(
  data: GenreData,
  features: Rows,
  { own, seed, of, fit }: { own: readonly number[]; seed: number; of?: (row: number) => string; fit?: Fit },
): Promise<Pick<ClassEvaluation, 'accuracy' | 'macroF1'>> {
  const { classes, labels, images } = data;
  const titleOf = titles(data);
  const items = own.map((row) => titleOf(images.index.columns.item[row]!)); // a row of the store, here and below
  const truth = own.map((row) => classes.indexOf(labels[row]!));
  const folds = dealFolds(of ? own.map(of) : items, truth, { folds: FOLDS, seed });
  const said = await outOfFold(features.read(own), truth, classes.length, folds, fit);
  const { accuracy, macroF1 } = evaluateClasses(truth, said.map(argMax), classes, { seed, items });
  return { accuracy, macroF1 };
}

type Fit = Parameters<typeof outOfFold>[4];

/** What logistic regression on the same features would be said to reach: by folds of covers with all copies, of covers without them, and of whole titles; intervals are over titles. */
export async function compareSplits({ pictures, rows: features }: Features<GenreData>, seed: number) {
  const { labels, rows } = pictures;
  const used = parts.flatMap((part) => rows[part]);
  const ways = [
    { name: 'random', title: 'Cover by cover, copies and all', own: [...labels.keys()], of: String },
    { name: 'unique', title: 'Cover by cover, each picture once', own: used, of: String },
    { name: 'title', title: 'Title by title, each picture once', own: used, of: undefined },
  ];
  const found = [];
  for (const { name, title, own, of } of ways) {
    found.push({
      name,
      title,
      covers: own.length,
      ...(await judgeFolds(pictures, features, { own, of, seed })),
    });
  }
  return found;
}
