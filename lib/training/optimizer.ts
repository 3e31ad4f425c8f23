import type { Tensor, Variable } from '@tensorflow/tfjs';
import { tensorflow } from '../tensorflow/backend';
import type { Updates } from './rates';

/** How weights follow their gradients. `momentum` is gradient descent with momentum 0.9. */
export type OptimizerKind = 'adam' | 'sgd' | 'momentum' | 'rmsprop';
export const optimizers: readonly OptimizerKind[] = ['adam', 'sgd', 'momentum', 'rmsprop'];

/** The running averages that each rule keeps of a weight, and its constants: betas and epsilon; momentum; rho, momentum, epsilon. */
export const optimizerConstants: Record<
  OptimizerKind,
  { slots: readonly string[]; values: readonly number[] }
> = {
  adam: { slots: ['mean', 'square'], values: [0.9, 0.999, 1e-7] },
  sgd: { slots: [], values: [] },
  momentum: { slots: ['velocity'], values: [0.9] },
  rmsprop: { slots: ['square', 'change'], values: [0.9, 0, 1e-7] },
};

/** The rate of step `t`, counted from 1: Adam's is corrected for the bias of its averages, which start at 0. */
export function stepRate(kind: OptimizerKind, learningRate: number, t: number): number {
  if (kind !== 'adam') return learningRate;
  const [beta1, beta2] = optimizerConstants.adam.values as [number, number];
  return (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
}

/** What the next step depends on besides the weights and their gradients. */
export interface OptimizerState {
  steps: number;
  /** Running averages: per slot of the rule, those of all weights laid end to end. */
  slots: Float32Array[];
}

/** Running averages of a group of weights after a step, and what is added to the weights. */
interface Update {
  state: Tensor[];
  change: Tensor;
}

/** An optimizer with the formulas of Keras 3 and decoupled weight decay (Loshchilov and Hutter, 2019); all variables are stepped as one. */
export function createOptimizer(
  kind: OptimizerKind,
  variables: readonly Variable[],
  { groups = [], weightDecay = 0 }: Updates = {},
) {
  const { tf } = tensorflow();
  const size = variables.reduce((sum, variable) => sum + variable.size, 0);
  let state = optimizerConstants[kind].slots.map(() => tf.keep<Tensor>(tf.zeros([size])));
  let t = 0;
  return {
    /** Changes the variables by one step, each at the learning rate times the factor of its group; `gradients` are in their order and stay the caller's. */
    step(gradients: readonly Tensor[], learningRate: number, factors: readonly number[] = [1]): void {
      t += 1;
      tf.tidy(() => {
        const factor =
          factors.length === 1
            ? tf.scalar(1)
            : joined(variables.map(({ shape }, i) => tf.fill(shape, factors[groups[i]!]!))); // one of each
        const update = rules[kind](joined(gradients), state, tf.mul(factor, stepRate(kind, learningRate, t)));
        const before = joined(variables);
        const kept =
          weightDecay === 0 ? before : tf.mul(before, tf.sub(1, tf.mul(factor, learningRate * weightDecay)));
        assignJoined(variables, tf.add(kept, update.change));
        tf.dispose(state);
        state = update.state.map((tensor) => tf.keep(tensor));
      });
    },
    /** A copy of the state, to go on from later with `restore`. */
    state: (): OptimizerState => ({
      steps: t,
      slots: state.map((tensor) => Float32Array.from(tensor.dataSync())),
    }),
    restore({ steps, slots }: OptimizerState): void {
      tf.dispose(state);
      state = slots.map((slot) => tf.keep<Tensor>(tf.tensor1d(slot)));
      t = steps;
    },
    /** Frees the running averages; the variables stay. */
    dispose(): void {
      tf.dispose(state);
    },
  };
}

const rules: Record<OptimizerKind, (gradient: Tensor, state: readonly Tensor[], rate: Tensor) => Update> = {
  adam: (gradient, [mean, square], rate) => {
    const { tf } = tensorflow();
    const [beta1, beta2, epsilon] = optimizerConstants.adam.values as [number, number, number];
    const m = tf.add(mean!, tf.mul(tf.sub(gradient, mean!), 1 - beta1)); // two slots
    const v = tf.add(square!, tf.mul(tf.sub(tf.square(gradient), square!), 1 - beta2));
    return { state: [m, v], change: tf.div(tf.mul(m, tf.neg(rate)), tf.add(tf.sqrt(v), epsilon)) };
  },
  sgd: (gradient, _state, rate) => ({
    state: [],
    change: tensorflow().tf.mul(gradient, tensorflow().tf.neg(rate)),
  }),
  momentum: (gradient, [velocity], rate) => {
    const { tf } = tensorflow();
    const [momentum] = optimizerConstants.momentum.values as [number];
    const change = tf.sub(tf.mul(velocity!, momentum), tf.mul(gradient, rate)); // one slot
    return { state: [change], change };
  },
  rmsprop: (gradient, [square], rate) => {
    const { tf } = tensorflow();
    const [decay, , epsilon] = optimizerConstants.rmsprop.values as [number, number, number];
    const v = tf.add(tf.mul(square!, decay), tf.mul(tf.square(gradient), 1 - decay)); // two slots, the second of which a momentum of 0 ignores
    const change = tf.div(tf.mul(gradient, tf.neg(rate)), tf.sqrt(tf.add(v, epsilon)));
    return { state: [v, change], change };
  },
};

function joined(tensors: readonly Tensor[]): Tensor {
  const { tf } = tensorflow();
  return tf.concat(tensors.map((tensor) => tf.reshape(tensor, [tensor.size])));
}

function assignJoined(variables: readonly Variable[], values: Tensor): void {
  const { tf } = tensorflow();
  const parts = tf.split(
    values,
    variables.map((variable) => variable.size),
  );
  variables.forEach((variable, i) => {
    variable.assign(tf.reshape(parts[i]!, variable.shape)); // one part per variable
  });
}
