import path from 'node:path';
import { ReportError } from '../core/errors';
import { anyMethodNames } from '../explain/baseAndHead';
import { inferno, jet, viridis } from '../explain/colour';
import { explainFiles, type FileExplanations, type FileOverlay } from '../studies/prices/explainFiles';
import { euros } from '../studies/prices/units';
import { given } from './arguments';
import { doneLine, modelLines, pictureRequest } from './modelPictures';
import { runMain, terminalRun } from './terminal';

const colourTables = { inferno, viridis, jet } as const;

/** `npm run explain`: where in a picture the trained model sees a high or a low price. */
const usage = `npm run explain -- PICTURE … [options]

  PICTURE           one or more picture files
  --out DIR         folder for the overlays (default: explained/ in the folder of the reports)
  --method NAME     ${anyMethodNames.join(', ')} (grad-cam)
  --layer NAME      layer of the base that is explained (block_6_expand_relu); not for occlusion
  --colours NAME    ${Object.keys(colourTables).join(', ')} (inferno)
  --data DIR        the data set whose model is asked (default: the generated sample)
  --weights FILE    the Keras H5 file of the model's base, where it is no longer found by itself
  --help            this text

Of each picture two PNG files are written, in its own pixels: what raises the price and what lowers it. The model is the one that the last
npm run report trained for that data set.`;

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

function shown(found: FileExplanations, names: readonly string[], here: string): string {
  const { pictures, scoreName, places, method, layer } = found;
  const overlay = (side: string, { file, largest, level }: FileOverlay): string => {
    const note =
      largest === 0 ? 'nothing does' : level ? 'the same everywhere' : `up to ${largest.toPrecision(3)}`;
    return `    ${side} it: ${path.relative(here, file) || file} (${note})`;
  };
  return [
    ...pictures.flatMap(({ price, raises, lowers }, i) => [
      `${euros(price).padStart(9)}  ${names[i]}`,
      overlay('raises', raises),
      overlay('lowers', lowers),
    ]),
    '',
    `Explained: ${scoreName}; ${method}${method === 'occlusion' ? '' : ` at ${layer}, ${places.width}×${places.height} places`}.`,
    ...modelLines(found),
  ].join('\n');
}

runMain(async () => {
  const start = performance.now();
  const text = { type: 'string' } as const;
  const own = { out: text, method: text, layer: text, colours: text };
  const request = pictureRequest(own, usage, 'explanation');
  if (!request) return console.log(usage);
  const { values, names, files, here, config } = request;
  const out = given('out', values.out);
  const colours = chosen(
    'colours',
    values.colours,
    Object.keys(colourTables) as (keyof typeof colourTables)[],
  ); // its own keys
  const explanations = await explainFiles(terminalRun(config), files, {
    out: out === undefined ? path.join(config.reports, 'explained') : path.resolve(here, out),
    method: chosen('method', values.method, anyMethodNames),
    layer: given('layer', values.layer),
    colours: colours && colourTables[colours],
  });
  console.log(`${shown(explanations, names, here)}\n${doneLine(start)}`);
});
