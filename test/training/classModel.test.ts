import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeAtomic } from '../../lib/core/files';
import { quietRun } from '../../lib/core/run';
import { coreSettings, readSettings } from '../../lib/core/settings';
import { classBalance, prepareClasses } from '../../lib/data/classData';
import { readClassFolders } from '../../lib/data/classFolders';
import { smallCnn } from '../../lib/networks/smallCnn';
import { makeCanvas } from '../../lib/samples/canvas';
import { encodeJpeg } from '../../lib/samples/picture';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import { trainClasses } from '../../lib/training/classModel';
import { temporaryFolder } from '../temporary';

/** Twelve dark and twelve light pictures, in class folders. */
async function drawClasses(folder: string): Promise<void> {
  for (const [label, shade] of Object.entries({ dark: 20, light: 200 })) {
    for (let i = 0; i < 12; i++) {
      const canvas = makeCanvas(32, 32);
      canvas.pixels.fill(shade + 4 * i); // no two alike: the same picture in two parts would be withheld
      await writeAtomic(path.join(folder, label, `${i}.jpg`), await encodeJpeg(canvas, 32, 32, 'smooth'));
    }
  }
}

describe('training on class folders', () => {
  it('predicts every picture of every part, the same when it is taken from an earlier run, and leaves no tensor', async () => {
    const root = temporaryFolder();
    await drawClasses(path.join(root, 'pictures'));
    const config = {
      ...readSettings('demo', coreSettings, {}, root),
      ...{ data: path.join(root, 'pictures'), imageSize: 32, epochs: 2, batchSize: 8 },
    };
    const run = quietRun(config);
    const data = await prepareClasses(run, await readClassFolders(config.data, config));
    expect(classBalance(data)).toEqual([
      { class: 'dark', training: 8, validation: 2, test: 2 },
      { class: 'light', training: 8, validation: 2, test: 2 },
    ]);
    const { tf } = await loadTensorFlow();
    const tensors = tf.memory().numTensors;
    const trained = await trainClasses(run, data, smallCnn);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(trained.reused).toBe(false);
    expect(trained.history.epochs).toHaveLength(2);
    expect(trained.predictions).toHaveLength(24);
    for (const { label, file, predicted } of trained.predictions) {
      expect(file.startsWith(`${label}/`)).toBe(true);
      expect(predicted.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    }
    const again = await trainClasses(run, data, smallCnn);
    expect(again).toEqual({ ...trained, reused: true });
    data.images.close();
  });
});
