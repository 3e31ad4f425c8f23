import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIdx, readIdxFolder } from '../../lib/data/idx';
import { temporaryFolder } from '../temporary';
import { idxFile, writeIdxPart } from './idxFiles';

describe('a file of the format IDX', () => {
  it('has the shape and bytes that were written, packed or not', () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shapes, fc.boolean(), (shape, packed) => {
        const data = Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 7 * i);
        const file = idxFile(shape, data);
        const found = readIdx(packed ? gzipSync(file) : file, 'file');
        expect(found.shape).toEqual(shape);
        expect([...found.data]).toEqual([...data]);
      }),
    );
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(), /does not begin/],
    ['another format', Buffer.from('GIF89a'), /does not begin/],
    ['numbers other than bytes', Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0), /does not begin/],
    ['half a head', Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1), /ends within its head/],
    ['too few values', idxFile([2, 2], new Uint8Array(3)), /3 values and says that it has 2 × 2/],
    ['too many values', idxFile([2, 2], new Uint8Array(5)), /5 values/],
    ['half of a packed file', gzipSync(idxFile([900], new Uint8Array(900))).subarray(0, 30), /unpacked/],
  ])('is refused with a sentence: %s', (_, file, words) => {
    expect(() => readIdx(file, 'digits')).toThrow(words);
    expect(() => readIdx(file, 'digits')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});

describe('a folder of IDX files', () => {
  it('has two parts, under the names that are in use', async () => {
    const folder = temporaryFolder();
    writeIdxPart(folder, 'train', 20, 28);
    writeIdxPart(folder, 't10k', 10, 28);
    const dotted = (name: string, to: string) => renameSync(path.join(folder, name), path.join(folder, to));
    dotted('train-images-idx3-ubyte', 'emnist-train-images.idx3-ubyte');
    const { training, test } = await readIdxFolder(folder);
    expect([training?.pictures.shape, test?.pictures.shape]).toEqual([
      [20, 28, 28],
      [10, 28, 28],
    ]);
    expect([...test!.labels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('may have one part only', async () => {
    const folder = temporaryFolder();
    writeIdxPart(folder, 't10k', 10, 28);
    const { training, test } = await readIdxFolder(folder);
    expect([training, test?.labels.length]).toEqual([null, 10]);
  });

  it('is refused without one, and where labels are not of the pictures', async () => {
    const folder = temporaryFolder();
    for (const place of [folder, path.join(folder, 'none')])
      await expect(readIdxFolder(place)).rejects.toMatchObject({ code: 'NO_DATA_FOLDER' });
    writeIdxPart(folder, 'train', 20, 28);
    writeFileSync(path.join(folder, 'train-labels-idx1-ubyte'), idxFile([19], new Uint8Array(19)));
    await expect(readIdxFolder(folder)).rejects.toThrow(/pictures 20 × 28 × 28, labels 19/);
  });
});
