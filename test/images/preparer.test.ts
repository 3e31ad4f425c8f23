import { writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodingRatio } from '../../lib/images/jpegGraph';
import { letterbox } from '../../lib/images/letterbox';
import type { UnusableImage } from '../../lib/images/pictureReader';
import { type PreparedImage, tryPrepareImage } from '../../lib/images/prepare';
import { chooseDecoder, createPreparer, type Preparer } from '../../lib/images/preparer';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { oracleArrays, oracleJson } from '../oracle';
import { temporaryFolder } from '../temporary';
import { picture, psnr, wavePixels } from './pictures';

const size = 96;
const black = '#000000';
let tf: TensorFlow;
let fast: Preparer;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  fast = await createPreparer(size, black, 'tensorflow');
});
afterAll(() => fast.dispose());

/** What becomes of one file or content. */
const prepareOne = async (source: string | Uint8Array): Promise<PreparedImage | UnusableImage> => {
  const results = await (typeof source === 'string'
    ? fast.prepareFiles([source])
    : fast.prepareContents([source]));
  expect(results).toHaveLength(1);
  return results[0]!;
};

const prepared = async (preparer: Preparer, content: Uint8Array): Promise<PreparedImage> => {
  const [result] = await preparer.prepareContents([content]);
  if (!result) throw new Error('no result');
  if ('reason' in result) throw new Error(result.reason);
  return result;
};

/** The part of a prepared square that the picture covers. */
const inside = ({ pixels, box }: PreparedImage): number[] =>
  Array.from({ length: box.height }, (_, y) => {
    const from = ((box.top + y) * size + box.left) * 3;
    return [...pixels.subarray(from, from + box.width * 3)];
  }).flat();

describe('the two ways of preparing a JPEG file', () => {
  const { cases } = oracleJson<{
    cases: Record<string, { width: number; height: number; scaled: number[] }>;
  }>('prepare');
  const arrays = oracleArrays('prepare');

  it.each(Object.entries(cases))("come within 45 and 40 dB of Pillow's Lanczos: %s", async (name, about) => {
    const content = arrays[`${name}/jpeg`]!.data as Uint8Array;
    const expected = arrays[`${name}/lanczos`]!.data;
    const slow = await createPreparer(size, black, 'sharp');
    const [ours, other] = [await prepared(fast, content), await prepared(slow, content)];
    expect([ours.box.width, ours.box.height]).toEqual(about.scaled);
    const { pixels: _, ...rest } = ours;
    const { pixels: __, ...otherRest } = other;
    expect(rest).toEqual(otherRest);
    // 45 dB is a mean error of 1.4 grey levels. Both start from coefficients of a half to an eighth of the size, where the picture allows.
    expect(psnr(inside(ours), expected)).toBeGreaterThan(45);
    // sharp makes a picture smaller with Lanczos after averaging blocks, and larger with a cubic kernel only.
    const least = about.width < size ? 30 : 40;
    expect(psnr(inside(other), expected)).toBeGreaterThan(least);
    expect(psnr(inside(ours), inside(other))).toBeGreaterThan(least);
  });

  it('are tolerant of the same things: what TensorFlow does not take, sharp decides on', async () => {
    const plain = picture(wavePixels(120, 90), 120, 90);
    const contents = {
      rotated: await plain.clone().jpeg().withMetadata({ orientation: 6 }).toBuffer(),
      profiled: await plain.clone().jpeg().withIccProfile('p3').toBuffer(),
      cmyk: await plain.clone().jpeg().toColourspace('cmyk').toBuffer(),
      png: await plain.clone().png().toBuffer(),
      webp: await plain.clone().webp().toBuffer(),
      cut: (await plain.clone().jpeg().toBuffer()).subarray(0, 900),
      empty: new Uint8Array(0),
      text: Buffer.from('no picture'),
    };
    for (const content of Object.values(contents)) {
      expect(await prepareOne(content)).toEqual(await tryPrepareImage(content, size, black));
    }
    expect(await prepareOne(contents.cut)).toHaveProperty('reason');
    expect(await prepareOne(contents.rotated)).toMatchObject({ width: 90, height: 120 });
  });

  it('say why a file cannot be read', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'bad.jpg');
    writeFileSync(file, Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]));
    expect(await prepareOne(file)).toEqual(await tryPrepareImage(file, size, black));
    expect(await prepareOne(path.join(folder, 'none.jpg'))).toEqual({ reason: 'there is no such file' });
  });
});

