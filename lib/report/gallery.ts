import sharp from 'sharp';
import { ReportError } from '../core/errors';
import type { AugmentSettings } from '../images/augment';
import { parameterExamples } from '../images/augmentExamples';
import { type Augmentation, augment } from '../images/copies';
import type { Box } from '../images/letterbox';
import type { ImageStore } from '../images/store';
import { neutral, type TransformParameters, warp } from '../images/warp';
import { displayHtml } from './display';
import { escapeHtml, inlineHtml } from './html';

/** A picture for the page. */
export interface Picture {
  /** A data URI, as is `over`. */
  src: string;
  /** What it shows, for those who do not see it; never empty. */
  alt: string;
  caption?: string;
  /** A layer over it, stretched to its size; how much it covers is set for the whole figure, see `heatMaps`. */
  over?: string;
  boxes?: readonly LabelledBox[];
}

/** A box around something in a picture, in shares of the picture's sides. */
export interface LabelledBox extends Box {
  words: string;
  /** A name of the palette, as `c1`. */
  colour: string;
}

/** Encodes raw RGB, `[height, width, 3]`, as a data URI: JPEG at quality 85 by default, PNG where every pixel must be exact. */
export async function encodePicture(
  { pixels, width, height }: { pixels: Uint8Array; width: number; height: number },
  format: 'jpeg' | 'png' = 'jpeg',
): Promise<string> {
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  // 4:4:4 keeps colours sharp in pictures of 96 px, where half resolution shows.
  const encoded = format === 'png' ? image.png() : image.jpeg({ quality: 85, chromaSubsampling: '4:4:4' });
  return dataUri(format, await encoded.toBuffer());
}

/** The bytes of a picture file as a data URI. */
export const dataUri = (format: 'jpeg' | 'png', bytes: Buffer): string =>
  `data:image/${format};base64,${bytes.toString('base64')}`;

/** `encodePicture` as JPEG for a picture as the stores hold it: a square of `size` × `size` pixels. */
export const encodeSquare = (pixels: Uint8Array, size: number): Promise<string> =>
  encodePicture({ pixels, width: size, height: size });

/** One row of the store as a picture for a gallery. */
export async function storedPicture(
  store: ImageStore,
  row: number,
  alt: string,
  caption?: string,
): Promise<Picture> {
  return { src: await encodeSquare(store.readOne(row), store.size), alt, caption };
}

/** A picture of the store as a row: as it is, and copies of it as they are drawn. */
export async function variantRow(
  images: ImageStore,
  row: number,
  copies: number,
  drawn: Augmentation,
): Promise<PictureRow> {
  const picture = images.index.columns.file[row]!; // a row of the store
  const pictures = Array.from({ length: copies + 1 }, async (_, variant): Promise<Picture> => {
    const input = { pixels: images.readOne(row), size: images.size, copies: [{ picture, variant }] };
    const src = await encodeSquare(augment({ ...drawn, ...input }), images.size);
    return variant === 0
      ? { src, alt: 'The original picture', caption: 'original' }
      : { src, alt: `Augmented copy ${variant}`, caption: `copy ${variant}` };
  });
  return { pictures: await Promise.all(pictures) };
}

/** What stands in `src`. Only data URIs of pictures pass: a page must not ask for anything outside itself. Throws `BAD_INPUT`. */
export function pictureSource(src: string): string {
  if (/^data:image\/(jpeg|png);base64,[A-Za-z0-9+/=]+$/.test(src)) return src;
  throw new ReportError('BAD_INPUT', `Give a picture as a data URI, not "${src.slice(0, 40)}".`);
}

function boxHtml({ words, colour, ...box }: LabelledBox): string {
  const place = Object.entries(box).map(([side, share]) => `${side}:${(100 * share).toFixed(2)}%`);
  const end = box.left + box.width / 2 > 0.5 ? 'right' : 'left'; // where a long word has room
  return `<span class="rp-box" style="--rp-colour:var(--rp-${colour});${place.join(';')}"><span style="${end}:0">${escapeHtml(words)}</span></span>`;
}

