import { encodeSquare, type Picture } from '../../report/gallery';
import type { AgeData } from './data';

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
      const src = await encodeSquare(pixels, images.size);
      return { src, alt: `Mean face of ${name}`, caption: `**${name}**` };
    }),
  );
