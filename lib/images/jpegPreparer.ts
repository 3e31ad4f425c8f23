import { type Attributes, attribute, buildGraph } from '../tensorflow/graphDef';
import { keepTensor, loadNativeGraph, type NativeGraph, type NativeTensor } from '../tensorflow/nativeGraph';
import type { JpegHeader } from './jpeg';
import { type Box, letterbox } from './letterbox';

/**
 * Prepares JPEG files with one call of native TensorFlow each, in a third of the time that a general image library takes: two thirds of
 * that are spent on laying out its pipeline of operations anew for every picture.
 */
export interface JpegPreparer {
  /**
   * The content of a plain JPEG file (see `isPlain`) → `[size, size, 3]`, RGB, letterboxed on black. Throws when the file is damaged or cut
   * short, without saying much.
   */
  prepare(content: Uint8Array, header: JpegHeader): { pixels: Uint8Array; box: Box };
  /** Frees the graphs. */
  dispose(): void;
}

/** True for what the graph treats as the slower way does: upright, grey or colour, without a colour profile of its own. */
export const isPlain = ({ components, orientation, profile }: JpegHeader): boolean =>
  (components === 1 || components === 3) && orientation === 1 && !profile;

/** A decoder can give a half, a quarter or an eighth of each side at once. */
const ratios = [8, 4, 2, 1] as const;
type Ratio = (typeof ratios)[number];

/** What is left to Lanczos at the least: with less, the coarse decoding would be seen (35 dB instead of 50 against the whole picture). */
const leastReduction = 2;

/** The coarsest decoding that leaves a factor of two to Lanczos in either direction. */
export function decodingRatio(header: Pick<JpegHeader, 'width' | 'height'>, box: Box): Ratio {
  const fits = (ratio: number): boolean =>
    header.width >= leastReduction * ratio * box.width &&
    header.height >= leastReduction * ratio * box.height;
  return ratios.find(fits) ?? 1;
}

/** How many shapes of pictures have their tensors kept; a data set with more of them takes a few per cent longer. */
const MOST_SHAPES = 64;

/** A preparer for squares of `size` pixels. Throws `NO_BACKEND` without native TensorFlow. */
export function createJpegPreparer(size: number): JpegPreparer {
  const graphs = new Map<Ratio, NativeGraph>();
  const shapes = new Map<string, Record<string, NativeTensor>>();
  const releaseShapes = (): void => {
    for (const tensors of shapes.values()) for (const tensor of Object.values(tensors)) tensor.release();
    shapes.clear();
  };
  return {
    prepare: (content, header) => {
      const box = letterbox(header.width, header.height, size);
      const ratio = decodingRatio(header, box);
      const graph = graphs.get(ratio) ?? loadNativeGraph(preparingGraph(size, ratio));
      graphs.set(ratio, graph);
      const key = `${header.width} ${header.height}`;
      if (!shapes.has(key) && shapes.size >= MOST_SHAPES) releaseShapes();
      const tensors = shapes.get(key) ?? shapeTensors(header, box, ratio, size);
      shapes.set(key, tensors);
      const [output] = graph.run({ ...tensors, content: { type: 'string', shape: [1], data: [content] } }, [
        'bytes',
      ]);
      const words = output!.data; // one output asked for
      return { pixels: new Uint8Array(words.buffer, words.byteOffset, size * size * 3), box };
    },
    dispose: () => {
      for (const graph of graphs.values()) graph.dispose();
      graphs.clear();
      releaseShapes();
    },
  };
}

/** What the graph is told of a picture of this shape. */
function shapeTensors(
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
 * Decodes at 1/`ratio`, scales with Lanczos (3 lobes, antialiased) along y and along x, and rounds. ScaleAndTranslate is quick along the
 * axis before the channels only when there are many of them, so each pass is given the other axis and the colours as its channels.
 */
function preparingGraph(size: number, ratio: Ratio): Buffer {
  const graph = buildGraph('/device:CPU:0'); // decoding is, and small steps in between are not worth a journey to a GPU
  const [T, U, I] = [attribute.type('float'), attribute.type('uint8'), attribute.type('int32')];
  const wholes = (name: string, ...values: number[]): string =>
    graph.constant(name, [values.length], Int32Array.from(values));
  const reshape = (name: string, input: string, shape: string, type = T): string =>
    graph.node('Reshape', name, [input, shape], { T: type, Tshape: I });
  const lanczos: Attributes = { kernel_type: attribute.text('lanczos3'), antialias: attribute.flag(true) };
  const content = graph.node('Squeeze', 'file', [graph.input('content', 'string', [1])], {
    T: attribute.type('string'),
  });
  const decoded = graph.node('DecodeJpeg', 'decoded', [content], {
    channels: attribute.whole(3),
    ratio: attribute.whole(ratio),
    dct_method: attribute.text('INTEGER_ACCURATE'),
  });
  const one = wholes('one', size, 1);
  const tall = reshape('tall', decoded, graph.input('rows_as_channels', 'int32', [4]), U);
  const scaledY = graph.node(
    'ScaleAndTranslate',
    'scaled_y',
    [tall, one, graph.input('scale_y', 'float', [2]), graph.input('offset_y', 'float', [2])],
    { T: U, ...lanczos },
  ); // [1, size, 1, width · 3]
  const turned = graph.node(
    'Transpose',
    'turned',
    [reshape('pixels_y', scaledY, wholes('split_y', size, -1, 3)), wholes('swap', 1, 0, 2)],
    { T, Tperm: I },
  ); // [width, size, 3]
  const scaledX = graph.node(
    'ScaleAndTranslate',
    'scaled_x',
    [
      reshape('wide', turned, graph.input('columns_as_channels', 'int32', [4])),
      one,
      graph.input('scale_x', 'float', [2]),
      graph.input('offset_x', 'float', [2]),
    ],
    { T, ...lanczos },
  ); // [1, size, 1, size · 3], columns first
  const upright = graph.node(
    'Transpose',
    'upright',
    [reshape('pixels_x', scaledX, wholes('split_x', size, size, 3)), 'swap'],
    { T, Tperm: I },
  );
  const rounded = graph.node('Round', 'rounded', [upright], { T });
  const [low, high] = [0, 255].map((value) => graph.constant(`limit_${value}`, [], Float32Array.of(value)));
  const clipped = graph.node('ClipByValue', 'clipped', [rounded, low!, high!], { T });
  const whole = graph.node('Cast', 'whole', [clipped], { SrcT: T, DstT: U });
  // The binding hands out int32 but not uint8: four bytes each, filled up where their number needs it.
  const spare = (4 - ((size * size * 3) % 4)) % 4;
  const flat = graph.node(
    'ConcatV2',
    'filled',
    [
      reshape('flat', whole, wholes('all', -1), U),
      graph.constant('spare', [spare], new Uint8Array(spare)),
      graph.constant('axis', [], Int32Array.of(0)),
    ],
    { N: attribute.whole(2), T: U, Tidx: I },
  );
  graph.node('Bitcast', 'bytes', [reshape('fours', flat, wholes('by_four', -1, 4), U)], { T: U, type: I });
  return graph.savedModel();
}