function pictureHtml({ src, alt, caption, over, boxes }: Picture): string {
  const words = caption ? `<figcaption>${inlineHtml(caption)}</figcaption>` : '';
  const image = `<img src="${pictureSource(src)}" alt="${escapeHtml(alt.replaceAll('**', ''))}" decoding="async">`;
  const above = [
    ...(over ? [`<img class="rp-over" src="${pictureSource(over)}" alt="" decoding="async">`] : []),
    ...(boxes ?? []).map(boxHtml),
  ];
  const layers = above.length > 0 ? `<div class="rp-layers">${image}${above.join('')}</div>` : image;
  return `<figure>${layers}${words}</figure>`;
}

export interface GalleryOptions {
  title?: string;
  /** Width of a picture in px at least (default 150); they grow to fill their row. */
  size?: number;
}

const galleryStart = ({ title, size = 150 }: GalleryOptions, kind: string): string =>
  `<div class="rp rp-gallery ${kind}" style="--rp-size:${Math.round(size)}px">${title ? `<p class="rp-gallery-title">${inlineHtml(title)}</p>` : ''}`;

/** What stands where there is no picture. */
const NONE = '<p>None.</p>';

/** Shows pictures in a grid that fits the page. Throws `BAD_INPUT` for a picture that is none. */
export function gallery(pictures: readonly Picture[], options: GalleryOptions = {}): void {
  const cells = `<div class="rp-cells">${pictures.map(pictureHtml).join('') || NONE}</div></div>`;
  displayHtml(galleryStart(options, 'rp-grid') + cells, pictureText(options.title, pictures));
}

/** Pictures that belong together, with what they have in common. */
export interface PictureRow {
  caption?: string;
  pictures: readonly Picture[];
}

/** The HTML that `pictureRows` shows. */
export const pictureRowsHtml = (rows: readonly PictureRow[], options: GalleryOptions = {}): string =>
  galleryStart(options, 'rp-rows') +
  (rows
    .map(
      ({ caption, pictures }) =>
        `<div class="rp-row" style="--rp-count:${Math.min(6, Math.max(1, pictures.length))}">${caption ? `<p>${inlineHtml(caption)}</p>` : ''}<div class="rp-cells">${pictures.map(pictureHtml).join('')}</div></div>`,
    )
    .join('') || NONE) +
  '</div>';

/** Shows rows of pictures that stay side by side, up to six: before and after, an image and its augmented copies. */
export function pictureRows(rows: readonly PictureRow[], options: GalleryOptions = {}): void {
  const text = rows.map(({ caption, pictures }) => pictureText(caption, pictures)).join('\n');
  displayHtml(pictureRowsHtml(rows, options), [options.title, text].filter(Boolean).join('\n'));
}

/** What each parameter of the augmentation that has a range does to a picture of the store, at both ends. */
export function parameterRows(
  settings: AugmentSettings,
  store: ImageStore,
  image: number,
): Promise<PictureRow[]> {
  const { size } = store;
  const original = store.readOne(image);
  const moved = async (params: TransformParameters, alt: string): Promise<Picture> => ({
    src: await encodeSquare(warp(original, params, size, size), size),
    alt,
  });
  const same = JSON.stringify(neutral);
  const used = parameterExamples(settings, size).filter(
    ({ low, high }) => JSON.stringify(low) !== same || JSON.stringify(high) !== same,
  );
  return Promise.all(
    used.map(async ({ name, does, low, high }) => ({
      caption: `**${name}** ${does}`,
      pictures: [
        { src: await encodeSquare(original, size), alt: 'The original picture' },
        await moved(low, `${name}, low end of the range`),
        await moved(high, `${name}, high end of the range`),
      ],
    })),
  );
}

/** The words that stand for pictures where none are shown: a title, and a line for each. */
export const pictureText = (title: string | undefined, pictures: readonly Picture[]): string =>
  [title, ...pictures.map(({ alt, caption }) => `[picture: ${alt}${caption ? ` – ${caption}` : ''}]`)]
    .filter(Boolean)
    .join('\n');
