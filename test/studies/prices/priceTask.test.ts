import { beforeAll, describe, expect, it } from 'vitest';
import { priceTask } from '../../../lib/studies/prices/priceTask';
import { fitTarget, type HurdleScaler, predictedOf, toTarget } from '../../../lib/studies/prices/target';
import { type Cents, cents } from '../../../lib/studies/prices/units';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { addFigures, meanFigures, noFigures } from '../../../lib/training/predict';
import { encodeLabels } from '../../../lib/training/sources';
import { expectClose, withCode } from '../../data/close';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

/** Its targets are the logarithms of prices in cents. */
const plain: HurdleScaler = { kind: 'hurdle', rule: 'median', mean: 0, deviation: 1 };
const hurdle = priceTask(plain);

/** Logits and log prices of five games, free or at a log price. */
const logits = [2, -1.5, 0.3, -40, 30];
const logPrices = [0.5, -2, 1.25, 9, -0.75];
const labels = [Math.exp(Math.fround(0.1)), 0, 0, 0, Math.exp(-1)].map(cents);
const outputs = Float32Array.from(logits.flatMap((logit, i) => [logit, logPrices[i]!]));

const lossOf = (output: Float32Array, prices: readonly Cents[]): number =>
  tf.tidy(() => {
    const shape: [number, number] = [prices.length, 2];
    const target = tf.tensor2d(encodeLabels(hurdle, prices), shape);
    return hurdle.loss(tf.tensor2d(output, shape), target).dataSync()[0]!;
  });

describe('the task of a hurdle', () => {
  it('has the cross-entropy of paid plus half the squared error of the log price of paid games for its loss', () => {
    // tf.nn.sigmoid_cross_entropy_with_logits in float64: 0.2365393066988691 a game, and half of 0.0445 a game; float32 here.
    expectClose([lossOf(outputs, labels)], [0.2587893066988691], 1e-6);
  });

  it('does not ask for the price of a free game, and stays finite however sure the logits are', () => {
    const other = outputs.map((value, i) => (i === 3 || i === 5 ? 100 : value));
    expect(lossOf(other, labels)).toBe(lossOf(outputs, labels));
    const sure = Float32Array.of(1000, 0, -1000, 0);
    expect(lossOf(sure, [cents(0), cents(1)])).toBe(1000);
    expect(lossOf(sure, [cents(1), cents(0)])).toBe(0);
  });

  it('has the Brier score and the squared error of the price as its errors, and counts the right sides of the hurdle', () => {
    const sums = noFigures();
    addFigures(sums, hurdle, { output: outputs, target: encodeLabels(hurdle, labels), loss: 0.5 });
    const { loss, mse, mae, accuracy } = meanFigures(sums);
    // scikit-learn's brier_score_loss 0.0754945 plus mean squared error 0.0445, over two outputs; targets are float32.
    expectClose([mse!, mae!], [0.05999726134755477, 0.15260709626402266], 1e-6);
    expect([loss, accuracy]).toEqual([0.5, 0.8]); // the third, free, has a logit of 0.3
  });
});

describe('the task of a price', () => {
  it.each(['log1p', 'standardized', 'hurdle'] as const)(
    'encodes prices as the target %s has it, and decodes what is predicted',
    (kind) => {
      const prices = [100, 400, 2500].map(cents);
      const scaler = fitTarget(kind, prices);
      const task = priceTask(scaler);
      expect(task.encode(prices[1]!).at(-1)).toBe(toTarget(scaler, prices[1]!));
      const output = kind === 'hurdle' ? [3, 0.5] : [0.5];
      expect(output).toHaveLength(task.outputs);
      expect(task.decode(output)).toEqual(predictedOf(scaler, output));
      expect(() => task.encode(cents(-1))).toThrow(withCode('BAD_INPUT'));
    },
  );

  it('is the same for either rule of a hurdle, which has no part in learning', () => {
    const settings = ({ rule }: Pick<HurdleScaler, 'rule'>) => priceTask({ ...plain, rule }).settings;
    expect(settings({ rule: 'mean' })).toEqual(settings({ rule: 'median' }));
    expect(priceTask({ ...plain, mean: 1 }).settings).not.toEqual(hurdle.settings);
  });
});
