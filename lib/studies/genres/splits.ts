import { argMax } from '../../core/extremes';
import { parts } from '../../data/split';
import { evaluateClasses } from '../../metrics/classes';
import { dealFolds, outOfFold } from '../../metrics/crossValidation';
import type { Features } from '../../report/classStudy';
import { type GenreData, titles } from './data';

const FOLDS = 5;

/** What logistic regression on the same features would be said to reach: by folds of covers with all copies, of covers without them, and of whole titles; intervals are over titles. */
export async function compareSplits({ pictures, rows: features }: Features<GenreData>, seed: number) {
  const { classes, labels, images, rows } = pictures;
  const [{ item }, titleOf] = [images.index.columns, titles(pictures)];
  const titleOfRow = (row: number): string => titleOf(item[row]!); // a row of the store
  const used = parts.flatMap((part) => rows[part]);
  const ways = [
    { name: 'random', title: 'Cover by cover, copies and all', own: [...labels.keys()], of: String },
    { name: 'unique', title: 'Cover by cover, each picture once', own: used, of: String },
    { name: 'title', title: 'Title by title, each picture once', own: used, of: titleOfRow },
  ];
  const found = [];
  for (const { name, title, own, of } of ways) {
    const truth = own.map((row) => classes.indexOf(labels[row]!)); // a row of the store
    const folds = dealFolds(own.map(of), truth, { folds: FOLDS, seed });
    const said = await outOfFold(features.read(own), truth, classes.length, folds);
    const items = own.map(titleOfRow);
    const { accuracy, macroF1 } = evaluateClasses(truth, said.map(argMax), classes, { seed, items });
    found.push({ name, title, covers: own.length, accuracy, macroF1 });
  }
  return found;
}
