import sharp, { type JpegOptions } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJpegHeader } from '../../lib/images/jpeg';
import { findHole, jpegFault } from '../../lib/images/jpegFault';
import { createPreparer, type Preparer } from '../../lib/images/preparer';
import { picture, wavePixels } from './pictures';

let decoders: Preparer[];
beforeAll(async () => {
  decoders = [
    await createPreparer(96, '#000000', 'tensorflow'),
    await createPreparer(96, '#000000', 'sharp'),
  ];
});
afterAll(() => {
  for (const decoder of decoders) decoder.dispose();
});

/** What both decoders say of one file, which must be the same: a reason, or null for a picture. */
async function verdict(content: Uint8Array): Promise<string | null> {
  const [fast, slow] = await Promise.all(
    decoders.map(async (decoder) => {
      const [result] = await decoder.prepareContents([content]);
      return result && 'reason' in result ? result.reason : null;
    }),
  );
  expect(fast).toBe(slow);
  return fast ?? null;
}

const jpeg = (options: JpegOptions = {}, width = 600, height = 338) =>
  picture(wavePixels(width, height), width, height)
    .jpeg({ quality: 90, ...options })
    .toBuffer();

/** The first `share` of a file, with the marker of its end. */
const closed = (whole: Uint8Array, share: number): Buffer =>
  Buffer.concat([whole.subarray(0, Math.floor(whole.length * share)), Buffer.from([0xff, 0xd9])]);

/** With another size in its header. */
function resized(whole: Uint8Array, width: number, height: number): Buffer {
  const copy = Buffer.from(whole);
  const frame = [0xc0, 0xc2]
    .map((marker) => copy.indexOf(Buffer.from([0xff, marker, 0, 17])))
    .find((at) => at > 0);
  copy.writeUInt16BE(height, frame! + 5); // every JPEG file has one
  copy.writeUInt16BE(width, frame! + 7);
  return copy;
}

/** A segment with this marker. */
const segment = (marker: number, body: readonly number[]): number[] => [
  0xff,
  marker,
  (body.length + 2) >> 8,
  (body.length + 2) & 255,
  ...body,
];

/** A grey progressive file (ITU-T T.81, annex G) in which every coefficient is zero, and which says so again in each of its scans, in 3 bytes for 32,767 blocks. */
function scansOfZeros(width: number, height: number, scans: number): Buffer {
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  const quantisation = segment(0xdb, [0, ...Array(64).fill(16)]);
  const frame = segment(0xc2, [8, ...size, 1, 1, 0x11, 0]);
  // Of the first coefficients one code, 0, for no difference; of the others 0 for a run of 16,384 blocks and more, and 1nnnn for one of 2^n and more.
  const first = segment(0xc4, [0, 1, ...Array(15).fill(0), 0]);
  const runs = Array.from({ length: 14 }, (_, n) => n << 4);
  const others = segment(0xc4, [0x10, 1, 0, 0, 0, 14, ...Array(11).fill(0), 0xe0, ...runs]);
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  let bits = '';
  for (let left = blocks; left > 0; ) {
    const run = Math.min(left, 32_767);
    const n = 31 - Math.clz32(run);
    const rest = n > 0 ? (run - 2 ** n).toString(2).padStart(n, '0') : '';
    bits += (n === 14 ? '0' : `1${n.toString(2).padStart(4, '0')}`) + rest;
    left -= run;
  }
  const bytes = bits.match(/.{1,8}/g)!.map((some) => Number.parseInt(some.padEnd(8, '1'), 2)); // at least one
  const data = bytes.flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte]));
  const zeros = Buffer.alloc(Math.ceil(blocks / 8), 0);
  const again = Buffer.from([...segment(0xda, [1, 1, 0, 1, 63, 0]), ...data]);
  return Buffer.concat([
    Buffer.from([
      0xff,
      0xd8,
      ...quantisation,
      ...frame,
      ...first,
      ...others,
      ...segment(0xda, [1, 1, 0, 0, 0, 0]),
    ]),
    zeros,
    ...Array<Buffer>(scans).fill(again),
    Buffer.from([0xff, 0xd9]),
  ]);
}

