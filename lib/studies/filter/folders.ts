import path from 'node:path';
import type { Run } from '../../core/run';
import { partOf, parts } from '../../data/split';
import { averageByItem, pickItems } from '../../metrics/itemFeatures';
import { type LabelSuspect, labelSuspects } from '../../metrics/labelSuspects';
import type { BaseWeights } from '../../networks/backbone';
import { efficientnetLite0 } from '../../networks/efficientnetWeights';
import { pictureFeatures } from '../../networks/featureStage';
import { type Picture, type PictureRow, storedPicture } from '../../report/gallery';
import { thinned } from '../../report/predictionCharts';
import { type FilterData, openData } from './data';
import { sampleTruth } from './sample';
import type { Config } from './settings';

/** Pictures that the original had in its parts. */
export const original = { training: 37_661, validation: 7_617, test: 1_774 };

/** What each part has: of which folder, how many pictures as given and as used, and how many of them show X or look like one of an earlier part. */
export function partTable({ dealt, split, items, copies, positive }: FilterData) {
  const shown = new Set(items.filter(({ label }) => label === positive).map(({ id }) => id));
  const places = partOf(dealt);
  return parts.map((part, k) => {
    const earlier = (id: string): boolean => parts.slice(0, k).some((one) => one === places.get(id));
    const repeated = copies.filter(({ ids }) => ids.some(earlier)).flatMap(({ ids }) => ids);
    return {
      part,
      folder: path.dirname(path.dirname(dealt[part][0] ?? '')),
      given: dealt[part].length,
      used: split[part].length,
      positive: split[part].filter((id) => shown.has(id)).length,
      repeated: repeated.filter((id) => places.get(id) === part).length,
    };
  });
}

/** Pictures that look the same, counted by where they lie, and how many of these groups have both labels. */
export function copyTable({ copies, items, dealt }: FilterData) {
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
export const withheldIn = ({ dealt, split }: Pick<FilterData, 'dealt' | 'split'>): number =>
  parts.reduce((sum, part) => sum + dealt[part].length - split[part].length, 0);

/** Groups of pictures that look the same, side by side. */
export const copyRows = ({ copies, images }: FilterData, count: number): Promise<PictureRow[]> =>
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
  { classes, rows, labels, images }: FilterData,
  count: number,
): Promise<PictureRow[]> =>
  Promise.all(
    classes.map(async (name) => {
      const own = rows.training.filter((row) => labels[row] === name);
      const shown = thinned(own, count).map((row) => storedPicture(images, row, `A picture of ${name}`));
      return { caption: `**${name}**`, pictures: await Promise.all(shown) };
    }),
  );

/** Training and validation pictures whose label may be wrong, the most doubtful first, with what the features of a backbone for it are. */
export interface Suspects {
  data: FilterData;
  backbone: BaseWeights;
  found: (LabelSuspect & { id: string; label: string })[];
}

/** Looks for wrong labels with a linear model on the features of the backbone. Throws what preparing and computing features throw. */
export async function findSuspects(run: Run<Config>): Promise<Suspects> {
  const { transferSize: imageSize, seed } = run.config;
  const data = await openData(run, imageSize);
  const backbone = await efficientnetLite0(run);
  const { rows, labels, images, positive } = data;
  const features = await pictureFeatures({ ...run, config: { ...run.config, imageSize } }, images, backbone);
  const asked = [...rows.training, ...rows.validation];
  const ids = asked.map((row) => images.index.columns.item[row]!); // rows of the store, here and below
  const read = (some: readonly number[]) => features.read(some.map((i) => asked[i]!));
  const { values } = pickItems(averageByItem(ids, features.shape[2], read), ids);
  features.close();
  const given = asked.map((row) => labels[row]!);
  const found = labelSuspects(
    values,
    given.map((label) => label === positive),
    seed,
  );
  return {
    data,
    backbone,
    found: found.map(({ row, doubt }) => ({ row: asked[row]!, doubt, id: ids[row]!, label: given[row]! })),
  };
}

/** The most doubtful pictures, each with the class that it is filed under. */
export const suspectPictures = ({ data, found }: Suspects, count: number): Promise<Picture[]> =>
  Promise.all(
    found
      .slice(0, count)
      .map(({ row, id, label }) => storedPicture(data.images, row, id, `${label}? ${path.basename(id)}`)),
  );

/** What is known of generated pictures beside what was found in them; null for others. */
export function knownFacts({ data, found }: Suspects, seed: number): Record<string, number> | null {
  if (!data.generated) return null;
  const { wrong, copies } = sampleTruth(seed);
  const asked = [...data.split.training, ...data.split.validation].filter((id) => wrong.has(id));
  return {
    'Pictures drawn twice': copies,
    'Pictures left out as copies': withheldIn(data),
    'Wrong labels among training and validation pictures': asked.length,
    'Labels in doubt': found.length,
    'Wrong labels among those in doubt': found.filter(({ id }) => wrong.has(id)).length,
  };
}
