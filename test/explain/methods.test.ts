import type { LayersModel } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { activationGradients } from '../../lib/explain/method';
import { explanationMethods } from '../../lib/explain/methods';
import { headScore, negated, predictedValue } from '../../lib/explain/scoreTarget';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { withCode } from '../data/close';
import { largestDifference } from '../networks/weightFiles';
import { explainActivations } from './explainActivations';

const shape = [2, 3, 4, 5] as const;
const [images, height, width, channels] = shape;
const places = height * width;

/** Activations as ReLU leaves them: half of them 0. */
const activations = Float32Array.from(
  { length: images * places * channels },
  random(1, 'activations').normal,
).map((value) => Math.max(value, 0));

let tf: TensorFlow;
let head: LayersModel;
/** d score / d activation by central differences of the score, one activation after the other. */
let slopes: Float64Array;

beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  head = smoothHead();
  slopes = differences();
});
afterAll(() => head.dispose());

/** A small head without kinks, so that differences of its score are its slopes everywhere; weights of both signs. */
function smoothHead(): LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [height, width, channels],
        filters: 6,
        kernelSize: 3,
        padding: 'same',
        activation: 'tanh',
      }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 7, activation: 'tanh' }),
      tf.layers.dense({ units: 1 }),
    ],
  });
  const { normal } = random(1, 'weights');
  tf.tidy(() => {
    model.setWeights(
      model.getWeights().map(({ shape: of, size }) =>
        tf.tensor(
          Float32Array.from({ length: size }, () => 0.3 * normal()),
          of,
        ),
      ),
    );
  });
  return model;
}

