import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../../../lib/core/random';
import { randomWeights } from '../../../../lib/networks/weightArrays';
import { answerHeldOut } from '../../../../lib/studies/prices/base/heldOut';
import { answerLength, tasks } from '../../../../lib/studies/prices/base/labels';
import type { BasePictures } from '../../../../lib/studies/prices/base/pictures';
import { loadTensorFlow, type TensorFlow } from '../../../../lib/tensorflow/backend';

const size = 32;
const bytes = size * size * 3;
const count = 60;

/** Pictures of one colour each, dark or bright, whose art style is 1 where they are bright; all other answers are 0. */
const pictures: BasePictures = {
  count,
  size,
  key: 'two brightnesses',
  seconds: 0,
  read: (rows) => {
    const target = new Uint8Array(rows.length * bytes);
    rows.forEach((row, i) => {
      const shade = (row % 2 === 0 ? 40 : 200) + random(1, 'shade', row).integer(-20, 20);
      target.fill(shade, i * bytes, (i + 1) * bytes);
    });
    return target;
  },
  answersOf: (rows) =>
    Float32Array.from(
      rows.flatMap((row) => Array.from({ length: answerLength }, (_, i) => (i === 0 ? row % 2 : 0))),
    ),
};
const rows = Array.from({ length: count }, (_, row) => row);

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

describe('answers for pictures held back', () => {
  it('are read off the features: what they show is found, and each score stands beside guessing', async () => {
    const before = tf.memory().numTensors;
    const base = { arrays: randomWeights(0.35, 3), alpha: 0.35 };
    const results = await answerHeldOut(base, pictures, rows.slice(0, 40), rows.slice(40));
    expect(results.map(({ name }) => name)).toEqual(tasks.map(({ name }) => name));
    const of = (name: string) => results.find((result) => result.name === name)!; // one of the tasks
    expect(of('art style')).toMatchObject({ score: 1, commonest: 0.5 }); // brightness tells it, also by random weights
    expect(of('place')).toMatchObject({ score: 1, commonest: 1 }); // always the same answer
    expect(of('overlay, message')).toMatchObject({ score: 1, commonest: 1 });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('are no better than guessing where the features do not show them', async () => {
    const base = { arrays: randomWeights(0.35, 3), alpha: 0.35 };
    const blind: BasePictures = {
      ...pictures,
      answersOf: (some) => pictures.answersOf(some.map((row) => random(2, 'dealt', row).integer(0, 1))),
    };
    const [style] = await answerHeldOut(base, blind, rows.slice(0, 40), rows.slice(40));
    expect(style!.score).toBeLessThan(0.8); // 16 of 20 by chance: 6 times in a thousand
  });
});
