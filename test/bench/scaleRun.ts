import { parseArgs } from 'node:util';
import { quietRun } from '../../lib/core/run';
import { dealRows } from '../../lib/data/partRows';
import { openBackbone } from '../../lib/networks/backbones';
import { computeFeatures, featureRows } from '../../lib/networks/featureStage';
import { selectGames } from '../../lib/studies/prices/games';
import { judge } from '../../lib/studies/prices/judgement';
import { predictPictures } from '../../lib/studies/prices/predictions';
import { openPictures, trainingPrices } from '../../lib/studies/prices/preparedData';
import { trainReportModel } from '../../lib/studies/prices/reportModel';
import { type Config, defaults } from '../../lib/studies/prices/settings';

/**
 * One size of the scaling run, in a process of its own: `scaleRun.ts --data DIR --work DIR --epochs N --size PIXELS`. Says after each step
 * what was done, a line of JSON each: from pictures to a trained head and the predictions for test games.
 */
const text = { type: 'string' } as const;
const options = { data: text, work: text, epochs: text, size: text };
const { values } = parseArgs({ options });
const { data = '', work = '', epochs = '3', size = '96' } = values;

async function main(): Promise<void> {
  const run = quietRun<Config>({
    ...defaults(work),
    data,
    work,
    weights: process.env.REPORT_WEIGHTS || null,
    epochs: Number(epochs),
    patience: Number(epochs),
    batchSize: 128,
    imageSize: Number(size),
    variants: 1,
    learningRate: 0.0005,
    target: 'log1p', // one head, whose time is told
  });
  let since = performance.now();
  const say = (step: string, items: number, figures: Record<string, unknown> = {}): void => {
    const now = performance.now();
    process.stdout.write(`${JSON.stringify({ step, items, seconds: (now - since) / 1000, ...figures })}\n`);
    since = performance.now();
  };
  const selection = await selectGames(run);
  say('table', selection.kept.length);
  const pictures = (await openPictures(run, selection)).stages.images;
  const images = pictures.value;
  const parts = dealRows(images, selection.split);
  say('pictures', images.count, { unreadable: images.index.unreadable.length });
  const weights = await openBackbone(run);
  const rows = featureRows(parts, run.config.variants);
  const computed = await computeFeatures(run, images, weights, rows);
  const features = computed.value;
  say('features', rows.length, { weights: weights.name });
  const close = (): void => {
    features.close();
    images.close();
  };
  const stages = { images: pictures, features: computed };
  const prepared = { selection, images, parts, weights, rows, features, stages, close };
  const trained = await trainReportModel(run, prepared);
  const { history } = trained;
  const seen = rows.filter(({ part }) => part === 'training').length * history.epochs.length;
  say('head', seen, { epochs: history.epochs.length, valLoss: history.epochs.at(-1)?.validation.loss });
  const predictions = await predictPictures(run, prepared, trained);
  const test = predictions.filter(({ part }) => part === 'test');
  const { game, baselines } = judge(test, trainingPrices(selection), trained.scaler);
  const median = baselines.find(({ name }) => name === 'median');
  say('predictions', predictions.length, {
    mae: game.mae,
    medianMaeCents: median?.evaluation.mae,
  });
  close();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
