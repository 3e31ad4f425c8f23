import { type Random, random } from '../../../core/random';
import { type Canvas, makeCanvas } from '../../../samples/canvas';
import { finish } from '../../../samples/finish';
import { type Hour, hours, makePalette } from '../../../samples/palette';
import { encodeJpeg } from '../../../samples/picture';
import { looks, type Style, styles } from '../../../samples/styles';
import { drawFigure, type FigurePlace } from './figure';
import { type FigureKind, figureAspect, figureKinds } from './figureParts';
import { drawHud, type HudLabels } from './hud';
import { drawPlace, type Floor, type PlaceKind, placeKinds } from './places';

/** What a picture is drawn from. The same request gives the same picture. */
export interface SceneRequest {
  seed: number;
  /** The game: its pictures share style, colours and figures. */
  appid: string;
  /** Number of the picture within the game, from 0. */
  picture: number;
  /** 0 (cheaply made) to 1 (lavishly made); what a price can be read from. */
  quality: number;
  /** Instead of the game's own style. */
  style?: Style;
  /** Instead of a place drawn by chance. */
  place?: PlaceKind;
}

/** What can be seen in a picture. */
export interface SceneLabels extends HudLabels {
  /** The quality asked for. */
  quality: number;
  /** How finely this picture is made: the quality and a deviation of its own, 0 to 1. Figures and overlay show it. */
  fineness: number;
  style: Style;
  place: PlaceKind;
  hour: Hour;
  figures: FigureKind[];
  hud: boolean;
  /** Share of the pixels that belong to figures and overlay. */
  subjectShare: number;
}

/** A picture with what it shows. Figures and overlay, which carry the price, are the canvas's subject. */
export interface Scene {
  canvas: Canvas;
  labels: SceneLabels;
}

const deviation = 0.07; // of a picture's fineness from its game's quality: one picture says less than several

/** Draws one screenshot, 600 × 338 units large, the same for the same request; figures and overlay show the `quality`, the style a little. */
export function drawScene(request: SceneRequest): Scene {
  const { seed, appid, picture, quality } = request;
  const game = random(seed, 'game', appid);
  const style = request.style ?? drawStyle(random(seed, 'style', appid), quality);
  const hue = game.uniform(0, 360);
  const cast = game.shuffle(figureKinds).slice(0, 2);
  const haunts = game.shuffle(placeKinds).slice(0, 3);
  const figureHue = game.uniform(0, 360);

  const source = random(seed, 'picture', appid, picture);
  const place = request.place ?? source.pick(haunts);
  const hour = source.pick(hours);
  const fineness = Math.min(1, Math.max(0, quality + deviation * source.normal()));
  const look = looks[style];
  const palette = makePalette(source, hue, hour, look);
  const canvas = makeCanvas(600, 338, 1 / look.coarseness);
  const floor = drawPlace(place, { canvas, source, palette, look });
  const light = hour === 'night' ? 0.72 : hour === 'dusk' ? 0.86 : 1;
  const figures = placeFigures(source, cast, place, floor);
  for (const standing of figures) {
    const own = { ...standing, fineness, hue: figureHue + source.uniform(-12, 12), light };
    drawFigure(canvas, source, own, look);
  }
  finish(canvas, source, look);
  const hud = source.next() < 0.65;
  const overlay = hud ? drawHud(canvas, source, fineness, hue) : { text: [], panels: false };
  return {
    canvas,
    labels: {
      ...{ quality, fineness, style, place, hour, figures: figures.map(({ kind }) => kind), hud, ...overlay },
      subjectShare: shareOf(canvas),
    },
  };
}

/** A style, with odds that lean a little towards pixel art for a low quality and towards realism for a high one. */
function drawStyle(source: Random, quality: number): Style {
  const odds = [1.5 - 0.9 * quality, 1.3 - 0.6 * quality, 1, 0.9, 0.5 + 1.1 * quality]; // in the order of the styles
  let left = source.next() * odds.reduce((sum, share) => sum + share);
  for (const [i, style] of styles.entries()) {
    left -= odds[i]!; // one each
    if (left < 0) return style;
  }
  return 'realistic';
}

function shareOf({ subject }: Canvas): number {
  let marked = 0;
  for (let i = 0; i < subject.length; i++) marked += Number(subject[i]! > 127); // inside
  return marked / subject.length;
}

/** A scene as a JPEG file `width` pixels wide; unless given as it is drawn, 300 pixels wide, or 400 in squares. */
export function encodeScene({ canvas, labels }: Scene, width?: number): Promise<Uint8Array> {
  const squares = labels.style === 'pixel art';
  const columns = width ?? (squares ? 400 : 300);
  const rows = Math.ceil((columns * 169) / 300);
  return encodeJpeg(canvas, columns, rows, squares ? 'squares' : 'smooth');
}

type Standing = Pick<FigurePlace, 'kind' | 'x' | 'y' | 'height' | 'mirrored'>;

/** One to three figures side by side, the far ones first and smaller. Their number and size do not depend on the quality. */
function placeFigures(
  source: Random,
  cast: readonly FigureKind[],
  place: PlaceKind,
  floor: Floor,
): Standing[] {
  const count = source.integer(1, 3);
  const lane = 600 / count;
  const standing = Array.from({ length: count }, (_, i): Standing => {
    const kind = place === 'space' && source.next() < 0.6 ? 'ship' : source.pick(cast);
    const y = source.uniform(floor[0], floor[1]);
    const area = source.uniform(34_000, 62_000) / count ** 0.55;
    const height = Math.min(0.9 * y, Math.sqrt(area * figureAspect[kind]) * (0.75 + 0.25 * (y / floor[1])));
    return { kind, y, height, x: lane * (i + source.uniform(0.3, 0.7)), mirrored: source.next() < 0.5 };
  });
  return standing.sort((a, b) => a.y - b.y);
}
