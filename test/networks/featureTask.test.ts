import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { rowBytes } from '../../lib/images/pictureTask';
import { shapeOf } from '../../lib/networks/backbone';
import {
  computeFeatureRows,
  type FeatureColumns,
  featureBytes,
  openFeatures,
} from '../../lib/networks/featureStore';
import { backboneGraph } from '../../lib/networks/features';

import { mobilenet, randomWeights } from '../../lib/networks/weightArrays';
import { fillRows, writeRows } from '../../lib/storage/rowWriter';
import { readSegments } from '../../lib/storage/segment';
import { hereOnly } from '../../lib/storage/workers';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import { sharedFolder } from '../temporary';

const [size, count] = [32, 12];
const base = mobilenet(randomWeights(0.35, 1), 0.35);
const folder = sharedFolder();
const images = path.join(folder, 'images');
const keys = Array.from({ length: count }, (_, i) => `picture ${i}`);
const graph = path.join(folder, 'base.graph');

beforeAll(async () => {
  await loadTensorFlow();
  writeFileSync(graph, backboneGraph(base, size));
  const { integer } = random(1, 'pixels');
  const pixels = Uint8Array.from({ length: count * rowBytes(size) }, () => integer(0, 255));
  await fillRows({
    folder: images,
    rowBytes: rowBytes(size),
    keys,
    fill: async ({ file, slot }) => {
      await writeRows(file, slot, rowBytes(size), pixels);
      return {};
    },
  });
});

/** The features of all pictures, made in this process in tasks of so many rows, two of which are at work at a time. */
async function features(taskRows: number): Promise<Float32Array> {
  const target = path.join(folder, `features-${taskRows}`);
  const segment = readSegments(images, rowBytes(size), [])[0]!.name; // all pictures fit one
  const shape = shapeOf(base, size);
  const settings = { rotation: 0, shift: 0, shear: 0, zoom: 0, horizontalFlip: false };
  await fillRows<FeatureColumns>({
    folder: target,
    rowBytes: featureBytes(shape),
    keys,
    taskRows,
    fill: ({ file, slot, start, end }) =>
      hereOnly().run(computeFeatureRows, {
        ...{ graph, shape, size, images, settings, seed: 0, file, slot },
        rows: keys
          .slice(start, end)
          .map((picture, i) => ({ place: { segment, slot: start + i }, picture, variant: 0 })),
      }),
  });
  const store = openFeatures(target, shape, keys);
  const all = store.read(keys.map((_, i) => i));
  store.close();
  return all;
}

describe('computeFeatureRows', () => {
  it('may run beside itself in one process, from the first task on', async () => {
    const together = await features(3); // the first to be made: two tasks begin before there are tools
    expect(together.some((value) => value > 0)).toBe(true);
    expect(together).toEqual(await features(count));
  });
});