const kinds: Record<string, JpegOptions> = {
  usual: {},
  progressive: { progressive: true },
  unsampled: { chromaSubsampling: '4:4:4' },
  'with the usual tables': { optimiseCoding: false },
};

describe('both decoders', () => {
  it.each(Object.entries(kinds))(
    'refuse a JPEG file cut anywhere, though it ends with its marker: %s',
    async (_, options) => {
      const whole = await jpeg(options);
      expect(await verdict(whole)).toBeNull();
      for (const share of [0.1, 0.3, 0.5, 0.8, 0.95, 0.98]) {
        expect(await verdict(closed(whole, share)), String(share)).toMatch(/ends too early|damaged/);
      }
    },
  );

  it('refuse one cut by its last block, at whatever size the blocks end', async () => {
    for (const [width, height] of [
      [64, 48],
      [65, 49],
      [161, 97],
      [33, 17],
      [40, 41],
    ] as const) {
      const whole = await jpeg({}, width, height);
      expect(await verdict(whole), `${width} × ${height}`).toBeNull();
      expect(await verdict(closed(whole, 0.9)), `${width} × ${height}`).toBe('it ends too early');
    }
  });

  it('refuse one whose header promises more rows than there are, or a picture that cannot be', async () => {
    const whole = await jpeg();
    expect(await verdict(resized(whole, 600, 676))).toBe('it ends too early');
    for (const decoder of decoders) {
      const start = performance.now();
      const bomb = resized(whole, 65_500, 65_500);
      const results = await decoder.prepareContents(Array(8).fill(bomb));
      expect(results).toEqual(Array(8).fill({ reason: expect.stringContaining('too many pixels') }));
      expect(performance.now() - start).toBeLessThan(2000); // its decoding took seven seconds
    }
    expect(await verdict(resized(whole, 16_000, 16_000))).toBe('it ends too early'); // 4 million blocks in 32 kB
  });

  it('refuse a progressive one whose scans take half a minute to read, whatever its size in bytes', async () => {
    expect(await verdict(scansOfZeros(600, 338, 100))).toBeNull();
    const bomb = scansOfZeros(10_000, 10_000, 1000); // 336 kB; it took 30 s
    for (const decoder of decoders) {
      const start = performance.now();
      const results = await decoder.prepareContents(Array(8).fill(bomb));
      expect(results).toEqual(Array(8).fill({ reason: 'it takes minutes to decode' }));
      expect(performance.now() - start).toBeLessThan(2000);
    }
  });

  it.each([0, 0xff])('refuse one with a hole of bytes %i', async (byte) => {
    for (const options of Object.values(kinds)) {
      const whole = await jpeg(options);
      expect(await verdict(Buffer.from(whole).fill(byte, 9000, 13_000))).toMatch(/ends too early|damaged/);
    }
  });

  it('refuse one with a text in its middle', async () => {
    const whole = Buffer.from(await jpeg({ optimiseCoding: false }));
    const text = '<html><head><title>504 Gateway Time-out</title></head><body>please try again</body>';
    for (const place of [2000, 9000, 20_000]) {
      const copy = Buffer.from(whole);
      copy.write(text, place);
      expect(await verdict(copy)).toMatch(/ends too early|damaged/);
    }
  });

  it('refuse a drawing, which may take for ever', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
    expect(await verdict(Buffer.from(svg))).toContain('SVG');
  });

  it('take large pictures, one after the other, whatever became of the one before', async () => {
    const large = sharp({ create: { width: 6000, height: 6000, channels: 3, background: '#336699' } });
    const png = await large.png({ compressionLevel: 1 }).toBuffer();
    const cut = png.subarray(0, png.length / 2);
    const results = await decoders[1]!.prepareContents([png, cut, png]);
    expect(results[1]).toEqual({ reason: 'it ends too early' });
    for (const i of [0, 2]) expect(results[i]).toMatchObject({ width: 6000, height: 6000 });
  });

  it('take one with bytes to fill up in its data', async () => {
    const whole = await jpeg();
    const at = whole.indexOf(Buffer.from([0xff, 0]), readJpegHeader(whole)?.scan);
    const filled = Buffer.concat([whole.subarray(0, at), Buffer.alloc(6, 0xff), whole.subarray(at)]);
    expect(await verdict(filled)).toBeNull();
  });

  it('take a flat picture, whose data are one byte again and again, and a grey one', async () => {
    for (const background of ['#808080', '#000000', '#ffffff']) {
      const flat = sharp({ create: { width: 900, height: 700, channels: 3, background } });
      for (const options of Object.values(kinds)) {
        expect(await verdict(await flat.clone().jpeg(options).toBuffer())).toBeNull();
      }
    }
  });
});

