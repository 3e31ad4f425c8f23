import { ReportError } from '../core/errors';
import { inferno } from '../explain/overlay';
import { displayHtml } from './display';
import { type GalleryOptions, type PictureRow, pictureRowsHtml, pictureText } from './gallery';
import { escapeHtml } from './html';

/** What the colours of a heat map mean: CSS colours from low to high, and words at both ends. */
export interface HeatMapLegend {
  colours: readonly string[];
  low: string;
  high: string;
}

/** How much of a map's strongest colour covers the picture before the reader moves the slider, in per cent. */
const OPACITY = 65;

/** The colours of the report's heat maps, from 0 to `high`: a value with its unit, or which value it is where it differs in a figure. */
export const mapLegend = (high: string): HeatMapLegend => ({
  colours: [0, 28, 57, 85, 113, 142, 170, 198, 227, 255].map(
    (i) => `rgb(${[0, 1, 2].map((channel) => inferno[3 * i + channel]).join(', ')})`, // the table's own ten colours
  ),
  low: '0, no effect',
  high,
});

/**
 * Shows rows of pictures with heat maps over them, and a bar that says what the colours mean. Where maps lie over pictures (`Picture.over`) a slider
 * sets how much they cover, all of this figure at once. Throws what `legendHtml` and `pictureRowsHtml` throw.
 */
export function heatMaps(
  rows: readonly PictureRow[],
  legend: HeatMapLegend,
  options: GalleryOptions = {},
): void {
  const text = rows.map(({ caption, pictures }) => pictureText(caption, pictures)).join('\n');
  const words = [options.title, `Colours from ${legend.low} to ${legend.high}`, text];
  displayHtml(heatMapsHtml(rows, legend, options), words.filter(Boolean).join('\n'));
}

/** The HTML that `heatMaps` shows. */
export function heatMapsHtml(
  rows: readonly PictureRow[],
  legend: HeatMapLegend,
  options: GalleryOptions = {},
): string {
  const layered = rows.some(({ pictures }) => pictures.some(({ over }) => over !== undefined));
  return (
    `<div class="rp-maps" style="--rp-opacity:${OPACITY / 100}">${layered ? opacityHtml : ''}` +
    `${legendHtml(legend)}${pictureRowsHtml(rows, options)}</div>`
  );
}

/** What moves with the slider is set where it stands, so that it works in an exported page and in a live notebook alike. */
const onOpacity =
  "this.closest('.rp-maps').style.setProperty('--rp-opacity',this.value/100);this.closest('.rp-opacity').querySelector('output').value=this.value+'%'";

const opacityHtml =
  `<div class="rp rp-opacity"><label>Opacity of the heat maps <input type="range" min="0" max="100" step="5" value="${OPACITY}" ` +
  `autocomplete="off" oninput="${escapeHtml(onOpacity)}"></label> <output>${OPACITY}%</output></div>`;

/** The legend of a heat map as HTML. Throws `BAD_INPUT` for a colour that is not `#rrggbb` or `rgb(…)`. */
export function legendHtml({ colours, low, high }: HeatMapLegend): string {
  const wrong = colours.find((colour) => !/^#[0-9a-f]{6}$|^rgb\([0-9 ,.]+\)$/i.test(colour));
  if (wrong !== undefined || colours.length < 2) {
    throw new ReportError('BAD_INPUT', `A legend needs two or more colours such as #1f77b4, got "${wrong}".`);
  }
  const words = `Colours from ${low} to ${high}`;
  return (
    `<div class="rp rp-legend"><span>${escapeHtml(low)}</span><span class="rp-ramp" role="img" aria-label="${escapeHtml(words)}" ` +
    `style="background:linear-gradient(to right,${colours.join(',')})"></span><span>${escapeHtml(high)}</span></div>`
  );
}
