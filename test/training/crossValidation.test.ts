import { describe, expect, it } from 'vitest';
import { dealRows } from '../../lib/data/partRows';
import { foldsByClass } from '../../lib/data/split';
import { smallCnn } from '../../lib/networks/smallCnn';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import { crossValidate } from '../../lib/training/crossValidation';
import { temporaryFolder } from '../temporary';
import { openClasses } from './classTraining';

describe('cross-validation', () => {
  it('judges every picture once, by a model that has not learnt from it, and leaves no tensor', async () => {
    const { run, data } = await openClasses(temporaryFolder());
    const { tf } = await loadTensorFlow();
    const before = tf.memory().numTensors;
    const splits = foldsByClass(data.items, 3, run.config);
    const folds = splits.map((split) => ({ ...data, split, ...dealRows(data.images, split) }));
    const { models, tested } = await crossValidate(run, folds, smallCnn);
    expect(models).toHaveLength(3);
    expect(tested.map(({ id }) => id).sort()).toEqual(data.items.map(({ id }) => id).sort());
    for (const [k, { predictions }] of models.entries()) {
      const own = (part: string) => predictions.filter((one) => one.part === part).map(({ id }) => id);
      expect(own('test').sort()).toEqual([...splits[k]!.test].sort());
      expect(own('training').filter((id) => splits[k]!.test.includes(id))).toEqual([]);
    }
    const again = await crossValidate(run, folds, smallCnn);
    expect(again.models.every(({ reused }) => reused)).toBe(true);
    expect(again.tested).toEqual(tested);
    expect(tf.memory().numTensors).toBe(before);
    data.images.close();
  }, 60_000);
});
