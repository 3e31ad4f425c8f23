import type { LayersModel, Tensor4D } from '@tensorflow/tfjs';
import { tensorflow } from '../tensorflow/backend';
import { buildGraph } from '../tensorflow/graphDef';
import { loadNativeGraph } from '../tensorflow/nativeGraph';
import { addTrace, nativeId, traceOperations } from '../tensorflow/trace';
import {
  checkActivations,
  type GradCamResult,
  gradCam,
  gradCamTensors,
  headScore,
  predictedValue,
  type ScoreTarget,
  toResult,
} from './gradCam';

/** Explains one picture after the other by the same head. */
export interface Explainer {
  /** `[height, width, channels]` of one image's feature map, laid flat → its map, as `gradCam` gives it. Throws `BAD_INPUT` as that does. */
  explain(activations: Float32Array): GradCamResult;
  /** Frees what it holds; the head stays the caller's. */
  dispose(): void;
}

/**
 * `gradCam` for many pictures, one at a time: on native TensorFlow the head's forward and backward pass become one graph with the weights that
 * the head has now, which takes a moment to build and then a fraction of the time for each picture. On other backends it is `gradCam`.
 */
export function createExplainer(head: LayersModel, target: ScoreTarget = predictedValue): Explainer {
  const [height, width, channels] = head.inputs[0]!.shape.slice(1) as [number, number, number]; // of a head
  const shape = [1, height, width, channels] as const;
  if (tensorflow().name !== 'tensorflow') {
    const score = headScore(head, target);
    return { explain: (activations) => gradCam({ activations, shape, score }), dispose: () => {} };
  }
  const { model, outputs } = explainingGraph(head, shape, target);
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
      return toResult(raw, weights, scores, shape);
    },
    dispose: graph.dispose,
  };
}

function explainingGraph(
  head: LayersModel,
  shape: readonly [number, number, number, number],
  target: ScoreTarget,
): { model: Buffer; outputs: string[] } {
  const { tf } = tensorflow();
  const graph = buildGraph();
  let outputs: string[] = [];
  tf.tidy(() => {
    const activations: Tensor4D = tf.zeros([...shape]);
    const inputs = new Map([[nativeId(activations), graph.input('activations', 'float', shape)]]);
    head.weights.forEach((weight, i) => {
      const value = weight.read();
      const data = Float32Array.from(value.dataSync<'float32'>());
      inputs.set(nativeId(value), graph.constant(`weight_${i}`, value.shape, data));
    });
    const { value, trace } = traceOperations(() => gradCamTensors(activations, headScore(head, target)));
    outputs = addTrace(graph, '', trace, inputs, [value.raw, value.weights, value.scores].map(nativeId));
    value.scores.dispose(); // kept beyond the tidy
  });
  return { model: graph.savedModel(), outputs };
}
