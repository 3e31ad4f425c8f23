import type { LayersModel, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { tensorflow } from '../tensorflow/backend';
import { buildGraph } from '../tensorflow/graphDef';
import { loadNativeGraph } from '../tensorflow/nativeGraph';
import { addTrace, nativeId, traceOperations } from '../tensorflow/trace';
import { gradCamMethod } from './gradCam';
import {
  checkActivations,
  type Explanation,
  type ExplanationMethod,
  explainActivations,
  mapTensors,
  perChannel,
  tidied,
  toExplanation,
} from './method';
import { headScore, predictedValue, type ScoreTarget } from './scoreTarget';

/** Explains one picture after the other by the same head. */
export interface Explainer {
  /** `[height, width, channels]` of one image's feature map, laid flat → its map, as `explainActivations` gives it. Throws `BAD_INPUT` as that does. */
  explain(activations: Float32Array): Explanation;
  /** Frees what it holds; the head stays the caller's. */
  dispose(): void;
}

/**
 * `explainActivations` for many pictures, one at a time: on native TensorFlow the head's forward and backward pass become one graph with the weights that
 * the head has now, which takes a moment to build and then a fraction of the time for each picture. On other backends it is that function. Default:
 * Grad-CAM. `target` must be the same for all pictures, so none that knows a truth of each.
 */
export function createExplainer(
  head: LayersModel,
  target: ScoreTarget = predictedValue,
  method: ExplanationMethod = gradCamMethod,
): Explainer {
  const [height, width, channels] = head.inputs[0]!.shape.slice(1) as [number, number, number]; // of a head
  const shape = [1, height, width, channels] as const;
  const score = headScore(head, target);
  if (tensorflow().name !== 'tensorflow') {
    return {
      explain: (activations) => explainActivations(method, { activations, shape, score }),
      dispose: () => {},
    };
  }
  const { model, outputs, weighsChannels } = explainingGraph(head, shape, score, method);
  const graph = loadNativeGraph(model);
  return {
    explain: (data) => {
      checkActivations(data, shape);
      const found = graph.run({ activations: { type: 'float', shape, data } }, outputs);
      const [raw, weights, scores] = found.map((output) => output.data) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ]; // three asked for, all float
      return toExplanation(raw, weighsChannels ? weights : null, scores, shape);
    },
    dispose: graph.dispose,
  };
}

function explainingGraph(
  head: LayersModel,
  shape: readonly [number, number, number, number],
  score: (activations: Tensor4D) => Tensor1D,
  method: ExplanationMethod,
): { model: Buffer; outputs: string[]; weighsChannels: boolean } {
  const { tf } = tensorflow();
  const graph = buildGraph();
  return tidied(() => {
    const activations: Tensor4D = tf.zeros([...shape]);
    const inputs = new Map([[nativeId(activations), graph.input('activations', 'float', shape)]]);
    head.weights.forEach((weight, i) => {
      const value = weight.read();
      const data = Float32Array.from(value.dataSync<'float32'>());
      inputs.set(nativeId(value), graph.constant(`weight_${i}`, value.shape, data));
    });
    const { value, trace } = traceOperations(() => mapTensors(method, activations, score));
    const outputs = addTrace(
      graph,
      '',
      trace,
      inputs,
      [value.raw, value.weights, value.scores].map(nativeId),
    );
    return { model: graph.savedModel(), outputs, weighsChannels: perChannel(value.weights) };
  });
}
