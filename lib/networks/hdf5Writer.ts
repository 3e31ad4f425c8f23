import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { explainDiskError, ReportError } from '../core/errors';
import { partialName } from '../core/files';
import type { NamedArray } from './hdf5';

/**
 * Writes weights in the layout of Keras 2 (`layer_names`, `weight_names`), whole or not at all, so that `readKerasWeights` gives the same
 * arrays in the same order, and Keras' own `load_weights` takes them. Names are `layer/weight:0`, those of one layer side by side.
 * Throws `BAD_INPUT` for a name without a layer or a size that contradicts a shape, `DISK_FULL`.
 */
export async function writeKerasWeights(file: string, arrays: readonly NamedArray[]): Promise<void> {
  const layers = byLayer(arrays);
  const h5: typeof import('h5wasm/node') = await import('h5wasm/node');
  const library = await h5.ready;
  const partial = partialName(file);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    library.activate_throwing_error_handler(); // without it errors are only printed
    try {
      const opened = new h5.File(partial, 'w');
      try {
        opened.create_attribute('layer_names', [...layers.keys()]);
        opened.create_attribute('backend', 'tensorflow');
        opened.create_attribute('keras_version', '2.15.0'); // without it Keras takes the kernels for those of Keras 1
        for (const [layer, weights] of layers) writeLayer(opened.create_group(layer), layer, weights);
      } finally {
        opened.close();
      }
    } finally {
      library.deactivate_throwing_error_handler();
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw explainDiskError(error, file);
  }
}

type Group = import('h5wasm/node').Group;

function writeLayer(group: Group, layer: string, weights: readonly NamedArray[]): void {
  group.create_attribute(
    'weight_names',
    weights.map(({ name }) => name),
  );
  const inner = group.create_group(layer);
  for (const { name, data, shape } of weights) {
    inner.create_dataset({ name: name.slice(layer.length + 1), data, shape: [...shape], dtype: '<f' });
  }
}

function byLayer(arrays: readonly NamedArray[]): Map<string, NamedArray[]> {
  const layers = new Map<string, NamedArray[]>();
  for (const array of arrays) {
    const { name, data, shape } = array;
    const layer = name.slice(0, name.indexOf('/'));
    if (!name.includes('/') || layer === '' || data.length !== shape.reduce((a, b) => a * b, 1)) {
      throw new ReportError(
        'BAD_INPUT',
        `The weight "${name}" of shape [${shape}] with ${data.length} values cannot be written: give layer/weight and a shape that fits.`,
      );
    }
    const known = layers.get(layer);
    if (known) known.push(array);
    else layers.set(layer, [array]);
  }
  return layers;
}
