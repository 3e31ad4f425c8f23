import { mean } from '../../data/numbers';
import type { ImageStore } from '../../images/store';
import { type Proportion, proportion } from '../../metrics/proportion';
import { formatPercent } from '../../report/format';
import { encodeSquare, type Picture, storedPicture } from '../../report/gallery';
import type { AgeData } from './data';
import { planSample } from './sample';
import type { Answer } from './submission';

/** How many faces each class has, and which share of all. */
export const classShares = ({ classes, labels }: AgeData) =>
  classes.map((name) => {
    const faces = labels.filter((label) => label === name).length;
    return { class: name, faces, share: faces / labels.length };
  });

/** The mean of all faces of each class, pixel by pixel. */
export const meanFaces = ({ classes, labels, images }: AgeData): Promise<Picture[]> =>
  Promise.all(
    classes.map(async (name) => {
      const own = labels.flatMap((label, row) => (label === name ? [row] : []));
      const sums = new Float64Array(images.size ** 2 * 3);
      for (const row of own) {
        images.readOne(row).forEach((value, i) => {
          sums[i] = sums[i]! + value; // as many each
        });
      }
      const pixels = Uint8Array.from(sums, (sum) => Math.round(sum / own.length));
      return {
        src: await encodeSquare(pixels, images.size),
        alt: `Mean face of ${name}`,
        caption: `**${name}**`,
      };
    }),
  );

/** Which share of the faces with a class has each class, and which share of the answers. */
export const saidShares = (data: AgeData, answers: readonly Answer[]) =>
  classShares(data).map((one) => ({
    ...one,
    said: answers.filter(({ label }) => label === one.class).length / Math.max(1, answers.length),
  }));

/** Faces of a store with what is said of them. */
export const answeredFaces = (images: ImageStore, answers: readonly Answer[]): Promise<Picture[]> =>
  Promise.all(
    answers.flatMap(({ id, image, label, probability }) =>
      image === null
        ? []
        : [
            storedPicture(
              images,
              image,
              `The face ${id}`,
              `${id}: **${label}**, ${formatPercent(probability, 0)}`,
            ),
          ],
    ),
  );

/** The answers with the smallest probability. */
export const leastCertain = (answers: readonly Answer[], count: number): Answer[] =>
  answers
    .filter(({ image }) => image !== null)
    .sort((a, b) => (a.probability ?? 0) - (b.probability ?? 0))
    .slice(0, count);

/** How many answers on the sample's own faces are right. */
export function sampleAnswers(seed: number, answers: readonly Answer[]): Proportion {
  const labelOf = new Map(planSample(seed).map(({ file, label }) => [file, label]));
  const right = answers.filter(({ id, label }) => labelOf.get(`Test/${id}`) === label).length;
  return proportion(right, answers.length);
}

/** The mean error of the test faces of each class, and of all, in several ways. */
export function errorsByClass<Way extends string>(
  { classes, labels, rows }: AgeData,
  ways: Record<Way, ArrayLike<number>>,
) {
  const names = Object.keys(ways) as Way[]; // of the record
  return [...classes, 'All'].map((name) => {
    const own = rows.test.flatMap((row, i) => (name === 'All' || labels[row] === name ? [i] : []));
    const errors = names.map((way) => [way, mean(own.map((i) => ways[way][i]!))]); // one for each face
    return { class: name, faces: own.length, ...(Object.fromEntries(errors) as Record<Way, number>) };
  });
}
