import type { Tensor2D } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../../../lib/core/random';
import { styles } from '../../../../lib/samples/styles';
import { measureCount } from '../../../../lib/studies/prices/base/measures';
import {
  answerLength,
  answersLoss,
  baseTask,
  columns,
  pairLoss,
} from '../../../../lib/studies/prices/base/task';
import { drawScene } from '../../../../lib/studies/prices/sample/scene';
import { loadTensorFlow, type TensorFlow } from '../../../../lib/tensorflow/backend';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

const drawn = {
  style: 'painterly',
  place: 'space',
  hour: 'night',
  figures: ['ship', 'ship', 'beast'],
  hud: true,
  text: ['SCORE 00001', 'LAP 2/3'],
} as const;
const measures = Array.from({ length: 2 * measureCount }, (_, i) => i / 100);
const label = { drawn: { ...drawn, figures: [...drawn.figures], text: [...drawn.text] }, measures };

describe('the questions the base learns', () => {
  it('are answered in columns of their own', () => {
    const row = baseTask.encode(label);
    expect(row).toHaveLength(baseTask.outputs);
    expect(baseTask.decode(row).slice(0, 6)).toEqual([
      [0, 0, 1, 0, 0], // painterly
      [0, 0, 1, 0, 0, 0, 0], // space
      [0, 0, 0, 1], // night
      [0, 0, 1], // three figures
      [0, 0, 0, 1, 1], // knight, castle, car, ship, beast
      [1, 1], // overlay, message
    ]);
    expect(baseTask.decode(row).slice(6).flat()).toEqual(measures);
  });

  it('have answers that are the same for a cheaply and a lavishly made picture, so that none of them stands for the price', () => {
    for (const [picture, style] of styles.entries()) {
      const request = { seed: 5, appid: 'base-test', picture, style };
      const [poor, rich] = [0.05, 0.95].map((quality) => drawScene({ ...request, quality }).labels);
      expect(rich!.panels && !poor!.panels).toBe(rich!.hud); // they do differ in what the price decides
      const [a, b] = [rich!, poor!].map((own) => baseTask.encode({ drawn: own, measures }));
      expect(a).toEqual(b);
    }
  });

  it('have a loss that is the weighted sum of those of all questions', () => {
    const { normal } = random(3, 'outputs');
    const rows = [0, 1, 2].map(() => Array.from({ length: answerLength }, normal));
    const target = baseTask.encode(label).slice(0, answerLength);
    const plainly = columns.reduce((sum, { kind, start, end, weight }) => {
      const each = rows.map((row) => {
        const [own, truth] = [row.slice(start, end), target.slice(start, end)];
        const errors = own.map((o, i) =>
          kind === 'values' ? (o - truth[i]!) ** 2 : Math.log(1 + Math.exp(o)) - o * truth[i]!,
        );
        if (kind !== 'choice') return errors.reduce((a, b) => a + b) / errors.length;
        const total = own.reduce((a, o) => a + Math.exp(o), 0);
        return Math.log(total) - own[truth.indexOf(1)]!;
      });
      return sum + (weight * each.reduce((a, b) => a + b)) / rows.length;
    }, 0);
    const loss = tf.tidy(() =>
      answersLoss(tf.tensor2d(rows), tf.tensor2d(rows.map(() => [...target]))).dataSync(),
    );
    expect(loss[0]).toBeCloseTo(plainly, 3); // float32, a sum of about 20
  });
});

const lossOf = (rows: number[][], temperature: number): number =>
  tf.tidy(() => pairLoss(tf.tensor2d(rows), temperature).dataSync()[0]!); // a scalar

/** The formula of the paper, word for word: −log of a partner's share in the sum over all others. */
function plainly(rows: number[][], temperature: number): number {
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0); // equal lengths
  const closeness = (a: number[], b: number[]) =>
    Math.exp(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)) / temperature);
  const each = rows.map((row, i) => {
    const others = rows.filter((_, k) => k !== i).reduce((sum, other) => sum + closeness(row, other), 0);
    return -Math.log(closeness(row, rows[i % 2 === 0 ? i + 1 : i - 1]!) / others); // an even number of rows
  });
  return each.reduce((a, b) => a + b) / rows.length;
}

describe('the loss of pairs', () => {
  it('is that of the formula, for any length of the projections', () => {
    const { normal } = random(4, 'projections');
    const rows = Array.from({ length: 8 }, (_, i) => Array.from({ length: 5 }, () => (1 + i) * normal()));
    for (const temperature of [0.1, 0.5, 2]) {
      // float32, through exponentials of up to e¹⁰
      expect(lossOf(rows, temperature)).toBeCloseTo(plainly(rows, temperature), 4);
    }
  });

  it('is the logarithm of the number of others where all pictures look the same, and near zero for clear pairs', () => {
    const same = Array.from({ length: 6 }, () => [1, 2]);
    expect(lossOf(same, 0.15)).toBeCloseTo(Math.log(5), 5); // float32
    const clear = [
      [1, 0],
      [2, 0],
      [0, 1],
      [0, 3],
    ];
    expect(lossOf(clear, 0.05)).toBeLessThan(1e-6);
  });

  it('has a gradient that is a number even for a projection of zeros, and leaves no tensor behind', () => {
    const rows = tf.tensor2d([0, 0, 1, 0, 0, 1, 1, 1], [4, 2]);
    const before = tf.memory().numTensors;
    const gradient = tf.grad((x) => pairLoss(x as Tensor2D, 0.2))(rows);
    expect([...gradient.dataSync()].every(Number.isFinite)).toBe(true);
    gradient.dispose();
    expect(tf.memory().numTensors).toBe(before);
    rows.dispose();
  });
});
