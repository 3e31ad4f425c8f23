import { largest } from '../../core/extremes';
import { percentile } from '../../data/distribution';
import { referenceError, squareMap, sumOf } from '../../explain/attribution';
import { type Explained, type ExplainedItem, largestGap, saidValues } from '../../explain/explainedItems';
import { formatNumber } from '../../report/format';
import { type Picture, type PictureRow, storedPicture } from '../../report/gallery';
import { signedPicture } from '../../report/signedMaps';
import type { OtherValues } from './shap';
import type { TileValues } from './shapChecks';

/** Digits side by side. */
const SHOWN = 6;

/** What the ends of the colours stand for in all pictures of pixels: all values but a thousandth lie within. */
export const reachOf = ({ items }: Explained): number =>
  percentile(
    items.flatMap(({ values }) => values.flatMap(({ mean }) => [...mean.map(Math.abs)])),
    99.9,
  );

/** The digits of the background, each with its number in the file of training digits. */
export const backgroundPictures = ({ data, background }: Explained): Promise<Picture[]> =>
  Promise.all(
    background.map((row) => {
      const file = data.images.index.columns.file[row]!; // a row of the store
      return storedPicture(data.images, row, `${data.labels[row]}, ${file}`, file.replace('training ', ''));
    }),
  );

/** Pictures of values at one scale beside their digit. */
async function besideDigit(
  { data }: Explained,
  digit: ExplainedItem,
  reach: number,
  panels: readonly { values: Float32Array; caption: string }[],
  more = '',
): Promise<PictureRow> {
  const { row, label, said, right } = digit;
  const file = data.images.index.columns.file[row]!; // a row of the store
  const pictures = panels.map(({ values, caption }) =>
    signedPicture(squareMap(values), reach, { alt: `What pixels add, ${caption}`, caption }),
  );
  return {
    caption: `**${label}**${right ? '' : `, taken for ${data.classes[said]}`} (${file})${more}`,
    pictures: await Promise.all([storedPicture(data.images, row, `The digit, ${file}`), ...pictures]),
  };
}

/** Each digit that is told right, or wrongly, beside a picture for each class of what its pixels add to the logit; below it what the values must add up to. */
export function panelRows(explained: Explained, right: boolean): Promise<PictureRow[]> {
  const { data, items } = explained;
  const reach = reachOf(explained);
  const one = (value: number): string => value.toFixed(1).replace('-', '−');
  const shown = items.filter((digit) => digit.right === right);
  return Promise.all(
    shown.map((digit) => {
      const panels = digit.values.map(({ whole, base, mean }, k) => {
        const sum = `${one(whole)} = ${one(base)} + ${one(sumOf(mean))}`.replace('+ −', '− ');
        return { values: mean, caption: `**${data.classes[k]}**${k === digit.said ? ', said' : ''}: ${sum}` };
      });
      const gap = formatNumber(largestGap({ items: [digit] }));
      return besideDigit(explained, digit, reach, panels, `; gap at most ${gap}`);
    }),
  );
}

/** The first digit told right and the first told wrongly, as each method and background has them. */
export function otherRows(explained: Explained, others: OtherValues): Promise<PictureRow[]> {
  const { items } = explained;
  const shown = [true, false].flatMap((right) => items.find((digit) => digit.right === right) ?? []);
  const reach = reachOf(explained);
  return Promise.all(
    shown.map((digit) => {
      const panels = others.map(({ name, values }) => {
        return { values: values[items.indexOf(digit)]!.mean, caption: name }; // one for each digit
      });
      return besideDigit(explained, digit, reach, panels);
    }),
  );
}

/** Digits that are told right: what pixels add to the class, its standard error from the choice of the background, and the values beyond two of it; and which share of all values these are. */
export async function errorRows(explained: Explained): Promise<{ rows: PictureRow[]; certain: number }> {
  const { data, seed, background, items } = explained;
  const groups = background.map((row) => data.labels[row]);
  const shown = items.filter(({ right }) => right);
  const found = shown.map((digit) => {
    const { mean: values, ...rest } = saidValues(digit);
    const error = referenceError(rest, { seed, groups });
    const beyond = values.map((value, i) => (Math.abs(value) > 2 * error[i]! ? value : 0)); // one for each
    return { values, error, beyond };
  });
  const total = (kind: 'values' | 'beyond') => sumOf(found.map((one) => sumOf(one[kind].map(Math.abs))));
  const captions = {
    values: 'What pixels add to the class',
    error: 'Standard error, at the same scale',
    beyond: 'Only values of more than two standard errors',
  };
  const rows = kindRows(shown, found, captions, reachOf(explained));
  return { rows: await rows, certain: total('beyond') / total('values') };
}

/** The tiles of digits: exactly, and as DeepSHAP has them. The colours end at the largest of these values. */
export async function tileRows({ found }: TileValues): Promise<{ rows: PictureRow[]; reach: number }> {
  const tiles = found.map(({ exact, fast }) => ({
    exact: new Float32Array(exact),
    fast: new Float32Array(fast),
  }));
  const reach = largest(tiles.flatMap(({ exact, fast }) => [...exact, ...fast].map(Math.abs)));
  const captions = { exact: 'Exact Shapley values of 16 tiles', fast: 'Sums of DeepSHAP over the tiles' };
  const digits = found.map(({ digit }) => digit);
  return { rows: await kindRows(digits, tiles, captions, reach), reach };
}

/** A row for each kind of values, a picture in it for each of the first digits. */
const kindRows = <Kind extends string>(
  digits: readonly ExplainedItem[],
  found: readonly Record<Kind, Float32Array>[],
  captions: Record<Kind, string>,
  reach: number,
): Promise<PictureRow[]> =>
  Promise.all(
    (Object.keys(captions) as Kind[]).map(async (kind) => {
      const pictures = digits.slice(0, SHOWN).map(({ label }, i) => {
        const words = { alt: `${captions[kind]}, ${label}`, caption: label };
        return signedPicture(squareMap(found[i]![kind]), reach, words); // one for each digit
      });
      return { caption: captions[kind], pictures: await Promise.all(pictures) };
    }),
  );
