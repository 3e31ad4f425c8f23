import { percentile } from '../../data/distribution';
import { gapOf, referenceError, sumOf } from '../../explain/attribution';
import { formatNumber } from '../../report/format';
import { type Picture, type PictureRow, storedPicture } from '../../report/gallery';
import { signedPicture } from '../../report/signedMaps';
import { type Explained, type ExplainedDigit, type OtherValues, saidValues } from './shap';
import { mapOf, type TileValues } from './shapChecks';

/** Digits side by side. */
const SHOWN = 6;

/** What the ends of the colours stand for in all pictures of pixels: all values but a thousandth lie within. */
export const reachOf = ({ digits }: Explained): number =>
  percentile(
    digits.flatMap(({ values }) => values.flatMap(({ mean }) => [...mean.map(Math.abs)])),
    99.9,
  );

const one = (value: number): string => formatNumber(value, 1);

const digitPicture = ({ data }: Explained, { row }: ExplainedDigit, caption?: string): Promise<Picture> =>
  storedPicture(data.images, row, `The digit, ${data.images.index.columns.file[row]}`, caption);

/** Each digit that is told right, or wrongly, beside a picture for each class of what its pixels add to the logit; below it the sum that the values must make. */
export function panelRows(explained: Explained, right: boolean): Promise<PictureRow[]> {
  const { data, digits } = explained;
  const reach = reachOf(explained);
  return Promise.all(
    digits
      .filter((digit) => digit.right === right)
      .map(async (digit) => {
        const said = data.classes[digit.said]!; // one of them, as below
        const file = data.images.index.columns.file[digit.row];
        const panels = digit.values.map((values, k) => {
          const [name, { whole, base, mean }] = [data.classes[k]!, values];
          const sum = `${one(whole)} = ${one(base)} + ${one(sumOf(mean))}`;
          const words = `${k === digit.said ? `**${name}**, said` : `**${name}**`}: ${sum}, gap ${gapOf(values).toExponential(0)}`;
          return signedPicture(mapOf(explained, mean), reach, {
            alt: `What pixels add to ${name}`,
            caption: words,
          });
        });
        const pictures = await Promise.all([digitPicture(explained, digit), ...panels]);
        return {
          caption: right ? `**${digit.label}** (${file})` : `**${digit.label}**, taken for ${said} (${file})`,
          pictures,
        };
      }),
  );
}

/** Of digits that are told right: what pixels add to the class, the standard error that comes from the choice of the background, and the values beyond two of it. */
export async function errorRows(explained: Explained): Promise<{ rows: PictureRow[]; certain: number }> {
  const { data, seed, background, digits } = explained;
  const reach = reachOf(explained);
  const groups = background.map((row) => data.labels[row]);
  const found = digits
    .filter(({ right }) => right)
    .map((digit) => {
      const { mean, ...values } = saidValues(digit);
      const error = referenceError(values, { seed, groups });
      const beyond = mean.map((value, i) => (Math.abs(value) > 2 * error[i]! ? value : 0)); // one for each
      return { label: digit.label, kinds: { mean, error, beyond } };
    });
  const captions = {
    mean: 'What pixels add to the class',
    error: 'Standard error, at the same scale',
    beyond: 'Only values of more than two standard errors',
  };
  const rows = Object.entries(captions).map(async ([kind, caption]): Promise<PictureRow> => {
    const shown = found.slice(0, SHOWN).map(({ label, kinds }) => {
      const map = mapOf(explained, kinds[kind as keyof typeof captions]); // its keys
      return signedPicture(map, reach, { alt: `${caption}, ${label}`, caption: label });
    });
    return { caption, pictures: await Promise.all(shown) };
  });
  const total = (kind: 'mean' | 'beyond'): number =>
    sumOf(found.map(({ kinds }) => sumOf(kinds[kind].map(Math.abs))));
  return { rows: await Promise.all(rows), certain: total('beyond') / total('mean') };
}

/** One digit told right and one told wrongly, as each method and background has them. */
export function otherRows(explained: Explained, others: OtherValues): Promise<PictureRow[]> {
  const reach = reachOf(explained);
  const shown = [true, false].flatMap(
    (right) => explained.digits.find((digit) => digit.right === right) ?? [],
  );
  return Promise.all(
    shown.map(async (digit) => {
      const panels = others.map(({ name, values }) => {
        const { mean } = values[explained.digits.indexOf(digit)]!; // one for each
        return signedPicture(mapOf(explained, mean), reach, { alt: name, caption: name });
      });
      const pictures = await Promise.all([digitPicture(explained, digit), ...panels]);
      return {
        caption: `**${digit.label}**, what its pixels add to ${explained.data.classes[digit.said]}`,
        pictures,
      };
    }),
  );
}

/** The tiles of digits: exactly, and as DeepSHAP has them. The colours end at the largest of these values. */
export async function tileRows({ found }: TileValues): Promise<{ rows: PictureRow[]; reach: number }> {
  const shown = found.slice(0, SHOWN);
  const reach = Math.max(...shown.flatMap(({ exact, fast }) => [...exact, ...fast].map(Math.abs)));
  const kinds = {
    exact: 'Exact Shapley values of 16 tiles',
    fast: 'Sums of DeepSHAP over the tiles',
  } as const;
  const rows = Object.entries(kinds).map(async ([kind, caption]): Promise<PictureRow> => {
    const pictures = shown.map((own) => {
      const values = Float32Array.from(own[kind as keyof typeof kinds]); // its keys
      const map = { width: Math.sqrt(values.length), height: Math.sqrt(values.length), values };
      return signedPicture(map, reach, { alt: `${caption}, ${own.digit.label}`, caption: own.digit.label });
    });
    return { caption, pictures: await Promise.all(pictures) };
  });
  return { rows: await Promise.all(rows), reach };
}

/** The digits of the background, each with its place among the data. */
export const backgroundPictures = ({ data, background }: Explained): Promise<Picture[]> =>
  Promise.all(
    background.map((row) => {
      const file = data.images.index.columns.file[row]!; // a row of the store
      return storedPicture(data.images, row, `${data.labels[row]}, ${file}`, file.replace('training ', ''));
    }),
  );
