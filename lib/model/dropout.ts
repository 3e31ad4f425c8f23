import type { LayersModel, layers, serialization, Tensor } from '@tensorflow/tfjs';
import { type Random, random } from '../random';
import { type TensorFlow, tensorflow } from '../tensorflow/backend';

type Layer = layers.Layer;

/** A dropout layer whose masks come from a stream that can be started again. */
interface RestartableDropout extends Layer {
  restart(seed: number): void;
}

interface DropoutArguments {
  rate: number;
  seed: number;
  name?: string;
}

type DropoutClass = new (args: DropoutArguments) => RestartableDropout;

let defined: { tf: TensorFlow; Dropout: DropoutClass } | undefined;

/**
 * A dropout layer (Srivastava et al., 2014; inverted, as Keras does it: what is kept is divided by `1 − rate`). In training each
 * step draws a new mask from a stream that `seed` and the layer's name determine; in inference the layer does nothing.
 *
 * It stands in for `tf.layers.dropout`, which with a seed draws the very same mask at every step, so that the same units would be
 * switched off for the whole training, and without a seed cannot be repeated.
 */
export function seededDropout(args: Required<DropoutArguments>): Layer {
  return new (defineDropout())(args);
}

/** Starts the masks of every dropout layer of `model` again from `seed`, so that a training can be repeated exactly. */
export function restartDropout(model: LayersModel, seed: number): void {
  for (const layer of model.layers) {
    if (layer.getClassName() === 'SeededDropout') (layer as RestartableDropout).restart(seed);
  }
}

/** Makes the class known to TensorFlow.js, once: a saved model that names it can then be read. */
export function defineDropout(): DropoutClass {
  const { tf } = tensorflow();
  if (defined?.tf !== tf) defined = { tf, Dropout: dropoutClass(tf) };
  return defined.Dropout;
}

/** The class can only be written down once TensorFlow.js, whose `Layer` it extends, has been loaded. */
function dropoutClass(tf: TensorFlow): DropoutClass {
  class SeededDropout extends tf.layers.Layer implements RestartableDropout {
    static className = 'SeededDropout';
    private readonly rate: number;
    private readonly seed: number;
    private stream: Random;

    constructor(args: DropoutArguments) {
      super(args as ConstructorParameters<typeof tf.layers.Layer>[0]);
      this.rate = args.rate;
      this.seed = args.seed;
      this.supportsMasking = true;
      this.stream = random(args.seed, 'dropout', this.name);
    }

    restart(seed: number): void {
      this.stream = random(seed, 'dropout', this.name);
    }

    override call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor {
      const input = Array.isArray(inputs) ? inputs[0]! : inputs; // a layer of one input gets exactly one
      if (!kwargs.training || this.rate === 0) return tf.clone(input);
      const scale = 1 / (1 - this.rate);
      const mask = Float32Array.from({ length: input.size }, () =>
        this.stream.next() < this.rate ? 0 : scale,
      );
      return tf.mul(input, tf.tensor(mask, input.shape));
    }

    override getConfig(): serialization.ConfigDict {
      return { ...super.getConfig(), rate: this.rate, seed: this.seed };
    }
  }
  tf.serialization.registerClass(SeededDropout);
  return SeededDropout;
}
