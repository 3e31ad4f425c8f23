import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { explainDiskError, ReportError } from '../core/errors';
import { projectRoot, sha256, writeAtomic } from '../core/files';
import { readKerasWeights } from '../networks/hdf5';
import { writeKerasWeights } from '../networks/hdf5Writer';
import { ownBase } from '../networks/ownBase';
import { alphaOf, inModelOrder, randomWeights } from '../networks/weightArrays';
import { writeFigures } from '../studies/prices/base/card';
import { answerHeldOut } from '../studies/prices/base/heldOut';
import { basePictures, picturesPerGame } from '../studies/prices/base/pictures';
import { baseDrawing, baseTraining } from '../studies/prices/base/settings';
import { trainBase } from '../studies/prices/base/training';
import { compareBases } from '../studies/prices/base/usefulness';
import { loadConfig } from '../studies/prices/settings';
import { loadTensorFlow } from '../tensorflow/backend';

/**
 * `npm run train-base`: draws pictures, trains the project's own base on them, writes it to `lib/networks/base/` with its figures in the model
 * card. Ctrl-C keeps what is finished; the same command goes on from there.
 */
const usage = `npm run train-base -- [--data NAME=DIR …] [--weights FILE]

  --data NAME=DIR   compare the bases on this data set too, and call it NAME in the model card
  --weights FILE    compare with these weights too (a Keras H5 file of a MobileNetV2 without top, such as ImageNet's)`;

const splits = 20; // of the games, for each comparison
const probed = 4000; // pictures to which the layer is fitted that reads the answers off the finished base
const root = projectRoot();

interface Arguments {
  data: { name: string; folder: string }[];
  weights: string | undefined;
}

function readArguments(): Arguments | null {
  const options = {
    data: { type: 'string', multiple: true },
    weights: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  try {
    const { values } = parseArgs({ options });
    if (values.help) return null;
    const cwd = process.env.INIT_CWD ?? process.cwd();
    const data = (values.data ?? []).map((pair) => {
      const [name = '', ...folder] = pair.split('=');
      if (folder.length === 0) throw new Error(`--data is "${pair}", expected NAME=DIR`);
      return { name, folder: requirePath(path.resolve(cwd, folder.join('='))) };
    });
    return { data, weights: values.weights && requirePath(path.resolve(cwd, values.weights)) };
  } catch (error) {
    if (error instanceof ReportError) throw error;
    throw new ReportError('BAD_SETTING', `${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

function requirePath(place: string): string {
  if (existsSync(place)) return place;
  throw new ReportError('BAD_SETTING', `There is no ${place}: correct the option.`);
}

/** Writes a line every half minute, and at the end. */
function reporter(label: string): (done: number, total: number) => void {
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (done < total && now - last < 30_000) return;
    last = now;
    console.log(`  ${label}: ${done} of ${total}`);
  };
}

async function main(): Promise<void> {
  const wanted = readArguments();
  if (!wanted) return console.log(usage);
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort());
  const { signal } = abort;
  const config = loadConfig();
  const folder = path.join(config.work, 'base');
  await loadTensorFlow();
  const pictures = await basePictures({
    folder,
    ...baseDrawing,
    onProgress: reporter('Games drawn'),
    signal,
  });
  const known = baseDrawing.games - baseDrawing.heldOut;
  const trained = await trainBase({
    pictures,
    games: known,
    settings: baseTraining,
    checkpoint: path.join(folder, 'checkpoint.bin'),
    onProgress: reporter('Training'),
    onEpoch: (epoch, loss) => console.log(`  Epoch ${epoch}: loss ${loss.toFixed(3)}`),
    signal,
  });
  const { alpha } = baseTraining;
  const file = path.join(root, ownBase.file);
  await writeKerasWeights(file, trained.arrays);
  console.log(`Written: ${ownBase.file}`);

  const rows = Array.from({ length: pictures.count }, (_, row) => row);
  const heldOut = rows.slice(known * picturesPerGame);
  const tasks = await answerHeldOut({ ...trained, alpha }, pictures, rows.slice(0, probed), heldOut);
  const bases = [
    { name: 'random weights', arrays: randomWeights(alpha, config.seed), alpha },
    { name: "the project's own base", arrays: trained.arrays, alpha },
  ];
  if (wanted.weights) {
    const arrays = inModelOrder(await readKerasWeights(wanted.weights));
    bases.push({ name: 'ImageNet weights', arrays, alpha: alphaOf(arrays) });
  }
  const sets = [{ name: 'The generated sample', folder: null as string | null }, ...wanted.data];
  const usefulness = [];
  for (const { name, folder: data } of sets) {
    const table = await compareBases({ ...config, data, imageSize: baseDrawing.size }, bases, splits);
    usefulness.push({ data: name, table });
  }
  const content = await readFile(file);
  const figures = {
    sha256: sha256(content),
    bytes: content.length,
    trainingGames: known,
    trainingPictures: known * picturesPerGame,
    heldOutPictures: heldOut.length,
    epochs: baseTraining.epochs,
    drawingMinutes: pictures.seconds / 60,
    trainingMinutes: trained.seconds / 60,
    firstLoss: trained.losses[0] ?? 0,
    lastLoss: trained.losses.at(-1) ?? 0,
    tasks,
    usefulness,
  };
  await writeAtomic(path.join(folder, 'figures.json'), `${JSON.stringify(figures, null, 2)}\n`);
  await writeFigures(path.join(root, ownBase.card), figures);
  console.log(`Written: ${ownBase.card}`);
}

main().catch((error: unknown) => {
  const explained = explainDiskError(error, 'the base');
  console.error(explained instanceof ReportError ? `\nStopped: ${explained.message}` : explained);
  process.exitCode = 1;
});
