import type { Part } from '../core/concepts';
import type { ImageStore } from '../images/store';
import { findLeaks, type Leaks } from './leaks';
import { partOf, parts, rowsOf, type Split } from './split';

/** The rows of the store in each part, and what had to be taken out so that the parts do not know each other. */
export interface PartRows {
  rows: Record<Part, number[]>;
  /** What was found before anything was taken out. */
  leaks: Leaks;
  /** Rows left out of training or validation because the same picture is also in a later part. */
  withheld: number[];
}

/** Deals the store's rows to the parts of the split; a picture that is in two parts, pixel by pixel, stays in the later one only. */
export function dealRows(store: Pick<ImageStore, 'index'>, split: Split): PartRows {
  const { item: id, file, sha256: hash } = store.index.columns;
  const dealt = rowsOf(split, id);
  const partOfItem = partOf(split);
  const used = parts.flatMap((part) => dealt[part]);
  const pictures = used.map((row) => {
    return { id: id[row]!, file: file[row]!, part: partOfItem.get(id[row]!)!, hash: hash[row]! }; // rows of the store, items of the split
  });
  const leaks = findLeaks(pictures);
  const lastPart = new Map(leaks.pictures.map((leak) => [leak.hash, leak.parts.at(-1)]));
  const stays = (row: number, part: Part): boolean => (lastPart.get(hash[row]!) ?? part) === part;
  const rows = Object.fromEntries(parts.map((part) => [part, dealt[part].filter((row) => stays(row, part))]));
  const withheld = parts.flatMap((part) => dealt[part].filter((row) => !stays(row, part)));
  return { rows: rows as Record<Part, number[]>, leaks, withheld }; // one entry per part
}
