import path from 'node:path';
import { ReportError } from '../lib/errors';
import { inferno, jet, viridis } from '../lib/explain/colour';
import { explainFiles, type FileExplanations, type FileOverlay } from '../lib/pipeline/explainFiles';
import { anyMethodNames } from '../lib/pipeline/pictureExplainer';
import { euros } from '../lib/units';
import { loadSettings, parseOptions, settingsOf } from './arguments';
import { runMain, terminalRun } from './terminal';

const colourTables = { inferno, viridis, jet } as const;

/** `npm run explain`: where in a picture the trained model sees a high or a low price. */
const usage = `npm run explain -- PICTURE … [options]

  PICTURE           one or more picture files
  --out DIR         folder for the overlays (default: explained/ in the folder of the reports)
  --method NAME     ${anyMethodNames.join(', ')} (grad-cam)
  --layer NAME      layer of the base that is explained (out_relu); not for occlusion
  --colours NAME    ${Object.keys(colourTables).join(', ')} (inferno)
  --data DIR        the data set whose model is asked (default: the generated sample)
  --weights FILE    the Keras H5 file of the model's base, where it is no longer found by itself
  --help            this text

Of each picture two PNG files are written, in its own pixels: what raises the price and what lowers it. The model is the one that the last
npm run report trained for that data set.`;

/** What the model was trained with stays as it is. */
const ofTheModel = ['image-size', 'epochs', 'seed'];

/** The value of an option that has to be one of some names. Throws `BAD_SETTING`. */
function chosen<T extends string>(option: string, value: unknown, names: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = names.find((name) => name === value);
  if (found) return found;
  throw new ReportError(
    'BAD_SETTING',
    `--${option} is "${value}", expected one of ${names.join(', ')}: correct or leave it out.`,
  );
}

/** The text of an option, if it was given. Throws `BAD_SETTING` for an empty one, as an unset variable of the shell gives it. */
function given(option: string, value: unknown): string | undefined {
  if (typeof value !== 'string' || value.trim() !== '') return value as string | undefined; // the options take text only
  throw new ReportError('BAD_SETTING', `--${option} is empty: give it a value or leave it out.`);
}

function shown(
  { pictures, scoreName, places, method, layer, model, warnings }: FileExplanations,
  names: readonly string[],
  here: string,
): string {
  const overlay = (side: string, { file, largest, level }: FileOverlay): string => {
    const note =
      largest === 0 ? 'nothing does' : level ? 'the same everywhere' : `up to ${largest.toPrecision(3)}`;
    return `    ${side} it: ${path.relative(here, file) || file} (${note})`;
  };
  const { base, scaler } = model;
  return [
    ...pictures.flatMap(({ price, raises, lowers }, i) => [
      `${euros(price).padStart(9)}  ${names[i]}`,
      overlay('raises', raises),
      overlay('lowers', lowers),
    ]),
    '',
    `Explained: ${scoreName}; ${method}${method === 'occlusion' ? '' : ` at ${layer}, ${places.width}×${places.height} places`}.`,
    `Model: target ${scaler.kind}, MobileNetV2 with alpha ${base.alpha} at ${base.imageSize} px, ${base.name}.`,
    ...warnings.map((warning) => `WARNING: ${warning}`),
  ].join('\n');
}

runMain(async () => {
  const start = performance.now();
  const text = { type: 'string' } as const;
  const own = { out: text, method: text, layer: text, colours: text };
  const { values, positionals } = parseOptions(process.argv.slice(2), own, usage);
  if (values.help === true) return console.log(usage);
  const fixed = ofTheModel.find((name) => values[name] !== undefined);
  if (fixed)
    throw new ReportError(
      'BAD_SETTING',
      `--${fixed} is a matter of training, not of explanation.\n\n${usage}`,
    );
  if (positionals.length === 0) throw new ReportError('BAD_SETTING', `No picture was named.\n\n${usage}`);
  const here = process.env.INIT_CWD ?? process.cwd();
  const config = loadSettings(process.env, settingsOf(values, here));
  const out = given('out', values.out);
  const colours = chosen(
    'colours',
    values.colours,
    Object.keys(colourTables) as (keyof typeof colourTables)[],
  ); // its own keys
  const explanations = await explainFiles(
    terminalRun(config),
    positionals.map((file) => path.resolve(here, file)),
    {
      out: out === undefined ? path.join(config.reports, 'explained') : path.resolve(here, out),
      method: chosen('method', values.method, anyMethodNames),
      layer: given('layer', values.layer),
      colours: colours && colourTables[colours],
    },
  );
  console.log(
    `${shown(explanations, positionals, here)}\nDone in ${((performance.now() - start) / 1000).toFixed(1)} s.`,
  );
});
