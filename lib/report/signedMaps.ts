import type { HeatMap } from '../explain/heatMap';
import { displayHtml } from './display';
import { formatNumber } from './format';
import { type GalleryOptions, type Picture, type PictureRow, pictureRowsHtml, pictureText } from './gallery';
import { rampHtml } from './heatMaps';
import { enlarged } from './networkPictures';

/** Red, green and blue of −1, 0 and 1: blue, nearly white and red, which those who cannot tell red from green tell apart. */
const [below, none, above] = [
  [0.09, 0.4, 0.82],
  [0.97, 0.97, 0.97],
  [0.86, 0.08, 0.16],
] as const;

/** The colour of a value from −1 to 1; beyond these it stays as it is there. */
const colourOf = (value: number): number[] => {
  const end = value < 0 ? below : above;
  const share = Math.min(1, Math.abs(value));
  return none.map((start, channel) => start + (end[channel]! - start) * share); // three each
};

/** A square map that has a sign, its colours from −`reach` to `reach`. */
export const signedPicture = async (
  map: HeatMap,
  reach: number,
  words: Omit<Picture, 'src'>,
): Promise<Picture> => ({
  ...(await enlarged(
    Float32Array.from([...map.values].flatMap((value) => colourOf(value / reach))),
    map.width,
    '',
  )),
  ...words,
});

/** Shows rows of `signedPicture`s of one reach, with the bar of their colours. */
export function signedMaps(
  rows: readonly PictureRow[],
  reach: number,
  unit: string,
  options: GalleryOptions = {},
): void {
  const [low, high] = [-reach, reach].map((end) => `${formatNumber(end, 2)} ${unit}`) as [string, string];
  const colours = [-1, 0, 1].map(
    (value) =>
      `rgb(${colourOf(value)
        .map((share) => Math.round(255 * share))
        .join(', ')})`,
  );
  const text = rows.map(({ caption, pictures }) => pictureText(caption, pictures)).join('\n');
  const html = `<div class="rp-maps">${rampHtml(low, `+${high}`, colours)}${pictureRowsHtml(rows, options)}</div>`;
  displayHtml(html, [options.title, `Colours from ${low} to ${high}`, text].filter(Boolean).join('\n'));
}
