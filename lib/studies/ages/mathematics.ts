import { random } from '../../core/random';
import { softmax } from '../../data/numbers';
import type { Chart } from '../../report/charts';
import { seriesColour } from '../../report/charts';
import { line } from '../../report/traces';
import { sigmoid } from '../../training/tasks';

/** Activation functions with their derivatives. */
const activations = {
  ReLU: [(x: number) => Math.max(0, x), (x: number) => Number(x > 0)],
  LeakyReLU: [(x: number) => Math.max(0.3 * x, x), (x: number) => (x > 0 ? 1 : 0.3)],
  sigmoid: [sigmoid, (x: number) => sigmoid(x) * (1 - sigmoid(x))],
  tanh: [Math.tanh, (x: number) => 1 - Math.tanh(x) ** 2],
} as const;

/** Activation functions, or their derivatives. */
export function activationChart(which: 'functions' | 'derivatives'): Chart {
  const x = Array.from({ length: 161 }, (_, i) => (i - 80) / 20);
  const place = which === 'functions' ? 0 : 1;
  const found = Object.entries(activations).map(([name, pair]) => ({ name, y: x.map(pair[place]) }));
  return {
    title: which === 'functions' ? 'Activation functions' : 'Their derivatives',
    alt: found
      .map(
        ({ name, y }) =>
          `${name}: ${y[0]?.toFixed(2)} at −4, ${y[80]?.toFixed(2)} at 0, ${y[160]?.toFixed(2)} at 4.`,
      )
      .join(' '),
    traces: found.map(({ name, y }, i) =>
      line({ name, x, y, hover: `${name}(%{x}) %{y:.2f}` }, { color: seriesColour(i) }),
    ),
    layout: {
      xaxis: { title: { text: 'x' } },
      yaxis: { range: which === 'functions' ? [-1.5, 4] : [-0.1, 1.1] },
    },
    height: 320,
  };
}

/** The mean cross-entropy of a dense layer with a softmax, `m` rows of `inputs` numbers each: Z = A W + b, L = −mean of log softmax(Z) at the true class. */
function denseLoss(weights: readonly number[], { inputs, truth }: typeof example) {
  const logits = inputs.map(
    (row) => [0, 1, 2].map((k) => row.reduce((sum, a, j) => sum + a * weights[3 * j + k]!, 0)), // three outputs
  );
  const probabilities = logits.map(softmax);
  const loss = truth.reduce((sum, own, i) => sum - Math.log(probabilities[i]![own]!), 0) / truth.length; // a row each
  return { probabilities, loss };
}

/** Four rows of two numbers, their classes, and weights to begin with. */
const example = {
  inputs: [
    [1, 0.5],
    [0.2, -1],
    [-0.7, 0.3],
    [0.4, 0.9],
  ],
  truth: [0, 1, 2, 0],
};

/** The gradient of a small dense layer by the chain rule, dW = Aᵀ dZ / m with dZ = softmax(Z) − Y, beside that by differences of the loss. */
export function gradientCheck() {
  const draw = random(1, 'gradient');
  const weights = Array.from({ length: 6 }, () => draw.uniform(-1, 1));
  const { inputs, truth } = example;
  const { probabilities } = denseLoss(weights, example);
  const step = 1e-5;
  return weights.map((weight, at) => {
    const [j, k] = [Math.floor(at / 3), at % 3];
    const chain =
      inputs.reduce((sum, row, i) => sum + row[j]! * (probabilities[i]![k]! - Number(truth[i] === k)), 0) / // of the example
      inputs.length;
    const moved = (by: number) => denseLoss(weights.with(at, weight + by), example).loss;
    const differences = (moved(step) - moved(-step)) / (2 * step);
    return { weight: `W[${j}, ${k}]`, chain, differences, apart: Math.abs(chain - differences) };
  });
}
