import { withMobilenet } from '../networks/mobilenet';
import { explainImages } from './explainImages';
import { gradCamMethod } from './gradCam';
import { gradCamPlusPlus } from './gradCamPlusPlus';
import { hiResCam } from './hiResCam';
import { type ExplanationMethod, explainActivations } from './method';
import { negated } from './scoreTarget';
import type { MapMethod } from './subject';

/** A method at the base's last layer, from the features at hand. */
export const atLastLayer =
  (method: ExplanationMethod): MapMethod =>
  ({ activations, shape, score }) =>
    explainActivations(method, { activations, shape, score }).maps;

/**
 * A method at any layer of the base, whose weights are those of the subject. Where a method has no sign of its own, what lowers the score is
 * taken from what raises it. It throws `BAD_INPUT` when there is no such layer.
 */
export const atLayer =
  (method: ExplanationMethod, layer: string): MapMethod =>
  ({ pixels, size, base, head, target }) => {
    const length = size * size * 3;
    const images = {
      count: pixels.length / length,
      read: (rows: readonly number[]) => pixels.subarray(rows[0]! * length, (rows.at(-1)! + 1) * length), // a batch: rows one after the other
    };
    return withMobilenet(base, size, async (model) => {
      const asked = { base: model, head, layer, images, method };
      const { maps } = await explainImages({ ...asked, target });
      if (method.signed) return maps;
      const against = await explainImages({ ...asked, target: negated(target) });
      return maps.map((map, i) => ({
        ...map,
        values: map.values.map((value, k) => value - against.maps[i]!.values[k]!), // of the same pictures
      }));
    });
  };

/** Layers with ever finer maps: 3 × 3, 6 × 6 and 12 × 12 places at 96 px, 7 × 7, 14 × 14 and 28 × 28 at 224 px. */
export const mapLayers = ['out_relu', 'block_13_expand_relu', 'block_6_expand_relu'] as const;
const [last, middle, fine] = mapLayers;

/**
 * What is checked unless something else is asked for: Grad-CAM at the last layer, as it is usually meant, and at earlier ones; and other methods at the
 * finest of these. LayerCAM is not among them: with the sign of both sides it is HiResCAM, as activations behind a ReLU are not negative.
 */
export const usualMethods: Readonly<Record<string, MapMethod>> = {
  [`Grad-CAM at ${last}`]: atLastLayer(gradCamMethod),
  [`Grad-CAM at ${middle}`]: atLayer(gradCamMethod, middle),
  [`Grad-CAM at ${fine}`]: atLayer(gradCamMethod, fine),
  [`Grad-CAM++ at ${fine}`]: atLayer(gradCamPlusPlus, fine),
  [`HiResCAM at ${fine}`]: atLayer(hiResCam, fine),
};
