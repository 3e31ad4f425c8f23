import { DataFrame } from 'danfojs-node';
import { ReportError } from '../../core/errors';
import { argMax } from '../../core/extremes';
import { mostFrequent } from '../../metrics/testedItems';
import type { Judged } from '../../report/judgedFolds';
import { askFolds, averaged } from '../../training/crossValidation';
import type { StoreAt } from '../../training/looks';
import { type AgeData, classes } from './data';

/** A face whose class is asked for, and what is said of it. */
export interface Answer {
  /** As in the table. */
  id: string;
  /** Row of the store; null for a picture that cannot be read, which is given the most frequent class. */
  image: number | null;
  label: string;
  probability: number | null;
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
  const means = averaged(await askFolds(judged, classes, { storeAt, flip, rowsOf: () => [...files.keys()] }));
  const rowOf = new Map(files.map((file, row) => [file, row]));
  return asked.map((file): Answer => {
    const [id, image] = [file.replace(/^Test\//, ''), rowOf.get(file) ?? null];
    if (image === null) return { id, image, label: mostFrequent(items, classes), probability: null };
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
