import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type NamedArray, readKerasWeights } from '../../lib/networks/hdf5';
import { writeKerasWeights } from '../../lib/networks/hdf5Writer';
import { temporaryFolder } from './weightFiles';

const folder = temporaryFolder();
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

  it.each([
    ['has no layer', array('kernel:0', [1], 1)],
    ['has a size that contradicts its shape', array('a/kernel:0', [3], 1)],
  ])('refuses a weight that %s', async (_case, wrong) => {
    const file = path.join(folder, 'refused.h5');
    await expect(writeKerasWeights(file, [wrong])).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(readdirSync(folder)).not.toContain('refused.h5');
  });
});
