import { ReportError } from '../core/errors';
import { gradCamMethod } from './gradCam';
import { gradCamPlusPlus } from './gradCamPlusPlus';
import { hiResCam } from './hiResCam';
import { layerCam } from './layerCam';
import type { ExplanationMethod } from './method';

/** The methods that explain a score by gradients, under the names that notebooks and commands call them by. */
export const explanationMethods = {
  'grad-cam': gradCamMethod,
  'grad-cam++': gradCamPlusPlus,
  hirescam: hiResCam,
  layercam: layerCam,
} as const satisfies Record<string, ExplanationMethod>;
export type MethodName = keyof typeof explanationMethods;

/** Whether a text is the name of a method. */
export const isMethodName = (name: string): name is MethodName => Object.hasOwn(explanationMethods, name);

/** The method of this name. Throws `BAD_INPUT` for a name that is none. */
export function explanationMethod(name: string): ExplanationMethod {
  if (isMethodName(name)) return explanationMethods[name];
  throw new ReportError(
    'BAD_INPUT',
    `There is no method ${name}: choose from ${Object.keys(explanationMethods).join(', ')}.`,
  );
}
