import path from 'node:path';
import { command } from '../../../core/command';
import { flag } from '../../../core/settings';
import { type GameGuess, predictGame } from '../foundModel';
import type { Config } from '../settings';
import { formatPrice } from '../units';

const options = {
  json: flag(false, 'the answer as JSON and nothing else, prices in hundredths of the currency'),
};

/** `npm run predict`: what the trained model says of one game, from its pictures. */
export const predict = command<Config, typeof options>({
  about: 'The model is the one that the last npm run report trained for that data set.',
  operands: ['PICTURE …', 'one or more picture files, all of one game'],
  settings: ['data', 'weights'],
  options,
  run: async (run, { operands, folder, options: { json } }) => {
    const guess = await predictGame(
      run,
      operands.map((file) => path.resolve(folder, file)),
    );
    console.log(json ? JSON.stringify(guess, null, 2) : shown(guess, operands));
  },
});

function shown(guess: GameGuess, names: readonly string[]): string {
  const { price, interval, confidence, pictures } = guess;
  const { low, high } = interval;
  const ends = high === null ? `${formatPrice(low)} or more` : `${formatPrice(low)} to ${formatPrice(high)}`;
  return [
    `${formatPrice(price)}, ${Number((100 * confidence).toFixed(1))}% interval ${ends}, from ${pictures.length} picture${pictures.length === 1 ? '' : 's'}:`,
    '',
    ...pictures.map((picture, i) => `  ${formatPrice(picture.price).padStart(9)}  ${names[i]}`),
    '',
    ...modelLines(guess),
  ].join('\n');
}

/** The lines that say which model was asked, and what makes its answers worth less. */
export const modelLines = ({
  model: { base, scaler },
  warnings,
}: Pick<GameGuess, 'model' | 'warnings'>): string[] => [
  `Model: target ${scaler.kind}, ${base.architecture} at ${base.imageSize} px, ${base.name}.`,
  ...warnings.map((warning) => `WARNING: ${warning}`),
];
