import type { LayersModel, Tensor, Tensor4D } from '@tensorflow/tfjs';
import { compiled } from '../tensorflow/compiled';
import { gradCamMethod } from './gradCam';
import {
  checkActivations,
  type Explanation,
  type ExplanationMethod,
  mapTensors,
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
 * `explainActivations` for many pictures, one at a time: the head's forward and backward pass, compiled with the weights that the head has now, takes
 * a moment to build and then a fraction of the time for each picture. Default: Grad-CAM. `target` must be the same for all pictures, so none that
 * knows a truth of each.
 */
export function createExplainer(
  head: LayersModel,
  target: ScoreTarget = predictedValue,
  method: ExplanationMethod = gradCamMethod,
): Explainer {
  const [height, width, channels] = head.inputs[0]!.shape.slice(1) as [number, number, number]; // of a head
  const shape = [1, height, width, channels] as const;
  const score = headScore(head, target);
  const mapOf = (activations: Tensor): Tensor[] => {
    const { raw, weights, scores } = mapTensors(method, activations as Tensor4D, score); // of the shape below
    return [raw, weights, scores];
  };
  const graph = compiled(mapOf, [{ type: 'float', shape }]);
  return {
    explain: (data) => {
      checkActivations(data, shape);
      const found = graph.run({ type: 'float', shape, data });
      const [raw, weights, scores] = found.map((output) => output.data) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ]; // three, all float
      return toExplanation(raw, weights.length === channels ? weights : null, scores, shape);
    },
    dispose: graph.dispose,
  };
}
