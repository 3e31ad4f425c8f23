import { attribute, buildGraph } from '../tensorflow/graphDef';
import type { JpegHeader } from './jpeg';
import type { Box } from './letterbox';

/** A decoder can give a half, a quarter or an eighth of each side at once. */
const ratios = [8, 4, 2, 1];

/** What is left to Lanczos at the least: with less, the coarse decoding would be seen (35 dB instead of 50 against the whole picture). */
const leastReduction = 2;

/** The coarsest decoding that leaves a factor of two to Lanczos in either direction. */
export function decodingRatio(header: Pick<JpegHeader, 'width' | 'height'>, box: Box): number {
  const fits = (ratio: number): boolean =>
    header.width >= leastReduction * ratio * box.width &&
    header.height >= leastReduction * ratio * box.height;
  return ratios.find(fits) ?? 1;
}

/** A graph that decodes JPEG files at 1/`ratio`; four bytes of pixels lie in each int32, as the binding hands out no uint8, behind some `filler`. */
export function jpegGraph(ratio: number, files: number): Buffer {
  const graph = buildGraph('/device:CPU:0'); // it decodes nowhere else
  const [U, I] = [attribute.type('uint8'), attribute.type('int32')];
  const wholes = (name: string, ...values: number[]): string =>
    graph.constant(name, [values.length], Int32Array.from(values));
  graph.node('Unpack', 'files', [graph.input('contents', 'string', [files])], {
    num: attribute.whole(files),
    T: attribute.type('string'),
  });
  wholes('flat', -1);
  const pictures = Array.from({ length: files }, (_, i) => {
    const decoded = graph.node('DecodeJpeg', `decoded_${i}`, [i === 0 ? 'files' : `files:${i}`], {
      channels: attribute.whole(3),
      ratio: attribute.whole(ratio),
      dct_method: attribute.text('INTEGER_FAST'),
    });
    return graph.node('Reshape', `flat_${i}`, [decoded, 'flat'], { T: U, Tshape: I });
  });
  const all = [
    ...pictures,
    graph.input('filler', 'uint8', [-1]),
    graph.constant('axis', [], Int32Array.of(0)),
  ];
  const joined = graph.node('ConcatV2', 'joined', all, { N: attribute.whole(files + 1), T: U, Tidx: I });
  const fours = graph.node('Reshape', 'fours', [joined, wholes('by_four', -1, 4)], { T: U, Tshape: I });
  graph.node('Bitcast', 'bytes', [fours], { T: U, type: I });
  return graph.savedModel();
}
