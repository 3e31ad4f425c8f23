import path from 'node:path';
import { command } from '../../../core/command';
import { choice, place, text } from '../../../core/settings';
import { anyMethodNames } from '../../../explain/baseAndHead';
import { explainFiles, type FileExplanations } from '../explainFiles';
import type { Config } from '../settings';
import { formatPrice } from '../units';
import { modelLines } from './predict';

const options = {
  out: place(null, 'DIR', 'folder for the overlays. Without one, explained/ among the pages'),
  method: choice('grad-cam', anyMethodNames, 'how it is explained'),
  layer: text(
    null,
    'layer of the base that is explained, not for occlusion. Without one, that of the settings',
  ),
};

/** `npm run explain`: where in a picture the trained model sees a high or a low price. */
export const explain = command<Config, typeof options>({
  about:
    'Of each picture two PNG files are written, in its own pixels: what raises the price and what lowers it.\n' +
    'The model is the one that the last npm run report trained for that data set.',
  operands: ['PICTURE …', 'one or more picture files'],
  settings: ['data', 'weights'],
  options,
  run: async (run, { options: { out, method, layer }, operands, folder }) => {
    const files = operands.map((file) => path.resolve(folder, file));
    const found = await explainFiles(run, files, {
      out: out ?? path.join(run.config.reports, 'explained'),
      method,
      layer: layer ?? undefined,
    });
    console.log(shown(found, operands, folder));
  },
});

function shown(found: FileExplanations, names: readonly string[], here: string): string {
  const { pictures, scoreName, places, method, layer } = found;
  const overlay = (
    side: string,
    { file, largest, level }: FileExplanations['pictures'][number]['raises'],
  ): string => {
    const note =
      largest === 0 ? 'nothing does' : level ? 'the same everywhere' : `up to ${largest.toPrecision(3)}`;
    return `    ${side} it: ${path.relative(here, file) || file} (${note})`;
  };
  return [
    ...pictures.flatMap(({ price, raises, lowers }, i) => [
      `${formatPrice(price).padStart(9)}  ${names[i]}`,
      overlay('raises', raises),
      overlay('lowers', lowers),
    ]),
    '',
    `Explained: ${scoreName}; ${method}${method === 'occlusion' ? '' : ` at ${layer}, ${places.width}×${places.height} places`}.`,
    ...modelLines(found),
  ].join('\n');
}
