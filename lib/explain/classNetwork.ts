import type { LayersModel } from '@tensorflow/tfjs';
import { softmax } from '../data/numbers';
import type { UnusableImage } from '../images/pictureReader';
import { type PreparedImage, pixelsOf } from '../images/prepare';
import { prepareFiles } from '../images/preparer';
import { type Backbone, type PixelScaling, scaledPixels, shapeOf } from '../networks/backbone';
import { loadModel, saveModel } from '../networks/modelFile';
import { wholeModel } from '../networks/wholeModel';
import { loadTensorFlow } from '../tensorflow/backend';
import { predict } from '../training/predict';
import { type AttributionMethodName, attribute } from './attribute';
import type { Attribution } from './attribution';
import { explainImages, type PictureSource } from './explainImages';
import { featureMaps, firstFilters } from './featureMaps';
import type { HeatMap } from './heatMap';
import type { ScoreTarget } from './scoreTarget';
import { modelSteps } from './splitModel';

/** Where a trained network of classes lies, and what it takes. */
export interface SavedNetwork {
  folder: string;
  /** Side of its pictures in pixels, and the colour that fills them up. */
  size: number;
  background: string;
  /** On whose features it was trained; null for a network of pixels. */
  backbone: Backbone | null;
}

/** A picture file with the probability of each class, or why it cannot be read. */
export type AskedFile = { probabilities: number[]; picture: PreparedImage } | UnusableImage;

/** A trained network of classes while it can be asked. */
export type ClassNetwork = Awaited<ReturnType<typeof openNetwork>>;

/** Places of a map on either side that are enough. */
const ENOUGH = 7;

/** Opens a trained network of classes. The caller disposes it. Throws `BAD_WEIGHTS` when it is missing or damaged. */
export async function openNetwork({ folder, size, background, backbone }: SavedNetwork) {
  await loadTensorFlow();
  const { model: trained } = await loadModel(folder);
  const options = { trainBase: false, stillNormalization: true };
  const model = backbone ? wholeModel(backbone, size, trained, options) : trained;
  const scaling: PixelScaling = backbone?.input ?? { offset: 0, scale: 1 / 255 };
  const layer = backbone ? mapLayerOf(backbone, size) : mapLayer(model);
  const probabilities = async (pictures: readonly PreparedImage[]): Promise<number[][]> => {
    if (pictures.length === 0) return [];
    const read = (rows: readonly number[]) => ({ x: scaledPixels(pixelsOf(pictures, rows), scaling) });
    const found = await predict(model, { count: pictures.length, shape: [size, size, 3], read }, 16);
    const each = found.length / pictures.length;
    return pictures.map((_, i) => softmax(found.subarray(i * each, (i + 1) * each)));
  };
  return {
    /** The last activation of a convolution, or the last with enough places to tell apart. */
    layer,
    scaling,
    /** Saves it with its backbone, as one model. */
    save: (target: string): Promise<void> => saveModel(target, model),
    /** What it says of picture files, in their order. */
    ask: async (files: readonly string[]): Promise<AskedFile[]> => {
      const prepared = await prepareFiles(files, size, background);
      const said = await probabilities(prepared.filter((one): one is PreparedImage => 'pixels' in one));
      return prepared.map((one) => ('pixels' in one ? { probabilities: said.shift()!, picture: one } : one)); // one for each
    },
    /** Grad-CAM at `layer` of pictures that are prepared for it. */
    maps: async (images: PictureSource, target: ScoreTarget): Promise<HeatMap[]> =>
      (await explainImages({ base: model, scaling, layer, images, target })).maps,
    /** What each pixel of pictures adds to the logits of these classes, beside those of other pictures; all prepared for it. */
    attributions: (
      images: PictureSource,
      others: PictureSource,
      classes: readonly number[],
      options: { method?: AttributionMethodName; seed: number },
    ): Promise<Attribution[][]> => {
      const [pictures, references] = [images, others].map(({ count, read }) =>
        scaledPixels(read([...Array(count).keys()]), scaling),
      ) as [Float32Array, Float32Array];
      return attribute({ ...options, model, pictures, references, outputs: () => classes });
    },
    /** What comes out of a layer for a picture that is prepared for it. */
    featureMaps: (layer: string, pixels: Uint8Array): HeatMap[] => featureMaps(model, layer, pixels, scaling),
    /** The windows of its first convolution. */
    firstFilters: () => firstFilters(model),
    dispose: (): void => {
      model.dispose();
      if (backbone) trained.dispose();
    },
  };
}

const mapLayerOf = (backbone: Backbone, size: number): string =>
  backbone.mapLayers.find((layer) => shapeOf(backbone, size, layer)[0] >= ENOUGH) ?? backbone.mapLayers[2];

function mapLayer(model: LayersModel): string {
  const maps = modelSteps(model).steps.filter(({ path, shape }) => /relu/.test(path) && shape.length === 4);
  return (maps.filter(({ shape }) => Number(shape[1]) >= ENOUGH).at(-1) ?? maps[0])?.path ?? '';
}
