import type { ClassNetwork } from '../explain/classNetwork';
import { normaliseTogether, raises } from '../explain/heatMap';
import type { ScoreTarget } from '../explain/scoreTarget';
import type { ImageStore } from '../images/store';
import { encodeSquare, type Picture, type PictureRow } from './gallery';
import { mapLayer } from './heatMaps';

/** Pictures of a store that belong together. */
export interface LookedAt {
  caption: string;
  pictures: readonly { file: string; caption: string }[];
}

/** Rows of pictures under what raises the score in them, all maps of a row at one scale; rows without pictures are left out. */
export function lookRows(
  network: ClassNetwork,
  images: ImageStore,
  kinds: readonly LookedAt[],
  target: ScoreTarget,
): Promise<PictureRow[]> {
  const { file: files } = images.index.columns;
  return Promise.all(
    kinds
      .filter(({ pictures }) => pictures.length > 0)
      .map(async ({ caption, pictures }) => {
        const rows = pictures.map(({ file }) => files.indexOf(file));
        const read = (own: readonly number[]) => images.read(own.map((i) => rows[i]!)); // below the count
        const maps = await network.maps({ count: rows.length, read }, target);
        const layers = normaliseTogether(maps.map(raises));
        const shown = pictures.map(async ({ file, caption: words }, i): Promise<Picture> => {
          return {
            src: await encodeSquare(images.readOne(rows[i]!), images.size), // one of each for every picture
            over: await mapLayer(layers[i]!),
            ...{ alt: file, caption: words },
          };
        });
        return { caption, pictures: await Promise.all(shown) };
      }),
  );
}