function differences(): Float64Array {
  const scores = (values: Float32Array, picture: number): number =>
    tf.tidy(() => headScore(head)(tf.tensor4d(values, [...shape])).dataSync()[picture]!);
  // Float32 scores of about 1 are good to 1e-7, so the quotient to 1e-5; it departs from the slope by the square of the step.
  const step = 1e-2;
  return Float64Array.from(activations, (value, i) => {
    const moved = (by: number): number => {
      const values = activations.slice();
      values[i] = value + by;
      return scores(values, Math.floor(i / (places * channels)));
    };
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

/** The map of one image from activations and slopes, by loops: Σ over channels of weight(channel, place) · activation. */
function mapOf(
  image: number,
  weight: (slope: (place: number) => number, activation: (place: number) => number, place: number) => number,
): number[] {
  const at = (place: number, channel: number): number => (image * places + place) * channels + channel;
  return Array.from({ length: places }, (_, place) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      const slope = (other: number): number => slopes[at(other, channel)]!;
      const activation = (other: number): number => activations[at(other, channel)]!;
      sum += weight(slope, activation, place) * activation(place);
    }
    return sum;
  });
}

const everywhere = Array.from({ length: places }, (_, place) => place);
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** The papers' formulas, written from the slopes. */
const formulas: Record<keyof typeof explanationMethods, Parameters<typeof mapOf>[1]> = {
  'grad-cam': (slope) => total(everywhere.map(slope)) / places,
  'grad-cam++': (slope, activation) => {
    const sum = total(everywhere.map(activation));
    return total(
      everywhere.map((place) => {
        const g = slope(place);
        const alpha = g === 0 ? 0 : g ** 2 / (2 * g ** 2 + sum * g ** 3);
        return alpha * Math.max(g, 0);
      }),
    );
  },
  hirescam: (slope, _, place) => slope(place),
  layercam: (slope, _, place) => Math.max(slope(place), 0),
};
const names = Object.keys(formulas) as (keyof typeof formulas)[];

describe('the gradient of the score at the activations', () => {
  it('is what differences of the score show, for every activation', () => {
    const before = tf.memory().numTensors;
    const gradients = tf.tidy(() =>
      Float32Array.from(
        activationGradients(tf.tensor4d(activations, [...shape]), headScore(head)).gradients.dataSync(),
      ),
    );
    expect(Math.max(...slopes)).toBeGreaterThan(0.1);
    expect(Math.min(...slopes)).toBeLessThan(-0.1);
    expect(largestDifference(gradients, slopes)).toBeLessThan(1e-4); // ten times what rounding and step leave; see above
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe.each(names)('%s', (name) => {
  const method = explanationMethods[name];

  it('gives the map of its formula, written anew over differences of the score', () => {
    const before = tf.memory().numTensors;
    const { maps, scores } = explainActivations(method, { activations, shape, score: headScore(head) });
    expect(maps.map((map) => [map.width, map.height])).toEqual([
      [width, height],
      [width, height],
    ]);
    maps.forEach((map, image) => {
      const expected = mapOf(image, formulas[name]);
      const scale = Math.max(...expected.map(Math.abs));
      expect(scale).toBeGreaterThan(1e-2);
      expect(largestDifference(map.values, expected)).toBeLessThan(1e-4 + 1e-4 * scale); // sums of five such slopes
    });
    expect(scores).toHaveLength(images);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('grows with the score, and by the same factor but for the α of Grad-CAM++', () => {
    const once = explainActivations(method, { activations, shape, score: headScore(head) });
    const double = explainActivations(method, {
      activations,
      shape,
      score: (x) => tf.mul(headScore(head)(x), 2),
    });
    const largest = Math.max(...once.maps[0]!.values.map(Math.abs));
    const twice = once.maps[0]!.values.map((value) => 2 * value);
    // α of Grad-CAM++ falls as the score grows, so its map grows by less than twice where sums of activations are large.
    if (name !== 'grad-cam++')
      expect(largestDifference(double.maps[0]!.values, twice)).toBeLessThan(1e-6 * largest + 1e-9);
    else expect(Math.max(...double.maps[0]!.values)).toBeGreaterThan(largest);
  });

  it('turns its sign with the score, or says that it has none', () => {
    const up = explainActivations(method, { activations, shape, score: headScore(head) });
    const down = explainActivations(method, {
      activations,
      shape,
      score: headScore(head, negated(predictedValue)),
    });
    const turned = down.maps[0]!.values.map((value) => -value);
    if (method.signed) expect(largestDifference(turned, up.maps[0]!.values)).toBeLessThan(1e-9);
    else {
      expect(Math.min(...up.maps[0]!.values, ...down.maps[0]!.values)).toBeGreaterThanOrEqual(0);
      expect(largestDifference(turned, up.maps[0]!.values)).toBeGreaterThan(1e-4);
    }
  });

  it('gives zeros, and no NaN, for a score that does not change and for activations of zero', () => {
    const level = explainActivations(method, {
      activations,
      shape,
      score: (x) => tf.sum(tf.mul(x, 0), [1, 2, 3]),
    });
    const empty = explainActivations(method, {
      activations: new Float32Array(activations.length),
      shape,
      score: headScore(head),
    });
    for (const map of [...level.maps, ...empty.maps])
      expect(map.values.every((value) => value === 0)).toBe(true);
  });

  it('refuses activations that are no numbers', () => {
    const wrong = activations.map(() => Number.NaN);
    expect(() => explainActivations(method, { activations: wrong, shape, score: headScore(head) })).toThrow(
      withCode('BAD_INPUT'),
    );
  });
});

describe('HiResCAM', () => {
  it('adds up to the score where that is linear in the activations', () => {
    const coefficients = Float32Array.from({ length: places * channels }, random(4, 'linear').normal);
    const { maps, scores } = explainActivations(explanationMethods.hirescam, {
      activations,
      shape,
      score: (x) => tf.sum(tf.mul(x, tf.tensor4d(coefficients, [1, height, width, channels])), [1, 2, 3]),
    });
    maps.forEach((map, i) => {
      expect(total([...map.values])).toBeCloseTo(scores[i]!, 4); // 60 products of about 1 in float32
    });
  });

  it('is Grad-CAM where all places have the same gradient', () => {
    const score = (x: Parameters<ReturnType<typeof headScore>>[0]) =>
      tf.sum<import('@tensorflow/tfjs').Tensor1D>(
        tf.mul(tf.mean(x, [1, 2]), tf.tensor1d([1, -2, 3, 0.5, -1])),
        1,
      );
    const [flat, fine] = (['grad-cam', 'hirescam'] as const).map((name) =>
      explainActivations(explanationMethods[name], { activations, shape, score }),
    );
    flat!.maps.forEach((map, i) => {
      expect(largestDifference(map.values, fine!.maps[i]!.values)).toBeLessThan(1e-6);
    });
  });
});

describe('Grad-CAM++', () => {
  it('stays finite and bounded in front of a ReLU, where activations may add up to less than 0', () => {
    // The paper's denominator 2 + g · Σ activation would be 0 here: g = 1, Σ = −2.
    const values = Float32Array.of(-0.5, -0.5, -0.5, -0.5);
    const { maps } = explainActivations(explanationMethods['grad-cam++'], {
      activations: values,
      shape: [1, 2, 2, 1],
      score: (x) => tf.sum(x, [1, 2, 3]),
    });
    expect([...maps[0]!.values]).toEqual([-1, -1, -1, -1]); // four places of ½ · 1, times −½
  });
});
