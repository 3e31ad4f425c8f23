import { random } from '../../../lib/core/random';
import { gather } from '../../../lib/data/numbers';
import { shapeOf } from '../../../lib/networks/backbone';
import { buildHead } from '../../../lib/networks/head';
import { layerBefore } from '../../../lib/networks/mobilenetV2';
import { mobilenet } from '../../../lib/networks/weightArrays';
import { wholeModel } from '../../../lib/networks/wholeModel';
import { labelledSource } from '../../../lib/training/sources';
import { regression } from '../../../lib/training/tasks';
import { timedEpochs } from './epochs';
import { disturbedWeights } from './features';
import type { Work } from './work';

const [alpha, size, blocks, images] = [1, 96, 3, 512];

/** One epoch over 512 pictures in which the last three blocks of MobileNetV2 1.0 learn along with the head, in batches of 32. */
export async function fineTuneEpoch(): Promise<Work> {
  const from = layerBefore(blocks);
  const base = mobilenet(disturbedWeights(alpha), alpha);
  const shape = shapeOf(base, size, from);
  const perImage = shape[0] * shape[1] * shape[2];
  const { normal } = random(0, 'bench fine-tuning');
  const values = Float32Array.from({ length: images * perImage }, normal);
  const features = labelledSource(regression(), Array.from({ length: images }, normal), {
    shape,
    key: 'bench',
    read: (rows) => gather(values, perImage, rows),
  });
  const head = buildHead(shapeOf(base, size), { l2: 0.01, dropout1: 0.2, dropout2: 0.2, seed: 0 });
  const model = wholeModel(base, size, head, { from, trainBase: true, stillNormalization: true });
  return timedEpochs(model, features, 32);
}
