import path from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import { ReportError } from '../core/errors';
import type { ReportModel } from '../studies/prices/savedModel';
import type { Config } from '../studies/prices/settings';
import { loadSettings, parseOptions, settingsOf } from './arguments';

/** Pictures about which the trained model is asked, as `npm run predict` and `npm run explain` take them. */
export interface PictureRequest {
  values: Record<string, unknown>;
  /** The pictures as they were named, and their paths. */
  names: readonly string[];
  files: readonly string[];
  /** The folder from which paths count. */
  here: string;
  config: Config;
}

/** What the model was trained with stays as it is. */
const ofTheModel = ['image-size', 'epochs', 'seed'];

/**
 * Reads the command line: pictures and options, `own` ones among them. Null where help was asked for. Throws `BAD_SETTING` for an option of
 * the training, which is no matter of the `purpose`, for no picture, and what `parseOptions` and `loadSettings` throw.
 */
export function pictureRequest(
  own: NonNullable<ParseArgsConfig['options']>,
  usage: string,
  purpose: string,
): PictureRequest | null {
  const { values, positionals: names } = parseOptions(process.argv.slice(2), own, usage);
  if (values.help === true) return null;
  const fixed = ofTheModel.find((name) => values[name] !== undefined);
  if (fixed) {
    throw new ReportError(
      'BAD_SETTING',
      `--${fixed} is a matter of training, not of ${purpose}.\n\n${usage}`,
    );
  }
  if (names.length === 0) throw new ReportError('BAD_SETTING', `No picture was named.\n\n${usage}`);
  const here = process.env.INIT_CWD ?? process.cwd();
  const config = loadSettings(process.env, settingsOf(values, here));
  return { values, names, files: names.map((file) => path.resolve(here, file)), here, config };
}

/** The lines that say which model was asked, and what makes its answers worth less. */
export const modelLines = ({
  model: { base, scaler },
  warnings,
}: {
  model: Pick<ReportModel, 'scaler' | 'base'>;
  warnings: readonly string[];
}): string[] => [
  `Model: target ${scaler.kind}, MobileNetV2 with alpha ${base.alpha} at ${base.imageSize} px, ${base.name}.`,
  ...warnings.map((warning) => `WARNING: ${warning}`),
];

/** How long something took since `start` (see `performance.now`), as the last line of a command. */
export const doneLine = (start: number): string =>
  `Done in ${((performance.now() - start) / 1000).toFixed(1)} s.`;
