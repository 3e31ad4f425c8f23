import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Part } from '../../lib/core/concepts';
import {
  findNearDuplicates,
  type HashedRow,
  nearDuplicateWarning,
  nearLimits,
} from '../../lib/data/nearDuplicates';
import { parts } from '../../lib/data/split';
import { type DifferenceHash, differenceHash } from '../../lib/images/differenceHash';
import { prepareImage } from '../../lib/images/prepare';
import { drawScene, encodeScene } from '../../lib/studies/prices/sample/scene';
import { bitsApart } from '../images/bits';

const row = (id: number, part: Part, hash: DifferenceHash | null): HashedRow => ({
  id: String(id),
  file: `screenshots/${id}/0.jpg`,
  part,
  hash,
});
const hash = (across: string, down = '0f0f0f0f0f0f0f0f'): DifferenceHash => ({ across, down });

describe('findNearDuplicates', () => {
  it('finds pictures up to three bits apart in two parts, with everyone that shows them', () => {
    const rows = [
      row(1, 'training', hash('ffff0000ffff0000')),
      row(2, 'training', hash('0000ffff00001234')),
      row(3, 'test', hash('ffff0000ffff0007')), // 3 bits from the first
      row(4, 'test', hash('0000ffff0000123f')), // 3 bits from the second
      row(5, 'validation', hash('0000ffff00001234')),
    ];
    expect(findNearDuplicates(rows)).toEqual([
      {
        parts: ['training', 'test'],
        pictures: [rows[0], rows[2]].map((one) => ({ id: one!.id, file: one!.file, part: one!.part })),
      },
      {
        parts: ['training', 'validation', 'test'],
        pictures: [rows[1], rows[3], rows[4]].map((one) => ({
          id: one!.id,
          file: one!.file,
          part: one!.part,
        })),
      },
    ]);
  });

  it('leaves alone what lies four bits apart, differs in the other direction, or stays in its part', () => {
    const apart = [
      row(1, 'training', hash('ffff0000ffff0000')),
      row(2, 'test', hash('ffff0000ffff000f')),
      row(3, 'test', hash('ffff0000ffff0000', 'f0f0f0f0f0f0f0f0')),
    ];
    expect(findNearDuplicates(apart)).toEqual([]);
    const inside = [row(1, 'test', hash('ffff0000ffff0000')), row(2, 'test', hash('ffff0000ffff0000'))];
    expect(findNearDuplicates(inside)).toEqual([]);
    expect(findNearDuplicates([])).toEqual([]);
  });

  it('does not count flat pictures', () => {
    expect(findNearDuplicates([row(1, 'training', null), row(2, 'test', null)])).toEqual([]);
  });

  it('finds exactly the groups that a comparison of every pair finds', () => {
    // Few hashes with some bits flipped in every digit, so that pairs lie near, at and beyond the limits.
    const flipped = fc
      .tuple(fc.constantFrom(0n, 0xf0f0f0f00f0f0f0fn), fc.array(fc.nat(63), { maxLength: 4 }))
      .map(([base, bits]) =>
        bits
          .reduce((value, bit) => value ^ (1n << BigInt(bit)), BigInt(base))
          .toString(16)
          .padStart(16, '0'),
      );
    const rows = fc.array(
      fc
        .tuple(fc.nat(99), fc.constantFrom(...parts), flipped, flipped)
        .map(([id, part, across, down]) => row(id + 1, part, { across, down })),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(rows, (rows) => {
        const near = (a: HashedRow, b: HashedRow) =>
          bitsApart(a.hash!.across, b.hash!.across) <= nearLimits.across &&
          bitsApart(a.hash!.down, b.hash!.down) <= nearLimits.down;
        const reached = (from: HashedRow) => {
          const group = new Set([from]);
          for (const member of group) for (const other of rows) if (near(member, other)) group.add(other);
          return rows.filter((one) => group.has(one));
        };
        const seen = new Set<HashedRow>();
        const expected = rows.flatMap((one) => {
          if (seen.has(one)) return [];
          const group = reached(one);
          for (const member of group) seen.add(member);
          return new Set(group.map(({ part }) => part)).size > 1 ? [group] : [];
        });
        expect(findNearDuplicates(rows).map(({ pictures }) => pictures)).toEqual(
          expected.map((group) => group.map(({ id, file, part }) => ({ id, file, part }))),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('nearDuplicateWarning', () => {
  it('counts the groups and names two pictures, or says nothing', () => {
    const rows = [row(1, 'training', hash('ffff0000ffff0000')), row(2, 'test', hash('ffff0000ffff0001'))];
    expect(nearDuplicateWarning(findNearDuplicates(rows))).toMatch(
      /^A near-identical picture is in more than one part, such as screenshots\/1\/0\.jpg \(training\) and screenshots\/2\/0\.jpg \(test\)\. /,
    );
    const more = [
      ...rows,
      row(3, 'validation', hash('00ffff0000ffff00')),
      row(4, 'test', hash('00ffff0000ffff00')),
    ];
    expect(nearDuplicateWarning(findNearDuplicates(more))).toMatch(/^2 near-identical pictures are /);
    expect(nearDuplicateWarning([])).toBeNull();
  });
});

describe('near-identical pictures among generated screenshots', () => {
  const size = 96;
  const hashed = async (file: Uint8Array) => {
    const { pixels, box } = await prepareImage(file, size, '#000000');
    return differenceHash(pixels, size, box);
  };
  let drawn: { file: Uint8Array; row: HashedRow }[];

  beforeAll(async () => {
    drawn = await Promise.all(
      Array.from({ length: 48 }, async (_, i) => {
        const id = 1000 + Math.floor(i / 2);
        const request = { seed: 7, appid: String(id), picture: i % 2, quality: (i % 10) / 10 };
        const jpeg = await encodeScene(drawScene(request));
        return { file: jpeg, row: row(id, parts[Math.floor(i / 2) % 3]!, await hashed(jpeg)) };
      }),
    );
  });

  it('are none when nothing was planted', () => {
    expect(drawn.every(({ row }) => row.hash !== null)).toBe(true);
    expect(findNearDuplicates(drawn.map(({ row }) => row))).toEqual([]);
  });

  it.each<[string, (image: Sharp) => Sharp]>([
    ['encoded again', (image) => image.jpeg({ quality: 60 })],
    ['made smaller', (image) => image.resize(460, 259).jpeg({ quality: 80 })],
    ['made a little brighter', (image) => image.modulate({ brightness: 1.06 }).jpeg({ quality: 80 })],
    ['made a little darker, as WebP', (image) => image.modulate({ brightness: 0.94 }).webp()],
  ])('are found when training pictures %s are planted in the test', async (_how, change) => {
    const originals = drawn.filter(({ row }) => row.part === 'training').slice(0, 8);
    const planted = await Promise.all(
      originals.map(async ({ file }, i) =>
        row(9000 + i, 'test', await hashed(await change(sharp(file)).toBuffer())),
      ),
    );
    const groups = findNearDuplicates([...drawn.map(({ row }) => row), ...planted]);
    expect(groups.map(({ pictures }) => pictures.map(({ id }) => id))).toEqual(
      originals.map(({ row }, i) => [row.id, String(9000 + i)]),
    );
    expect(nearDuplicateWarning(groups)).toMatch(/^8 near-identical pictures/);
  });
});
