import { assignWeights, buildMobilenet } from '../model/mobilenet';
import { explainImages } from './explainImages';
import { gradCam } from './gradCam';
import type { MapMethod } from './subject';

/** Grad-CAM at the base's last layer, from the features at hand. */
export const gradCamMethod: MapMethod = ({ activations, shape, score }) =>
  gradCam({ activations, shape, score }).maps;

/** Grad-CAM at any layer of the base, whose weights are those of the subject. The method throws `BAD_INPUT` when there is no such layer. */
export const gradCamAt =
  (layer: string): MapMethod =>
  ({ pixels, size, base, head, target }) => {
    const model = buildMobilenet(base.alpha, size);
    try {
      assignWeights(model, base.arrays);
      const images = Float32Array.from(pixels, (value) => value / 127.5 - 1);
      return explainImages({ base: model, head, layer, images, target }).maps;
    } finally {
      model.dispose();
    }
  };

/** A layer whose maps have twice the places of the last one's in each direction: 6 × 6 at 96 px, 14 × 14 at 224 px. */
export const FINER_LAYER = 'block_13_expand_relu';

/** What is checked unless something else is asked for: Grad-CAM as it is usually meant, and with finer maps. */
export const usualMethods: Readonly<Record<string, MapMethod>> = {
  'Grad-CAM': gradCamMethod,
  [`Grad-CAM at ${FINER_LAYER}`]: gradCamAt(FINER_LAYER),
};
