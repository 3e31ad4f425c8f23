import path from 'node:path';
import type { ClassPictures } from '../data/classData';
import type { UniqueClassData } from '../data/copies';
import { partOf, parts } from '../data/split';
import { encodeSquare, type Picture, type PictureRow, storedPicture } from './gallery';
import { thinned } from './predictionCharts';

/** What each part has: of which folder, how many pictures as given and as used, and how many of them look like one of an earlier part. */
export function partTable({ dealt, split, copies }: Pick<UniqueClassData, 'dealt' | 'split' | 'copies'>) {
  const places = partOf(dealt);
  return parts.map((part, k) => {
    const earlier = (id: string): boolean => parts.slice(0, k).some((one) => one === places.get(id));
    const repeated = copies.filter(({ ids }) => ids.some(earlier)).flatMap(({ ids }) => ids);
    return {
      part,
      folder: path.dirname(path.dirname(dealt[part][0] ?? '')),
      given: dealt[part].length,
      used: split[part].length,
      repeated: repeated.filter((id) => places.get(id) === part).length,
    };
  });
}

/** Pictures that look the same, counted by where they lie, and how many of these groups have both labels. */
export function copyTable({ copies, items, dealt }: Pick<UniqueClassData, 'copies' | 'items' | 'dealt'>) {
  const labelOf = new Map(items.map(({ id, label }) => [id, label]));
  const places = partOf(dealt);
  const groups = copies.map(({ identical, ids }) => ({
    kind: identical ? 'identical' : 'near-identical',
    where: parts.filter((part) => ids.some((id) => places.get(id) === part)).join(', '),
    bothLabels: new Set(ids.map((id) => labelOf.get(id))).size > 1,
  }));
  return [...new Set(groups.map(({ kind, where }) => `${kind} in ${where}`))].map((name) => {
    const own = groups.filter(({ kind, where }) => `${kind} in ${where}` === name);
    return { name, groups: own.length, bothLabels: own.filter((group) => group.bothLabels).length };
  });
}

/** How many pictures were left out as copies of others. */
export const withheldIn = ({ dealt, split }: Pick<UniqueClassData, 'dealt' | 'split'>): number =>
  parts.reduce((sum, part) => sum + dealt[part].length - split[part].length, 0);

/** Groups of pictures that look the same, side by side. */
export const copyRows = ({ copies, images }: UniqueClassData, count: number): Promise<PictureRow[]> =>
  Promise.all(
    copies.slice(0, count).map(async ({ identical, ids }) => ({
      caption: identical ? 'identical' : 'near-identical',
      pictures: await Promise.all(
        ids.slice(0, 6).map((id) => storedPicture(images, images.index.columns.item.indexOf(id), id, id)),
      ),
    })),
  );

/** Training pictures of each class, evenly through the part. */
export const sampleRows = (
  { classes, rows, labels, images }: ClassPictures,
  count: number,
): Promise<PictureRow[]> =>
  Promise.all(
    classes.map(async (name) => {
      const own = rows.training.filter((row) => labels[row] === name);
      const shown = thinned(own, count).map((row) => storedPicture(images, row, `A picture of ${name}`));
      return { caption: `**${name}**`, pictures: await Promise.all(shown) };
    }),
  );

/** The mean of all pictures of each class, pixel by pixel. */
export const meanPictures = ({ classes, labels, images }: UniqueClassData): Promise<Picture[]> =>
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
      const src = await encodeSquare(pixels, images.size);
      return { src, alt: `Mean picture of ${name}`, caption: `**${name}**` };
    }),
  );
