import sharp from 'sharp';
import type { HeatMap } from '../explain/heatMap';
import { inferno, overlayLayer } from '../explain/overlay';
import { displayHtml } from './display';
import { dataUri, type GalleryOptions, type PictureRow, pictureRowsHtml, pictureText } from './gallery';
import { escapeHtml } from './html';

/** How much of a map's strongest colour covers the picture before the reader moves the slider, in per cent. */
const OPACITY = 65;

/** Shows rows of pictures with heat maps over them, a bar of the colours from 0 to `high` (in words), and a slider of how much the maps cover. */
export function heatMaps(rows: readonly PictureRow[], high: string, options: GalleryOptions = {}): void {
  const text = rows.map(({ caption, pictures }) => pictureText(caption, pictures)).join('\n');
  const layered = rows.some(({ pictures }) => pictures.some(({ over }) => over !== undefined));
  const html =
    `<div class="rp-maps" style="--rp-opacity:${OPACITY / 100}">${layered ? opacityHtml : ''}` +
    `${rampHtml(LOW, high, colours)}${pictureRowsHtml(rows, options)}</div>`;
  displayHtml(html, [options.title, rangeOf(LOW, high), text].filter(Boolean).join('\n'));
}

/** A map as a layer over its picture (`Picture.over`). */
export async function mapLayer(map: HeatMap): Promise<string> {
  const raw = { width: map.width, height: map.height, channels: 4 } as const;
  return dataUri('png', await sharp(overlayLayer(map), { raw }).png({ compressionLevel: 9 }).toBuffer());
}

/** What moves with the slider is set where it stands, so that it works in an exported page and in a live notebook alike. */
const onOpacity =
  "this.closest('.rp-maps').style.setProperty('--rp-opacity',this.value/100);this.closest('.rp-opacity').querySelector('output').value=this.value+'%'";

const opacityHtml =
  `<div class="rp rp-opacity"><label>Opacity of the heat maps <input type="range" min="0" max="100" step="5" value="${OPACITY}" ` +
  `autocomplete="off" oninput="${escapeHtml(onOpacity)}"></label> <output>${OPACITY}%</output></div>`;

const LOW = '0, no effect';
const rangeOf = (low: string, high: string): string => `Colours from ${low} to ${high}`;

/** Ten of the table's colours, from the first to the last. */
const colours = [0, 28, 57, 85, 113, 142, 170, 198, 227, 255].map(
  (i) => `rgb(${[0, 1, 2].map((channel) => inferno[3 * i + channel]).join(', ')})`,
);

/** A bar of colours between what its ends stand for. */
export const rampHtml = (low: string, high: string, ramp: readonly string[]): string =>
  `<div class="rp rp-legend"><span>${escapeHtml(low)}</span><span class="rp-ramp" role="img" aria-label="${escapeHtml(rangeOf(low, high))}" ` +
  `style="background:linear-gradient(to right,${ramp.join(',')})"></span><span>${escapeHtml(high)}</span></div>`;
