import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { removeWhole } from '../../../lib/core/files';
import { random } from '../../../lib/core/random';
import { augmentationOf } from '../../../lib/images/copies';
import { shapeOf } from '../../../lib/networks/backbone';
import {
  computeFeatureRows,
  type FeatureColumns,
  featureBytes,
  openFeatures,
} from '../../../lib/networks/featureStore';
import { backboneGraph } from '../../../lib/networks/features';
import type { NamedArray } from '../../../lib/networks/hdf5';

import { mobilenet, randomWeights } from '../../../lib/networks/weightArrays';
import { fillRows } from '../../../lib/storage/rowWriter';
import { hereOnly, openProcesses } from '../../../lib/storage/workers';
import { defaults } from '../../../lib/studies/prices/settings';
import { tensorflow } from '../../../lib/tensorflow/backend';
import { preparedPictures } from './pictures';
import type { StageOptions, Work } from './work';

/** Random weights whose batch normalization is not the identity, so that no arithmetic can be left out that trained ones need. */
export function disturbedWeights(alpha: number): NamedArray[] {
  const { uniform, normal } = random(0, 'bench weights');
  return randomWeights(alpha, 0).map((array) => {
    if (/kernel:0$/.test(array.name)) return array;
    const near = /(gamma|variance):0$/.test(array.name);
    return { ...array, data: array.data.map(() => (near ? uniform(0.9, 1.1) : 0.1 * normal())) };
  });
}

/**
 * Features of `count` pictures, from the store of bytes on disk to half-precision rows on disk, by as many processes as there are cores, or by
 * this one where it has a GPU.
 */
const featurising =
  (alpha: number, size: number, count: number) =>
  async (options: StageOptions): Promise<Work> => {
    const store = await preparedPictures(options, size, count);
    store.close();
    const graph = path.join(options.scratch, 'base.graph');
    const base = mobilenet(disturbedWeights(alpha), alpha);
    await writeFile(graph, backboneGraph(base, size));
    const shape = shapeOf(base, size);
    const common = {
      graph,
      shape,
      size,
      images: store.folder,
      ...augmentationOf({ ...defaults('/'), seed: 0 }),
    };
    const rows = store.places.map((place, i) => ({
      place,
      picture: store.index.columns.file[i]!,
      variant: 0,
    })); // as many files
    const keys = rows.map((_, i) => `row ${i}`);
    const folder = path.join(options.scratch, 'features');
    const { gpu } = tensorflow();
    const workers = gpu ? hereOnly() : openProcesses(availableParallelism());
    const once = async (): Promise<void> => {
      await removeWhole(folder);
      await fillRows<FeatureColumns>({
        folder,
        rowBytes: featureBytes(shape),
        keys,
        taskRows: gpu ? undefined : 128, // a GPU takes as many at once as it is given
        lanes: workers.lanes,
        fill: ({ file, slot, start, end }) =>
          workers.run(computeFeatureRows, { ...common, file, slot, rows: rows.slice(start, end) }),
      });
    };
    await once();
    return {
      unit: 'images',
      run: async () => {
        await once();
        const features = openFeatures(folder, shape, keys);
        const first = features.read([0]);
        features.close();
        return { n: rows.length, check: { shape, mean: first.reduce((a, b) => a + b, 0) / first.length } };
      },
    };
  };

export const features96 = featurising(1, 96, 2000);
export const features224 = featurising(0.35, 224, 800);
