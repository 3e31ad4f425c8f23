import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readKerasWeights } from '../../lib/networks/hdf5';
import { inModelOrder } from '../../lib/networks/weightArrays';
import { oracleFolder, oracleJson } from '../oracle';
import { sharedFolder } from '../temporary';
import { oracleWeightFile } from './weightFiles';

const { tiny } = oracleJson<{ tiny: { weights: Record<string, number[] | number[][]> } }>('mobilenet');
const tinyFile = (layout: string) => path.join(oracleFolder, `tiny.${layout}.h5`);

const folder = sharedFolder();

/** Writes an HDF5 file with the library that reads it, to break one thing at a time. */
async function written(name: string, fill: (file: import('h5wasm/node').File) => void): Promise<string> {
  const { File, ready } = await import('h5wasm/node');
  await ready;
  const target = path.join(folder, name);
  const file = new File(target, 'w');
  fill(file);
  file.close();
  return target;
}

const failure = (file: string) => readKerasWeights(file).catch((error: unknown) => error);

describe('readKerasWeights', () => {
  it.each(['published', 'keras2_h5py3'])('reads the %s layout in the order of the model', async (layout) => {
    const arrays = await readKerasWeights(tinyFile(layout));
    expect(arrays.map(({ name }) => name)).toEqual(Object.keys(tiny.weights));
    for (const { name, shape, data } of arrays) {
      const expected = tiny.weights[name]!; // the names are equal
      expect([...data]).toEqual(expected.flat()); // exact: the values have eight significant bits
      expect(shape).toEqual(
        Array.isArray(expected[0]) ? [expected.length, expected[0].length] : [expected.length],
      );
    }
  });

  it('reads the layout of Keras 3 by class and counter', async () => {
    const arrays = await readKerasWeights(tinyFile('keras3.weights'));
    const order = [
      'bn/gamma:0',
      'bn/beta:0',
      'bn/moving_mean:0',
      'bn/moving_variance:0',
      'd1/kernel:0',
      'd1/bias:0',
      'd2/kernel:0',
      'd2/bias:0',
    ];
    expect(arrays.map(({ name }) => name)).toEqual([
      ...[0, 1, 2, 3].map((i) => `layers/batch_normalization/vars/${i}`),
      ...['dense', 'dense_1'].flatMap((layer) => [0, 1].map((i) => `layers/${layer}/vars/${i}`)),
    ]);
    arrays.forEach(({ data }, i) => {
      expect([...data]).toEqual(tiny.weights[order[i]!]!.flat()); // as many names as arrays
    });
  });

  it('gives the same 260 arrays from both layouts of one network', async () => {
    const [legacy, keras3] = await Promise.all(
      (['legacy.h5', 'weights.h5'] as const).map(async (layout) =>
        inModelOrder(await readKerasWeights(oracleWeightFile(folder, layout))),
      ),
    );
    expect(legacy).toHaveLength(260);
    expect(keras3!.map(({ shape }) => shape)).toEqual(legacy!.map(({ shape }) => shape));
    keras3!.forEach(({ data }, i) => {
      expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from(legacy![i]!.data.buffer))).toBe(0);
    });
  });

  it('says what is wrong with a file that is missing, no HDF5, or cut short', async () => {
    const cut = path.join(folder, 'cut.h5');
    writeFileSync(cut, readFileSync(tinyFile('published')).subarray(0, 9000));
    const text = path.join(folder, 'page.h5');
    writeFileSync(text, '<html>log in</html>');
    for (const [file, reason] of [
      [path.join(folder, 'none.h5'), /there is no such file/],
      [text, /signature not found/],
      [cut, /truncated/],
    ] as const) {
      expect(await failure(file)).toMatchObject({
        code: 'BAD_WEIGHTS',
        message: expect.stringMatching(reason),
      });
    }
  });

  it('refuses an HDF5 file without names, without a listed layer, of whole numbers, or with NaN', async () => {
    const other = await written('other.h5', (file) => file.create_group('model'));
    const withLayer = (name: string, fill: (group: import('h5wasm/node').Group) => void) =>
      written(name, (file) => {
        file.create_attribute('layer_names', ['a']);
        fill(file.create_group('a'));
      });
    const nameless = await withLayer('nameless.h5', () => {});
    const lacking = await written('lacking.h5', (file) => file.create_attribute('layer_names', ['a', 'b']));
    const unwritten = await withLayer('unwritten.h5', (a) => a.create_attribute('weight_names', ['k:0']));
    const values = (data: Float32Array | Int32Array) => (group: import('h5wasm/node').Group) => {
      group.create_attribute('weight_names', ['k:0']);
      group.create_dataset({ name: 'k:0', data });
    };
    const whole = await withLayer('whole.h5', values(Int32Array.of(1, 2)));
    const nan = await withLayer('nan.h5', values(Float32Array.of(1, Number.NaN)));
    for (const [file, reason] of [
      [other, /neither the attribute layer_names/],
      [nameless, /attribute weight_names/],
      [lacking, /"a" is listed but missing/],
      [unwritten, /BAD|k:0|missing|exist|found/],
      [whole, /not an array of floating-point numbers/],
      [nan, /NaN or infinity/],
    ] as const) {
      expect(await failure(file)).toMatchObject({
        code: 'BAD_WEIGHTS',
        message: expect.stringMatching(reason),
      });
    }
  });
});