describe('a picture prepared by TensorFlow', () => {
  it('is padded with exactly the background, on every side', async () => {
    const preparer = await createPreparer(33, '#0a64ff', 'tensorflow'); // an odd size: its bytes fill no whole words
    for (const [width, height] of [
      [200, 90],
      [90, 200],
    ] as const) {
      const content = await picture(wavePixels(width, height), width, height).jpeg().toBuffer();
      const { pixels, box } = await prepared(preparer, content);
      expect(pixels).toHaveLength(33 * 33 * 3);
      const reference = await tryPrepareImage(content, 33, '#0a64ff');
      expect(box).toEqual((reference as PreparedImage).box);
      for (let y = 0; y < 33; y++) {
        for (let x = 0; x < 33; x++) {
          const within =
            x >= box.left && x < box.left + box.width && y >= box.top && y < box.top + box.height;
          const colour = [...pixels.subarray((y * 33 + x) * 3, (y * 33 + x) * 3 + 3)];
          if (!within) expect(colour).toEqual([10, 100, 255]);
        }
      }
    }
    preparer.dispose();
  });

  it('does not depend on the pictures beside it, damaged ones included', async () => {
    const shapes = [
      [600, 338],
      [338, 600],
      [1920, 1080],
    ] as const;
    const contents = await Promise.all(
      shapes.map(([width, height]) => picture(wavePixels(width, height), width, height).jpeg().toBuffer()),
    );
    const alone = await Promise.all(contents.map((content) => prepareOne(content)));
    const cut = (content: Uint8Array): Uint8Array => content.subarray(0, content.length >> 1);
    // Its end is there, its middle is not: only decoding tells.
    const hollow = (content: Uint8Array): Uint8Array => {
      const copy = Uint8Array.from(content);
      copy.fill(0, copy.length >> 1, -2);
      return copy;
    };
    const many = Array.from({ length: 40 }, (_, i) => {
      const content = contents[i % 3]!;
      return i % 7 === 3 ? cut(content) : i % 11 === 5 ? hollow(content) : content;
    });
    const together = await fast.prepareContents(many);
    for (const [i, content] of many.entries()) {
      const whole = content === contents[i % 3];
      const expected = whole ? alone[i % 3]! : await prepareOne(content);
      // In which words sharp says what is wrong depends on what else it is at.
      if ('reason' in expected) expect(together[i]).toHaveProperty('reason');
      else expect(together[i]).toEqual(expected);
    }
    expect(together.filter((result) => 'reason' in result).length).toBeGreaterThan(4);
  });

  it('leaves no tensor behind once the preparer is disposed of, however many shapes it has seen', async () => {
    const { binding } = tf.backend() as unknown as {
      binding: { getNumOfTensors(): number; getNumOfSavedModels(): number };
    };
    const counts = () => [binding.getNumOfTensors(), binding.getNumOfSavedModels()];
    const before = counts();
    const preparer = await createPreparer(32, black, 'tensorflow');
    for (let width = 40; width < 110; width++) {
      await prepared(preparer, await picture(wavePixels(width, 40), width, 40).jpeg().toBuffer());
    }
    preparer.dispose();
    expect(counts()).toEqual(before);
  });

  it('is decoded as coarsely as leaves a factor of two to Lanczos', () => {
    const ratio = (width: number, height: number, side: number) =>
      decodingRatio({ width, height }, letterbox(width, height, side));
    expect([ratio(600, 338, 96), ratio(1920, 1080, 96), ratio(1920, 1080, 224)]).toEqual([2, 8, 4]);
    expect([ratio(480, 320, 224), ratio(383, 200, 96), ratio(384, 200, 96)]).toEqual([1, 1, 2]);
    expect(ratio(50, 40, 96)).toBe(1);
  });

  it('is what a machine with native TensorFlow makes', async () => {
    expect(await chooseDecoder()).toBe('tensorflow');
    await expect(createPreparer(96, 'red', 'tensorflow')).rejects.toMatchObject({ code: 'BAD_SETTING' });
    expect(sharp.concurrency()).toBe(1);
  });
});
