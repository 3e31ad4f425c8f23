import path from 'node:path';
import sharp from 'sharp';
import type { ImageStore } from '../../../images/store';
import { formatBytes, formatRate, formatStage } from '../../../report/format';
import { dataUri, type Picture, type PictureRow, storedPicture } from '../../../report/gallery';
import type { Selection } from '../games';
import { type Cents, formatPrice } from '../units';

/** Longest side of an original in a gallery, in pixels. */
const SHOWN = 360;

/** A file as it was uploaded, turned upright and made small enough for a page; `grey` where colours are to be laid over it. */
export async function uploadedPicture(
  file: string,
  { alt, caption, grey = false }: Pick<Picture, 'alt' | 'caption'> & { grey?: boolean },
): Promise<Picture> {
  const small = sharp(file).rotate().resize(SHOWN, SHOWN, { fit: 'inside', withoutEnlargement: true });
  const flat = small.flatten({ background: '#808080' }).toColourspace('srgb');
  const shown = grey ? flat.modulate({ saturation: 0 }) : flat;
  return { src: dataUri('jpeg', await shown.jpeg({ quality: 80 }).toBuffer()), alt, caption };
}

/** How the pictures were prepared, and what they take. */
export function storeFacts(store: ImageStore, stage: { seconds: number; reused: boolean }) {
  const bytes = store.count * store.size ** 2 * 3;
  return {
    'Pictures prepared': store.count,
    'Pictures that cannot be read': store.index.unreadable.length,
    Time: formatStage(stage),
    Rate: formatRate(store.count / stage.seconds),
    'On disk': formatBytes(bytes),
    'As 32-bit floats in memory, as in the original': formatBytes(bytes * 4),
    'Most memory this process held': formatBytes(process.resourceUsage().maxRSS * 1024),
  };
}

/** Pictures of the store with their prices. */
export const labelledPictures = (
  store: ImageStore,
  labels: readonly { row: number; price: Cents }[],
): Promise<Picture[]> =>
  Promise.all(
    labels.map(({ row, price }) =>
      storedPicture(store, row, `A game at ${formatPrice(price)}`, formatPrice(price)),
    ),
  );

/** Rows of the store, one of each shape and file ending, rarest first, then the first pictures of further games. */
export function variedRows({ index }: ImageStore, count: number): number[] {
  const kinds = new Map<string, { first: number; count: number }>();
  index.columns.file.forEach((file, row) => {
    const kind = `${path.extname(file).toLowerCase()} ${index.columns.width[row]}×${index.columns.height[row]}`;
    const known = kinds.get(kind);
    if (known) known.count++;
    else kinds.set(kind, { first: row, count: 1 });
  });
  const rare = [...kinds.values()].sort((a, b) => a.count - b.count).map(({ first }) => first);
  const firstOfGames = index.columns.item.flatMap((id, row) =>
    index.columns.item[row - 1] === id ? [] : [row],
  );
  return [...new Set([...rare, ...firstOfGames])].slice(0, count);
}

/** Originals beside what the network sees, for a gallery. */
export function beforeAndAfter(
  selection: Selection,
  store: ImageStore,
  count: number,
): Promise<PictureRow[]> {
  const { file, width, height } = store.index.columns;
  return Promise.all(
    variedRows(store, count).map(async (row) => {
      const name = file[row]!; // a row of the store, here and below
      const format = path.extname(name).slice(1).toUpperCase();
      return {
        caption: name.replace(/^screenshots\//, ''),
        pictures: [
          await uploadedPicture(path.join(selection.folder, name), {
            ...{ alt: `${name} as uploaded`, caption: `${format}, ${width[row]} × ${height[row]}` },
          }),
          await storedPicture(store, row, `${name} as the network sees it`, `${store.size} × ${store.size}`),
        ],
      };
    }),
  );
}
