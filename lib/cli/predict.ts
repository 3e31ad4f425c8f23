import { type GameGuess, predictGame } from '../studies/prices/predict';
import { euros } from '../studies/prices/units';
import { doneLine, modelLines, pictureRequest } from './modelPictures';
import { runMain, terminalRun } from './terminal';

/** `npm run predict`: what the trained model says of one game, from its pictures. */
const usage = `npm run predict -- PICTURE … [options]

  PICTURE           one or more picture files, all of one game
  --data DIR        the data set whose model is asked (default: the generated sample)
  --weights FILE    the Keras H5 file of the model's base, where it is no longer found by itself
  --help            this text

The model is the one that the last npm run report trained for that data set.`;

/** The guess in words, each picture by the name it was given. */
function shown(guess: GameGuess, names: readonly string[]): string {
  const { price, interval, confidence, pictures } = guess;
  const { low, high } = interval;
  const ends = high === null ? `${euros(low)} or more` : `${euros(low)} to ${euros(high)}`;
  return [
    `${euros(price)}, ${Number((100 * confidence).toFixed(1))}% interval ${ends}, from ${pictures.length} picture${pictures.length === 1 ? '' : 's'}:`,
    '',
    ...pictures.map((picture, i) => `  ${euros(picture.price).padStart(9)}  ${names[i]}`),
    '',
    ...modelLines(guess),
  ].join('\n');
}

runMain(async () => {
  const start = performance.now();
  const request = pictureRequest({}, usage, 'prediction');
  if (!request) return console.log(usage);
  const guess = await predictGame(terminalRun(request.config), request.files);
  console.log(`${shown(guess, request.names)}\n${doneLine(start)}`);
});
