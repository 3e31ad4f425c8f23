import path from 'node:path';
import { ReportError } from '../lib/errors';
import { type GameGuess, predictGame } from '../lib/pipeline/predict';
import { euros } from '../lib/units';
import { loadSettings, parseOptions, settingsOf } from './arguments';
import { runMain, terminalRun } from './terminal';

/** `npm run predict`: what the trained model says of one game, from its pictures. */
const usage = `npm run predict -- PICTURE … [options]

  PICTURE           one or more picture files, all of one game
  --data DIR        the data set whose model is asked (default: the generated sample)
  --weights FILE    the Keras H5 file of the model's base, where it is no longer found by itself
  --help            this text

The model is the one that the last npm run report trained for that data set.`;

/** What the model was trained with stays as it is. */
const ofTheModel = ['image-size', 'epochs', 'seed'];

/** The guess in words, each picture by the name it was given. */
function shown(
  { price, interval, confidence, pictures, model, warnings }: GameGuess,
  names: readonly string[],
): string {
  const { low, high } = interval;
  const ends = high === null ? `${euros(low)} or more` : `${euros(low)} to ${euros(high)}`;
  const { base, scaler } = model;
  return [
    `${euros(price)}, ${Number((100 * confidence).toFixed(1))}% interval ${ends}, from ${pictures.length} picture${pictures.length === 1 ? '' : 's'}:`,
    '',
    ...pictures.map((picture, i) => `  ${euros(picture.price).padStart(9)}  ${names[i]}`),
    '',
    `Model: target ${scaler.kind}, MobileNetV2 with alpha ${base.alpha} at ${base.imageSize} px, ${base.name}.`,
    ...warnings.map((warning) => `WARNING: ${warning}`),
  ].join('\n');
}

runMain(async () => {
  const start = performance.now();
  const { values, positionals } = parseOptions(process.argv.slice(2), {}, usage);
  if (values.help === true) return console.log(usage);
  const fixed = ofTheModel.find((name) => values[name] !== undefined);
  if (fixed)
    throw new ReportError(
      'BAD_SETTING',
      `--${fixed} is a matter of training, not of prediction.\n\n${usage}`,
    );
  if (positionals.length === 0) throw new ReportError('BAD_SETTING', `No picture was named.\n\n${usage}`);
  const here = process.env.INIT_CWD ?? process.cwd();
  const run = terminalRun(loadSettings(process.env, settingsOf(values, here)));
  const guess = await predictGame(
    run,
    positionals.map((file) => path.resolve(here, file)),
  );
  console.log(`${shown(guess, positionals)}\nDone in ${((performance.now() - start) / 1000).toFixed(1)} s.`);
});
