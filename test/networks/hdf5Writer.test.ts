import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type NamedArray, readKerasWeights, writeKerasWeights } from '../../lib/networks/hdf5';
import { sharedFolder } from '../temporary';

const folder = sharedFolder();
const array = (name: string, shape: number[], ...values: number[]): NamedArray => ({
  name,
  shape,
  data: Float32Array.from(values),
});

describe('writeKerasWeights', () => {
  it('writes what readKerasWeights reads: names, shapes, values and order', async () => {
    const arrays = [
      array('second/kernel:0', [1, 2, 1, 2], 1, -2, 0.5, 1e-30),
      array('second_BN/gamma:0', [2], 1, 2),
      array('second_BN/beta:0', [2], 3, 4),
      array('first/depthwise_kernel:0', [1], 7),
    ];
    const file = path.join(folder, 'made here', 'weights.h5');
    await writeKerasWeights(file, arrays);
    expect(await readKerasWeights(file)).toEqual(arrays);
    await writeKerasWeights(file, arrays.slice(0, 1)); // over the old one
    expect(await readKerasWeights(file)).toEqual(arrays.slice(0, 1));
    expect(readdirSync(path.dirname(file))).toEqual(['weights.h5']);
  });
});
