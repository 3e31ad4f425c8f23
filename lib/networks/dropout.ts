import type { LayersModel, layers, serialization, Tensor } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { type Random, random } from '../core/random';
import { type TensorFlow, tensorflow } from '../tensorflow/backend';

type Layer = layers.Layer;

/** A dropout layer whose masks come from a stream that can be started again, and resumed later. */
export interface SeededDropout extends Layer {
  stream: Random;
  /** The next mask of the stream for so many values: 0 for what is dropped, `1 / (1 − rate)` for the rest. */
  drawMask(size: number): Float32Array;
  /** Gives the mask for each call instead of the stream; its tensors stay the caller's. */
  give: ((shape: readonly number[]) => Tensor) | null;
}

interface DropoutArguments {
  rate: number;
  seed: number;
  name?: string;
}

type DropoutClass = new (args: DropoutArguments) => SeededDropout;

let defined: { tf: TensorFlow; Dropout: DropoutClass } | undefined;

/** Dropout (Srivastava et al., 2014), another mask each step from a stream of seed and name; `tf.layers.dropout` with a seed repeats one mask. */
export const seededDropout = (args: Required<DropoutArguments>): Layer => new (defineDropout())(args);

/** All layers of a model in order, those of models nested in it in their place. */
export const allLayers = (model: LayersModel): Layer[] =>
  model.layers.flatMap((layer) => ('layers' in layer ? allLayers(layer as LayersModel) : [layer])); // only models have layers

/** The seeded dropout layers of a model, in order. */
export const dropoutLayers = (model: LayersModel): SeededDropout[] =>
  allLayers(model).filter((layer) => layer.getClassName() === 'SeededDropout') as SeededDropout[]; // by their name

/** Starts the masks of every dropout layer of `model` again from `seed`, so that a training can be repeated exactly. */
export function restartDropout(model: LayersModel, seed: number): void {
  for (const layer of dropoutLayers(model)) layer.stream = random(seed, 'dropout', layer.name);
}

/** Keras' layers that draw at random in training, with the setting that says how much. */
const chance: Readonly<Record<string, string>> = {
  Dropout: 'rate',
  SpatialDropout1D: 'rate',
  AlphaDropout: 'rate',
  GaussianDropout: 'rate',
  GaussianNoise: 'stddev',
};

/** Throws `BAD_INPUT` for a model with a layer, at any depth, whose random numbers no seed repeats. */
export function refuseChance(model: LayersModel): void {
  const drawing = allLayers(model).find(
    (layer) => Number(layer.getConfig()[chance[layer.getClassName()] ?? '']) > 0,
  );
  if (!drawing) return;
  const fault = `Layer ${drawing.name} (${drawing.getClassName()}) draws random numbers that no seed repeats`;
  throw new ReportError('BAD_INPUT', `${fault}: use seededDropout, or leave it out.`);
}

/** Makes the class known to TensorFlow.js, once: a saved model that names it can then be read. */
export function defineDropout(): DropoutClass {
  const { tf } = tensorflow();
  if (defined?.tf !== tf) defined = { tf, Dropout: dropoutClass(tf) };
  return defined.Dropout;
}

/** The class can only be written down once TensorFlow.js, whose `Layer` it extends, has been loaded. */
function dropoutClass(tf: TensorFlow): DropoutClass {
  class SeededDropoutLayer extends tf.layers.Layer implements SeededDropout {
    static className = 'SeededDropout';
    private readonly rate: number;
    private readonly seed: number;
    stream: Random;
    give: SeededDropout['give'] = null;

    constructor(args: DropoutArguments) {
      super(args as ConstructorParameters<typeof tf.layers.Layer>[0]);
      this.rate = args.rate;
      this.seed = args.seed;
      this.supportsMasking = true;
      this.stream = random(args.seed, 'dropout', this.name);
    }

    override call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor {
      const input = Array.isArray(inputs) ? inputs[0]! : inputs; // a layer of one input gets exactly one
      if (!kwargs.training || this.rate === 0) return tf.clone(input);
      const mask = this.give?.(input.shape) ?? tf.tensor(this.drawMask(input.size), input.shape);
      return tf.mul(input, mask);
    }

    drawMask(size: number): Float32Array {
      return this.stream.mask(size, this.rate, 1 / (1 - this.rate));
    }

    override getConfig(): serialization.ConfigDict {
      return { ...super.getConfig(), rate: this.rate, seed: this.seed };
    }
  }
  tf.serialization.registerClass(SeededDropoutLayer);
  return SeededDropoutLayer;
}
