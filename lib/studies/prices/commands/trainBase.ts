import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { command } from '../../../core/command';
import { projectRoot } from '../../../core/files';
import { writeKerasWeights } from '../../../networks/hdf5';
import { ownBase } from '../../../networks/weights';
import { loadTensorFlow } from '../../../tensorflow/backend';
import { writeCard } from '../base/card';
import { basePictures } from '../base/pictures';
import { baseTraining } from '../base/settings';
import { trainBase as trainOnPictures } from '../base/train';
import { viewSource } from '../base/views';
import type { Config } from '../settings';

/** `npm run train-base`: draws pictures, trains the base of our own on them, and writes it with its figures in the model card. */
export const trainBase = command<Config, Record<never, never>>({
  about:
    'Draws pictures and trains the base of our own on them, in about half an hour; the same command goes on where it was interrupted.',
  settings: [],
  options: {},
  run: async (run) => {
    const folder = path.join(run.config.work, 'base');
    await loadTensorFlow();
    const pictures = await basePictures(run, path.join(folder, 'pictures'));
    const trained = await trainOnPictures(run, folder, pictures, baseTraining);
    const file = path.join(projectRoot(), ownBase.file);
    await writeKerasWeights(file, trained.arrays);
    const { games, phases, seed } = baseTraining;
    const held = { first: games.training, games: games.heldOut };
    const heldOut = viewSource(pictures, held, phases.at(-1)!.view, seed); // there are phases
    await writeCard(path.join(projectRoot(), ownBase.card), await readFile(file), trained, heldOut);
    console.log(`Written: ${ownBase.file}, ${ownBase.card}`);
  },
});
