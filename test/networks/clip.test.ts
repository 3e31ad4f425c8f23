import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from 'vitest';
import { largest } from '../../lib/core/extremes';
import { softmax } from '../../lib/data/numbers';
import { type Clip, clipPixels, cosines, LOGIT_SCALE, openClip } from '../../lib/networks/clip';
import { withCode } from '../data/close';
import { oracleJson } from '../oracle';
import { sharedFolder, temporaryFolder } from '../temporary';
import { kerasUniform } from '../training/kerasWeights';
import { fillClipFolder } from './clipFolder';
import { largestDifference } from './weightFiles';

const oracle = oracleJson<{
  seed: number;
  sentences: { text: string; tokens: number[]; padded: number[] | null }[];
  similarity: { cosine: number[][]; softmax: number[][]; logitScale: number };
  preprocess: Record<'sum' | 'sumsq' | 'min' | 'max', number> & {
    first: number[];
    last: number[];
    centreRow: number[][];
  };
}>('explain/clip');

/** The picture of the oracle, 150 rows of 260 columns. */
const [width, height] = [260, 150];
const picture = { width, height, pixels: new Uint8Array(width * height * 3) };
for (let i = 0; i < width * height; i++) {
  const [row, column] = [Math.floor(i / width), i % width];
  picture.pixels.set(
    [1.5 * row, 0.9 * column, 0.7 * (row + column)].map((value) => value % 256),
    3 * i,
  );
}

describe('similarity', () => {
  it('is that of PyTorch, and so are the softmax and its scale', () => {
    const rows = (count: number, seed: number): Float32Array[] =>
      Array.from({ length: count }, (_, i) =>
        kerasUniform(seed, 512 * count, -1, 1).slice(512 * i, 512 * (i + 1)),
      );
    const pictures = rows(4, oracle.seed + 151);
    const found = cosines({ pictures, sentences: rows(5, oracle.seed + 152) });
    expect(largestDifference(found.flat(), oracle.similarity.cosine.flat())).toBeLessThan(1e-7); // printed with 7 digits
    expect(LOGIT_SCALE).toBe(oracle.similarity.logitScale);
    const shares = found.map((row) => softmax(row.map((cosine) => LOGIT_SCALE * cosine)));
    expect(largestDifference(shares.flat(), oracle.similarity.softmax.flat())).toBeLessThan(1e-6);
  });
});

describe('a picture', () => {
  it("is prepared as with torchvision on Pillow's pictures", () => {
    const { sum, sumsq, min, max, first, last, centreRow } = oracle.preprocess;
    const found = clipPixels(picture);
    const total = (of: (value: number) => number): number => found.reduce((all, value) => all + of(value), 0);
    const level = 1 / 255 / 0.26130258; // one grey level: Pillow rounds to bytes between its two passes, we behind them
    expect(largestDifference(found.slice(0, first.length), first)).toBeLessThan(1.01 * level);
    expect(largestDifference(found.slice(-last.length), last)).toBeLessThan(1.01 * level);
    expect([-largest(found.map((value) => -value)), largest(found)]).toEqual([
      expect.closeTo(min, 5),
      expect.closeTo(max, 5),
    ]);
    expect(Math.abs(total((value) => value) - sum) / found.length).toBeLessThan(level / 20);
    expect(Math.abs(total((value) => value ** 2) - sumsq) / found.length).toBeLessThan(level / 20);
    centreRow.forEach((expected, channel) => {
      const row = found
        .slice((channel * 224 + 112) * 224)
        .filter((_, i) => i % 32 === 0)
        .slice(0, 7);
      expect(largestDifference(row, expected)).toBeLessThan(1.01 * level);
    });
  });
});

const folder = sharedFolder();
let clip: Clip | undefined;
let missing = '';

/** A network of a few kB that stands for CLIP; what runs it comes out of the npm registry. */
beforeAll(async () => {
  fillClipFolder(folder);
  clip = await openClip(folder).catch((error: { code?: string; message: string }) => {
    if (error.code !== 'DOWNLOAD_FAILED') throw error;
    missing = error.message;
    return undefined;
  });
}, 600_000);
afterAll(() => clip?.dispose());

/** The network, or the test is skipped with the reason. */
function opened({ skip }: TestContext): Clip {
  if (!clip) skip(`what runs CLIP cannot be had: ${missing}`);
  return clip as Clip;
}

describe('CLIP', () => {
  it("has OpenAI's tokens, those of HTML entities too, and a cut sentence keeps its end", (context) => {
    const { tokens } = opened(context);
    const [start, end] = tokens('');
    for (const { text, tokens: expected, padded } of oracle.sentences) {
      expect(tokens(text)).toEqual(padded ?? [start, ...expected, end]);
    }
    expect(tokens(oracle.sentences.at(-1)!.text)).toHaveLength(77); // of a hundred words
    expect(tokens('&#97; &#x70;hoto')).toEqual(tokens('a photo'));
    expect(tokens('&amp;amp;')).toEqual(tokens('&'));
    expect(tokens('&#99999999;').length).toBeGreaterThan(tokens('x').length); // stays as it is
  });

  it('gives sentences of any length and pictures the vectors of its network', async (context) => {
    const { tokens, embed } = opened(context);
    const texts = ['a photo of a cat', '', oracle.sentences.at(-1)!.text];
    const { sentences, pictures } = await embed(texts, [
      picture,
      { ...picture, pixels: picture.pixels.map((v) => 255 - v) },
    ]);
    const expected = texts.map((text) => unit(sumOf(tokens(text).map((token) => tableRow(token % 64)))));
    expect(
      largestDifference(
        sentences.flatMap((row) => [...row]),
        expected.flat(),
      ),
    ).toBeLessThan(1e-5); // float32
    expect(largestDifference(pictures[0]!, unit(convolved(clipPixels(picture))))).toBeLessThan(1e-4); // 3,072 products
    expect(largestDifference(pictures[1]!, pictures[0]!)).toBeGreaterThan(0.01);
    expect(cosines({ sentences, pictures: sentences }).map((row, i) => row[i])).toEqual(
      texts.map(() => expect.closeTo(1, 6)),
    );
  });

  it('that is not there, or another thing, is refused with what to do', async (context) => {
    opened(context);
    await expect(openClip(temporaryFolder())).rejects.toEqual(withCode('BAD_WEIGHTS'));
  });

  it('that nobody has fetched says how to', async () => {
    vi.stubEnv('REPORT_CACHE', temporaryFolder());
    await expect(openClip()).rejects.toMatchObject({
      code: 'BAD_WEIGHTS',
      message: expect.stringContaining('npm run fetch -- clip'),
    });
    vi.unstubAllEnvs();
  });
});

/** What `oracles/onnx/make_onnx.py` has built. */
const tableRow = (row: number): number[] => Array.from({ length: 8 }, (_, i) => Math.cos(row * (i + 1)));
const sumOf = (rows: readonly number[][]): number[] =>
  rows.reduce((sum, row) => sum.map((value, i) => value + row[i]!));
const unit = (row: readonly number[]): number[] => row.map((value) => value / Math.hypot(...row));
const convolved = (pixels: Float32Array): number[] =>
  Array.from({ length: 8 }, (_, d) => {
    let sum = 0;
    pixels.forEach((value, i) => {
      const [c, y, x] = [Math.floor(i / 224 / 224), Math.floor(i / 224) % 32, (i % 224) % 32];
      sum += (value * (((7 * d + 5 * c + 3 * y + x) % 5) - 2 + d * (c - 1))) / 1000;
    });
    return sum;
  });
