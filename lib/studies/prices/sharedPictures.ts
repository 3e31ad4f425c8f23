import { findNearDuplicates, type NearDuplicates } from '../../data/nearDuplicates';
import type { PartRows } from '../../data/partRows';
import { parts } from '../../data/split';
import { type ImageStore, storedHash } from '../../images/store';

/** Near-identical pictures in more than one part, among the rows that are used: identical ones have been withheld already. */
export function findSharedPictures(images: ImageStore, { rows }: PartRows): NearDuplicates[] {
  const { item: id, file } = images.index.columns;
  return findNearDuplicates(
    parts.flatMap((part) =>
      rows[part].map((row) => ({
        id: id[row]!, // a row of the store, here and below
        file: file[row]!,
        part,
        hash: storedHash(images, row),
      })),
    ),
  );
}
