import type { Tensor4D } from '@tensorflow/tfjs';
import type { Source } from '../../../lib/core/concepts';
import { random } from '../../../lib/core/random';
import { normalise, raises } from '../../../lib/explain/heatMap';
import { explanationOf, mapTensors } from '../../../lib/explain/method';
import { explanationMethods } from '../../../lib/explain/methods';
import { resizeMap } from '../../../lib/explain/resize';
import { headScore } from '../../../lib/explain/scoreTarget';
import { type FeatureColumns, featureBytes, openFeatures } from '../../../lib/networks/featureStore';
import { createExtractor } from '../../../lib/networks/features';
import { buildHead } from '../../../lib/networks/head';
import { mobilenet } from '../../../lib/networks/weightArrays';
import { fillRows, writeRows } from '../../../lib/storage/rowWriter';
import { compiled } from '../../../lib/tensorflow/compiled';
import { encodeFloat16 } from '../../../lib/tensorflow/float16';
import { labelledSource } from '../../../lib/training/sources';
import { regression } from '../../../lib/training/tasks';
import { timedEpochs } from './epochs';
import { disturbedWeights } from './features';
import { preparedPictures } from './pictures';
import type { StageOptions, Work } from './work';

const shape = [3, 3, 1280] as const; // of MobileNetV2 1.0 at 96 px
const settings = { l2: 0.01, dropout1: 0.6, dropout2: 0.7, seed: 0 }; // the original's
const images = 2000;

/** Features on disk, as half precision: half normal numbers, as ReLU6 leaves them. */
async function featuresOnDisk({ scratch }: StageOptions): Promise<Source> {
  const keys = Array.from({ length: images }, (_, i) => `row ${i}`);
  const values = featureBytes(shape) / 2;
  await fillRows<FeatureColumns>({
    folder: scratch,
    rowBytes: featureBytes(shape),
    keys,
    fill: async ({ file, slot, start, end }) => {
      const { normal } = random(0, 'bench features', start);
      const rows = Float32Array.from({ length: (end - start) * values }, () =>
        Math.min(Math.max(normal(), 0), 6),
      );
      await writeRows(file, slot, featureBytes(shape), new Uint8Array(encodeFloat16(rows).buffer));
      return {};
    },
  });
  const store = openFeatures(scratch, shape, keys);
  const { normal } = random(0, 'bench targets');
  const labels = Array.from({ length: images }, normal);
  return labelledSource(regression(), labels, { shape, key: 'bench', read: store.read });
}

/** One epoch of the head over 2,000 images whose features lie on disk. */
export const epoch =
  (batchSize: number) =>
  async (options: StageOptions): Promise<Work> =>
    timedEpochs(buildHead(shape, settings), await featuresOnDisk(options), batchSize);

/** Grad-CAM of 20 pictures, one at a time: from the picture, or from features at hand, to a map of 96 × 96. */
export const explaining =
  (from: 'picture' | 'features') =>
  async (options: StageOptions): Promise<Work> => {
    const count = 20;
    const store = await preparedPictures(options, 96, 40);
    const extractor = await createExtractor(mobilenet(disturbedWeights(1), 1), 96, 1);
    const score = headScore(buildHead(shape, settings));
    const graph = compiled(
      (features) => mapTensors(explanationMethods['grad-cam'], features as Tensor4D, score),
      [{ type: 'float', shape: [1, ...shape] }],
    );
    const pictures = Array.from({ length: count }, (_, i) => store.readOne(i));
    const atHand = pictures.map((pixels) => extractor.extract(pixels, 1));
    store.close();
    const explain = (i: number): Float32Array => {
      const data = from === 'features' ? atHand[i]! : extractor.extract(pictures[i]!, 1); // i < count
      const { maps } = explanationOf(graph.run({ type: 'float', shape: [1, ...shape], data }), 1);
      return resizeMap(normalise(raises(maps[0]!)), 96, 96).values; // one map for one picture
    };
    explain(0);
    return {
      unit: 'images',
      run: async () => {
        const maps = pictures.map((_, i) => explain(i));
        return {
          n: count,
          check: { maps_not_zero: maps.filter((map) => map.some((value) => value > 0)).length },
        };
      },
    };
  };
