import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReportError } from '../../lib/core/errors';
import type { NamedArray } from '../../lib/networks/hdf5';
import { readTorchFile } from '../../lib/networks/torchFile';
import { oracleFolder, oracleJson } from '../oracle';
import { thrown } from './weightFiles';

const bytes = readFileSync(path.join(oracleFolder, 'tiny.pth'));
const expected = oracleJson<Record<string, { shape: number[]; values: number[] }>>('tiny.pth');

const inOrder = (file: Buffer): NamedArray[] =>
  readTorchFile(file, 'tiny.pth').map(({ shape, ordered }) => ordered(shape.map((_, axis) => axis)));

/** The file with the first occurrence of some bytes replaced; the tests say what by the names of pickle's operations. */
function changed(from: string, to: string): Buffer {
  const at = bytes.indexOf(from, 0, 'latin1');
  expect(at).toBeGreaterThan(0);
  const rest = bytes.subarray(at + from.length);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(to, 'latin1'), rest]);
}

const refused = (what: RegExp) =>
  expect.objectContaining({ code: 'BAD_WEIGHTS', message: expect.stringMatching(what) });

describe('readTorchFile', () => {
  it('reads tensors of every layout in memory, in the order of the state, and leaves counters out', () => {
    const found = inOrder(bytes).map(({ name, shape, data }) => [name, { shape, values: [...data] }]);
    expect(found).toEqual(Object.entries(expected)); // exact: the values have eleven significant bits
  });

  it('gives a kernel with its axes in the order that is asked for', () => {
    const [kernel] = readTorchFile(bytes, 'tiny.pth');
    const { shape, data } = kernel!.ordered([2, 3, 1, 0]);
    expect(shape).toEqual([2, 3, 3, 4]);
    const { values } = expected['conv.weight']!;
    const at = (h: number, w: number, i: number, o: number) => data[((h * 3 + w) * 3 + i) * 4 + o];
    for (const [h, w, i, o] of [
      [0, 0, 0, 0],
      [1, 2, 0, 3],
      [0, 1, 2, 1],
      [1, 0, 1, 2],
    ] as const) {
      expect(at(h, w, i, o)).toBe(values[((o * 3 + i) * 2 + h) * 3 + w]);
    }
  });

  it.each([
    [
      'calls another function',
      'ctorch._utils\n_rebuild_tensor_v2\n',
      'cposix\nsystem\n',
      /holds posix system, expected/,
    ],
    ['names another storage', 'ctorch\nFloatStorage\n', 'ctorch\nHalfStorage\n', /holds torch HalfStorage/],
    ['uses another operation', '}q', '\x81q', /operation "\\?./],
    ['is of another protocol', '\x80\x02M', '\x80\x04M', /no pickle of protocol 2/],
    ['begins with another number', '\x8a\x0a\x6c', '\x8a\x0a\x6d', /does not begin/],
    ['holds a tensor outside its storage', 'K\x02K\x05\x86', 'K\x03K\x05\x86', /not in its storage/],
    ['holds an empty tensor', 'K\x02K\x05\x86', 'K\x02K\x00\x86', /not in its storage/],
    ['has more axes than strides', 'K\x02K\x05\x86', 'K\x02K\x05K\x01\x87', /as many strides/],
  ])('refuses a file that %s', (_, from, to, what) => {
    expect(thrown(() => readTorchFile(changed(from, to), 'a file'))).toEqual(refused(what));
  });

  it('makes no room for numbers that are not in the file', () => {
    const file = changed('K\x02K\x05\x86', 'J\xff\xff\xff\x7fK\x05\x86').toString('latin1');
    const flat = file.replace('K\x05K\x01\x86', 'K\x00K\x00\x86'); // strides of zero: any number of the same value
    expect(flat).not.toBe(file);
    expect(thrown(() => readTorchFile(Buffer.from(flat, 'latin1'), 'a file'))).toEqual(refused(/do not fit/));
  });

  it('refuses numbers that are not finite, bytes left over and an empty file', () => {
    const bad = Buffer.from(bytes);
    bad.fill(0xff, bad.length - 40);
    expect(thrown(() => inOrder(bad))).toMatchObject({ code: 'BAD_WEIGHTS' });
    expect(thrown(() => inOrder(Buffer.concat([bytes, Buffer.alloc(1)])))).toEqual(
      refused(/1 bytes are left/),
    );
    expect(thrown(() => inOrder(Buffer.alloc(0)))).toEqual(refused(/in the middle/));
  });

  it('refuses what is cut off anywhere', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(thrown(() => inOrder(bytes.subarray(0, length)))).toEqual(refused(/cannot be read/));
    }
  });

  it('either reads or refuses any bytes, never anything else', () => {
    const mutations = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 6,
    });
    const mutated = mutations.map((changes) => {
      const copy = Buffer.from(bytes);
      for (const [at, value] of changes) copy[at] = value;
      return copy;
    });
    const noise = fc
      .uint8Array({ maxLength: 200 })
      .map((tail) => Buffer.concat([bytes.subarray(0, 137), tail]));
    fc.assert(
      fc.property(fc.oneof(mutated, noise), (file) => {
        const found = thrown(() => inOrder(file));
        if (Array.isArray(found)) return;
        expect(found).toBeInstanceOf(ReportError);
        expect(found).toMatchObject({ code: 'BAD_WEIGHTS' });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('readTorchFile of an archive', () => {
  const archive = readFileSync(path.join(oracleFolder, 'tiny_zip.pth'));

  it('reads the same tensors, a parameter among them', () => {
    expect(inOrder(archive)).toEqual(inOrder(bytes));
  });

  it('refuses what is cut off anywhere', () => {
    for (let length = 0; length < archive.length; length++) {
      expect(thrown(() => inOrder(archive.subarray(0, length)))).toEqual(refused(/cannot be read/));
    }
  });

  it('refuses any other byte in its pickle and its numbers, by their check sums', () => {
    for (const name of ['tiny/data.pkl', 'tiny/data/0', 'tiny/data/3']) {
      const header = archive.indexOf(name, 0, 'latin1');
      const start = header + name.length + archive.readUInt16LE(header - 2);
      const changes = fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 255 }));
      fc.assert(
        fc.property(changes, ([place, by]) => {
          const other = Buffer.from(archive);
          other[start + place] = (other[start + place]! + by) % 256;
          expect(thrown(() => inOrder(other))).toEqual(refused(/is damaged/));
        }),
        { numRuns: 30 },
      );
    }
  });

  it('either reads or refuses any bytes, never anything else', () => {
    fc.assert(
      fc.property(fc.nat(archive.length - 1), fc.nat(255), (at, value) => {
        const other = Buffer.from(archive);
        other[at] = value;
        const found = thrown(() => inOrder(other));
        if (!Array.isArray(found)) expect(found).toMatchObject({ code: 'BAD_WEIGHTS' });
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses one that is compressed, or empty', () => {
    const compressed = Buffer.from(archive);
    compressed.writeUInt16LE(8, archive.indexOf('PK\x01\x02', 0, 'latin1') + 10);
    expect(thrown(() => inOrder(compressed))).toEqual(refused(/is compressed/));
    const empty = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);
    expect(thrown(() => inOrder(empty))).toEqual(refused(/in the middle/));
  });
});
