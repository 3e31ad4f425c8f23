import path from 'node:path';
import { type LabelSuspect, labelSuspects } from '../../metrics/labelSuspects';
import { withheldIn } from '../../report/classFolders';
import { type Picture, storedPicture } from '../../report/gallery';
import type { FilterData } from './data';
import type { Features } from './open';
import { sampleTruth } from './sample';

/** A training or validation picture whose label may be wrong; `row` is of the pictures. */
export interface Suspect extends LabelSuspect {
  id: string;
  label: string;
}

/** The training and validation pictures whose label may be wrong, the most doubtful first, by a linear model on their features. */
export function findSuspects(
  { pictures, rows: features }: Pick<Features, 'pictures' | 'rows'>,
  seed: number,
): Suspect[] {
  const { rows, labels, images, positive } = pictures;
  const asked = [...rows.training, ...rows.validation];
  const shows = asked.map((row) => labels[row] === positive);
  return labelSuspects(features.read(asked), shows, seed).map(({ row: i, doubt }) => {
    const row = asked[i]!; // one of them, and a row of the store below
    return { row, doubt, id: images.index.columns.item[row]!, label: labels[row]! };
  });
}

/** The most doubtful pictures, each with the class that it is filed under. */
export const suspectPictures = ({ pictures }: Features, suspects: readonly Suspect[]): Promise<Picture[]> =>
  Promise.all(
    suspects.map(({ row, id, label }) =>
      storedPicture(pictures.images, row, id, `${path.basename(id)} in **${label}**`),
    ),
  );

/** What is known of generated pictures beside what was found in them; null for others. */
export function knownFacts(data: FilterData, suspects: readonly Suspect[], seed: number) {
  if (!data.generated) return null;
  const { wrong, copies } = sampleTruth(seed);
  const asked = [...data.split.training, ...data.split.validation];
  return {
    'Pictures drawn twice': copies,
    'Pictures left out as copies': withheldIn(data),
    'Wrong labels among training and validation pictures': asked.filter((id) => wrong.has(id)).length,
    'Labels in doubt': suspects.length,
    'Wrong labels among those in doubt': suspects.filter(({ id }) => wrong.has(id)).length,
  };
}
