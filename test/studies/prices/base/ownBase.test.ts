import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectRoot, sha256 } from '../../../../lib/core/files';
import { prepareImage } from '../../../../lib/images/prepare';
import { predictRidge, ridgeByCrossValidation } from '../../../../lib/metrics/ridge';
import { createExtractor } from '../../../../lib/networks/features';
import { type NamedArray, readKerasWeights } from '../../../../lib/networks/hdf5';
import { alphaOf, inModelOrder, mobilenet } from '../../../../lib/networks/weightArrays';
import { ownBase } from '../../../../lib/networks/weights';
import { drawScene, encodeScene } from '../../../../lib/studies/prices/sample/scene';
import { loadTensorFlow } from '../../../../lib/tensorflow/backend';

const file = path.join(projectRoot(), ownBase.file);
let arrays: NamedArray[];
beforeAll(async () => {
  await loadTensorFlow();
  arrays = inModelOrder(await readKerasWeights(file));
}, 60_000);

describe("the project's own base", () => {
  it('is a small file of alpha 0.35 with the hash that its model card names', () => {
    expect(alphaOf(arrays)).toBe(ownBase.alpha);
    expect(statSync(file).size).toBeLessThan(2.5e6);
    const card = readFileSync(path.join(projectRoot(), ownBase.card), 'utf8');
    expect(/SHA-256 `([0-9a-f]{64})`/.exec(card)?.[1]).toBe(sha256(readFileSync(file)));
  });

  it('tells two art styles apart in pictures it has never seen', async () => {
    const count = 240;
    const drawn = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const style = i % 2 === 0 ? 'flat vector' : 'realistic';
        const scene = drawScene({ seed: 9, appid: `test-${i}`, picture: 0, quality: (i % 7) / 6, style });
        return (await prepareImage(await encodeScene(scene), 96, '#000000')).pixels;
      }),
    );
    const extractor = await createExtractor(mobilenet(arrays, ownBase.alpha), 96);
    const [side, , channels] = extractor.shape;
    const features = extractor.extract(Buffer.concat(drawn), count);
    extractor.dispose();
    const averaged = Float64Array.from({ length: count * channels }, (_, i) => {
      const [picture, channel] = [Math.floor(i / channels), i % channels];
      let sum = 0;
      for (let place = 0; place < side * side; place++) {
        sum += features[(picture * side * side + place) * channels + channel]!; // in range
      }
      return sum / side ** 2;
    });
    const wanted = Array.from({ length: count }, (_, i) => (i % 2 === 0 ? -1 : 1));
    const training = 160;
    const { model } = ridgeByCrossValidation(
      averaged.subarray(0, training * channels),
      wanted.slice(0, training),
    );
    const found = predictRidge(model, averaged.subarray(training * channels));
    const right = [...found].filter((value, i) => value * wanted[training + i]! > 0).length;
    // 80 pictures: by chance 51 or more are right once in a hundred times.
    expect(right).toBeGreaterThanOrEqual(51);
  });
});