describe('jpegFault', () => {
  it('misses a table of codes that a scan names, for which decoders may take one of their own', async () => {
    const flat = sharp({ create: { width: 300, height: 200, channels: 3, background: '#808080' } });
    for (const whole of [await flat.jpeg().toBuffer(), await jpeg()]) {
      const starts = [...whole.keys()].filter((at) => whole.readUInt16BE(Math.min(at, 600)) === 0xffc4);
      expect(starts.length).toBe(4);
      for (const start of starts) {
        const [lost, renamed] = [Buffer.from(whole), Buffer.from(whole)];
        lost[start] = 0x8d; // the marker
        renamed[start + 4]! += 2; // the number of the table
        expect([await verdict(lost), await verdict(renamed)]).toEqual(Array(2).fill('it is damaged'));
      }
    }
  });

  it('reads restarts, and misses a part between two of them', async () => {
    // A grey picture of four blocks a restart; each block is a difference of zero and an end: the codes 0 and 0 of tables of one code.
    const segment = (marker: number, ...bytes: number[]) => [0xff, marker, 0, bytes.length + 2, ...bytes];
    const lengths = [1, ...Array(15).fill(0)];
    const file = (...data: number[]) =>
      Uint8Array.from([
        ...[0xff, 0xd8, ...segment(0xc0, 8, 0, 8, 0, 96, 1, 1, 0x11, 0), ...segment(0xdd, 0, 4)],
        ...[...segment(0xc4, 0, ...lengths, 0), ...segment(0xc4, 0x10, ...lengths, 0)],
        ...[...segment(0xda, 1, 1, 0, 0, 63, 0), ...data, 0xff, 0xd9],
      ]);
    const fault = (...data: number[]) => {
      const bytes = file(...data);
      return jpegFault(bytes, readJpegHeader(bytes)!); // a header that is whole
    };
    expect(fault(0, 0xff, 0xd0, 0, 0xff, 0xd1, 0)).toBeNull();
    expect(fault(0, 0xff, 0xd0, 0)).toBe('it ends too early');
    expect(fault(0, 0xff, 0xd1, 0, 0xff, 0xd2, 0)).toBe('it ends too early');
    expect(fault(0, 0xff, 0xd0, 0xff, 0xd1, 0)).toBe('it ends too early');
  });

  it('finds a text and a hole wherever they lie, and none in what an encoder writes', async () => {
    const whole = await jpeg();
    expect(findHole(whole, readJpegHeader(whole)!.scan)).toBeNull();
    const mixed = Uint8Array.from({ length: 900 }, (_, i) => (i * 97) % 256);
    const text = Buffer.from('a text of more than thirty characters');
    for (const start of [0, 890, 899, 900, 2000]) expect(findHole(mixed, start)).toBeNull(); // a header may say more than there is
    for (let at = 5; at < 600; at++) {
      const copy = Uint8Array.from(mixed);
      copy.set(text, at);
      expect(findHole(copy, 1)).toBe('text');
      expect(findHole(Uint8Array.from(mixed).fill(7, at, at + 128), 2)).toBe('byte');
    }
  });
});
