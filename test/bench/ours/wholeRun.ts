import { rm } from 'node:fs/promises';
import path from 'node:path';
import { quietRun } from '../../../lib/core/run';
import { dealRows } from '../../../lib/data/partRows';
import { computeFeatures, featureRows } from '../../../lib/networks/featureStage';
import { mobilenet } from '../../../lib/networks/weightArrays';
import { selectGames } from '../../../lib/studies/prices/games';
import { judge } from '../../../lib/studies/prices/judgement';
import { predictPictures } from '../../../lib/studies/prices/predictions';
import { openPictures, trainingPrices } from '../../../lib/studies/prices/preparedData';
import { trainReportModel } from '../../../lib/studies/prices/reportModel';
import { defaults } from '../../../lib/studies/prices/settings';
import { disturbedWeights } from './features';
import type { Done, StageOptions, Work } from './work';

/**
 * Everything from the table to predicted prices of test games: 300 games with about 8 pictures each, one augmented copy, MobileNetV2 1.0
 * at 96 px, five epochs in batches of 32, on a folder in which nothing has been made yet.
 */
export async function wholeRun({ data, scratch }: StageOptions): Promise<Work> {
  const config = {
    ...defaults(scratch),
    data,
    epochs: 5,
    patience: 5,
    batchSize: 32,
    variants: 1,
    learningRate: 0.001,
    alpha: 1,
    target: 'standardized' as const, // as the original
    outlierRule: 'fixed' as const,
  };
  const weights = {
    ...mobilenet(disturbedWeights(1), 1),
    source: 'file' as const,
    name: 'bench',
    sha256: 'bench',
    alpha: 1,
    warning: null,
  };
  let round = 0;
  const once = async (): Promise<Done> => {
    const work = path.join(scratch, `run-${round++}`);
    const run = { ...quietRun({ ...config, work }), weights };
    const parts: Record<string, number> = {};
    let since = performance.now();
    const step = (name: string): void => {
      const now = performance.now();
      [parts[name], since] = [(now - since) / 1000, now];
    };
    const selection = await selectGames(run);
    step('table');
    const pictures = (await openPictures(run, selection)).stages.images;
    const images = pictures.value;
    const dealt = dealRows(images, selection.split);
    step('pictures');
    const rows = featureRows(dealt, config.variants);
    const computed = await computeFeatures(run, images, weights, rows);
    const features = computed.value;
    step('augmentation and features');
    const close = (): void => {
      features.close();
      images.close();
    };
    const stages = { images: pictures, features: computed };
    const prepared = { selection, images, parts: dealt, weights, rows, features, stages, close };
    const trained = await trainReportModel(run, prepared);
    step('training');
    const predictions = await predictPictures(run, prepared, trained);
    const { game, games } = judge(
      predictions.filter(({ part }) => part === 'test'),
      trainingPrices(selection),
      trained.scaler,
    );
    step('prediction');
    close();
    trained.dispose();
    await rm(work, { recursive: true });
    const check = { test_games: games.length, mae_cents: game.mae, rows: rows.length };
    return { n: 1, parts, check };
  };
  await once();
  return { unit: 'runs', run: once };
}
