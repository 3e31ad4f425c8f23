import { type Attributes, attribute, buildGraph } from '../tensorflow/graphDef';
import { keepTensor, type NativeTensor } from '../tensorflow/nativeGraph';
import type { JpegHeader } from './jpeg';
import type { Box } from './letterbox';

/** A decoder can give a half, a quarter or an eighth of each side at once. */
const ratios = [8, 4, 2, 1] as const;
export type Ratio = (typeof ratios)[number];

/** What is left to Lanczos at the least: with less, the coarse decoding would be seen (35 dB instead of 50 against the whole picture). */
const leastReduction = 2;

/** The coarsest decoding that leaves a factor of two to Lanczos in either direction. */
export function decodingRatio(header: Pick<JpegHeader, 'width' | 'height'>, box: Box): Ratio {
  const fits = (ratio: number): boolean =>
    header.width >= leastReduction * ratio * box.width &&
    header.height >= leastReduction * ratio * box.height;
  return ratios.find(fits) ?? 1;
}

/** What the graph is told of a picture of this shape. */
export function shapeTensors(
  { width, height }: JpegHeader,
  box: Box,
  ratio: Ratio,
  size: number,
): Record<string, NativeTensor> {
  const [w, h] = [Math.ceil(width / ratio), Math.ceil(height / ratio)]; // as libjpeg rounds
  const wholes = (...data: number[]): NativeTensor =>
    keepTensor({ type: 'int32', shape: [data.length], data: Int32Array.from(data) });
  const reals = (...data: number[]): NativeTensor =>
    keepTensor({ type: 'float', shape: [data.length], data: Float32Array.from(data) });
  // The last decoded row or column may stand for less than `ratio` of the picture's: scales count from the picture itself.
  return {
    rows_as_channels: wholes(1, h, 1, w * 3),
    columns_as_channels: wholes(1, w, 1, size * 3),
    scale_y: reals((box.height * ratio) / height, 1),
    scale_x: reals((box.width * ratio) / width, 1),
    offset_y: reals(box.top, 0),
    offset_x: reals(box.left, 0),
  };
}

/**
 * For each of `files` files: decodes at 1/`ratio`, scales with Lanczos (3 lobes, antialiased) along y and along x; then rounds. ScaleAndTranslate
 * is quick along the axis before the channels only when there are many of them, so each pass is given the other axis and the colours as its
 * channels.
 */
export function jpegGraph(size: number, ratio: Ratio, files: number): Buffer {
  const graph = buildGraph('/device:CPU:0'); // decoding is, and small steps in between are not worth a journey to a GPU
  const [T, U, I] = [attribute.type('float'), attribute.type('uint8'), attribute.type('int32')];
  const wholes = (name: string, ...values: number[]): string =>
    graph.constant(name, [values.length], Int32Array.from(values));
  const reshape = (name: string, input: string, shape: string, type = T): string =>
    graph.node('Reshape', name, [input, shape], { T: type, Tshape: I });
  const lanczos: Attributes = { kernel_type: attribute.text('lanczos3'), antialias: attribute.flag(true) };
  const strings = attribute.type('string');
  graph.node('Unpack', 'files', [graph.input('contents', 'string', [files])], {
    num: attribute.whole(files),
    T: strings,
  });
  for (const name of ['scale_y', 'offset_y', 'scale_x', 'offset_x']) graph.input(name, 'float', [2]);
  for (const name of ['rows_as_channels', 'columns_as_channels']) graph.input(name, 'int32', [4]);
  wholes('one', size, 1);
  wholes('split', size, -1, 3);
  wholes('swap', 1, 0, 2);
  const scaled = Array.from({ length: files }, (_, i) => {
    const decoded = graph.node('DecodeJpeg', `decoded_${i}`, [i === 0 ? 'files' : `files:${i}`], {
      channels: attribute.whole(3),
      ratio: attribute.whole(ratio),
      dct_method: attribute.text('INTEGER_FAST'),
    });
    const tall = reshape(`tall_${i}`, decoded, 'rows_as_channels', U);
    const scaleY = graph.node('ScaleAndTranslate', `scaled_y_${i}`, [tall, 'one', 'scale_y', 'offset_y'], {
      T: U,
      ...lanczos,
    }); // [1, size, 1, width · 3]
    const lines = reshape(`lines_${i}`, scaleY, 'split');
    const turned = graph.node('Transpose', `turned_${i}`, [lines, 'swap'], { T, Tperm: I }); // [width, size, 3]
    const wide = reshape(`wide_${i}`, turned, 'columns_as_channels');
    return graph.node('ScaleAndTranslate', `scaled_x_${i}`, [wide, 'one', 'scale_x', 'offset_x'], {
      T,
      ...lanczos,
    });
  }); // each [1, size, 1, size · 3], columns first
  const packed = graph.node('Pack', 'packed', scaled, {
    N: attribute.whole(files),
    T,
    axis: attribute.whole(0),
  });
  const columns = reshape('columns', packed, wholes('each', files, size, size, 3));
  const upright = graph.node('Transpose', 'upright', [columns, wholes('turn', 0, 2, 1, 3)], { T, Tperm: I });
  const rounded = graph.node('Round', 'rounded', [upright], { T });
  const [low, high] = [0, 255].map((value) => graph.constant(`limit_${value}`, [], Float32Array.of(value)));
  const clipped = graph.node('ClipByValue', 'clipped', [rounded, low!, high!], { T });
  const whole = graph.node('Cast', 'whole', [clipped], { SrcT: T, DstT: U });
  // The binding hands out int32 but not uint8: four bytes each, filled up where their number needs it.
  const spare = (4 - ((files * size * size * 3) % 4)) % 4;
  const axis = graph.constant('axis', [], Int32Array.of(0));
  const filler = graph.constant('filler', [spare], new Uint8Array(spare));
  const flat = reshape('flat', whole, wholes('all', -1), U);
  const filled = graph.node('ConcatV2', 'filled', [flat, filler, axis], {
    N: attribute.whole(2),
    T: U,
    Tidx: I,
  });
  graph.node('Bitcast', 'bytes', [reshape('fours', filled, wholes('by_four', -1, 4), U)], { T: U, type: I });
  return graph.savedModel();
}
