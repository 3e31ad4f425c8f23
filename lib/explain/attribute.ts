import { setImmediate } from 'node:timers/promises';
import type { LayersModel, Tensor2D } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { throwIfAborted } from '../core/pool';
import { numbersOf, tensorflow } from '../tensorflow/backend';
import { type Attributed, type Attribution, inputShape, sumOf } from './attribution';
import { openDeepShap } from './deepShap';
import type { Scores } from './faithfulness';
import { expectedGradients, integratedGradients } from './pathGradients';

const nothing = () => {};

/** The methods that say what each value of a picture adds to an output beside references, under the names that notebooks call them by. */
const attributionMethods = {
  'deep-shap': (attributed: Attributed, _seed: number, asked: number) => openDeepShap(attributed, asked),
  'expected-gradients': (attributed: Attributed, seed: number) => ({
    explain: expectedGradients(attributed, { seed }),
    dispose: nothing,
  }),
  'integrated-gradients': (attributed: Attributed) => ({
    explain: integratedGradients(attributed),
    dispose: nothing,
  }),
};
export type AttributionMethodName = keyof typeof attributionMethods;

/** Pictures to be explained beside others; all as the model takes them, `[count, height, width, channels]` laid flat. */
export interface AttributeInput {
  model: LayersModel;
  method?: AttributionMethodName;
  pictures: Float32Array;
  references: Float32Array;
  /** Outputs that are explained of each picture, by its number. */
  outputs: (picture: number) => readonly number[];
  /** Of the probabilities of classes in place of their logits. */
  softmax?: boolean;
  seed: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** For each picture what its values add to each of the outputs. Throws `BAD_INPUT` for a model without rules or pictures that do not fit it, `INTERRUPTED` between pictures. */
export async function attribute(input: AttributeInput): Promise<Attribution[][]> {
  const { tf } = tensorflow();
  const { model, method = 'deep-shap', pictures, outputs, softmax, seed } = input;
  const shape = inputShape(model);
  const size = shape.reduce((a, b) => a * b, 1);
  const [count, others] = [pictures, input.references].map(({ length }) => length / size) as [number, number];
  if (![count, others].every(Number.isInteger) || others === 0) {
    const given = `${pictures.length} and ${input.references.length} numbers`;
    throw new ReportError('BAD_INPUT', `${given} are no pictures and references of ${shape.join('×')}.`);
  }
  const references = tf.tensor4d(input.references, [others, ...shape]);
  const found: Attribution[][] = [];
  let dispose = nothing;
  try {
    const asked = sumOf(Array.from({ length: count }, (_, i) => outputs(i).length));
    const opened = attributionMethods[method]({ model, references, softmax }, seed, asked);
    dispose = opened.dispose;
    for (let i = 0; i < count; i++) {
      throwIfAborted(input.signal);
      const picture = tf.tensor4d(pictures.subarray(i * size, (i + 1) * size), [1, ...shape]);
      found.push(opened.explain(picture, outputs(i)));
      picture.dispose();
      input.onProgress?.(i + 1, count);
      await setImmediate(); // lets signals, progress and the kernel's messages through
    }
  } finally {
    dispose();
    references.dispose();
  }
  return found;
}

/** What a model of pictures from 0 to 1 gives as one output for RGB bytes; a model of grey ones is given their red. */
export const outputScores =
  (model: LayersModel, output: number): Scores =>
  (pixels, count) => {
    const { tf } = tensorflow();
    const [height, width, channels] = inputShape(model);
    return numbersOf(() => {
      const pictures = tf
        .tensor4d(pixels, [count, height, width, 3])
        .slice([0, 0, 0, 0], [-1, -1, -1, channels]);
      const given = model.apply(tf.div(pictures, 255), { training: false }) as Tensor2D; // one output
      return tf.slice(given, [0, output], [count, 1]);
    });
  };
