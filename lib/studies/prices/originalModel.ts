import type { EpochRecord } from '../../core/concepts';
import { sha256, stableJson } from '../../core/files';
import { random } from '../../core/random';
import { dataName, stageFolder } from '../../core/run';
import { jsonStage } from '../../core/stage';
import { mean } from '../../data/numbers';
import { dealRows } from '../../data/partRows';
import { groupByItem } from '../../metrics/perItem';
import { computeFeatures, type FeatureRow } from '../../networks/featureStage';
import { buildHead } from '../../networks/head';
import { withEpochs } from '../../training/epochs';
import { labelledSource, rowsOf } from '../../training/sources';
import type { TrainingOptions } from '../../training/train';
import { openTraining } from '../../training/trainingLoop';
import type { Selection } from './games';
import { applyRule } from './outliers';
import { predictRows } from './predictions';
import type { PreparedData } from './preparedData';
import { priceTask } from './priceTask';
import type { Run } from './settings';
import { fitTarget, type PricePrediction, toPrice } from './target';
import { type AppId, type Cents, cents, formatPrice } from './units';

/** The original's choices where they differ from ours; it names no batch size and no share of validation: Keras' default, and the share used elsewhere in it. */
export const originalSettings = {
  augmentation: { rotation: 10, shift: 0.1, shear: 0.1, zoom: 0.1, horizontalFlip: true },
  head: { l2: 0.01, dropout1: 0.6, dropout2: 0.7 },
  training: { epochs: 5, batchSize: 32, learningRate: 0.001 },
  validationShare: 0.2,
};

/** The original's model on our pictures, and how it came about. Plain JSON. */
export type OriginalModel = Awaited<ReturnType<typeof learnAndPredict>>;

/** Trains and predicts as the original does, with its leak from training into validation; negative predictions count as 0. */
export async function originalModel(run: Run, prepared: PreparedData): Promise<OriginalModel> {
  const pool = poolOf(prepared);
  const own = { ...run, config: { ...run.config, ...originalSettings.augmentation } };
  const features = await computeFeatures(own, prepared.images, prepared.weights, pool.rows);
  const { seed } = run.config;
  const prices = pricesByGame(prepared.selection);
  try {
    const { value } = await jsonStage({
      name: 'original-model',
      version: 4,
      folder: stageFolder(run.config, 'models', `${dataName(run.config)}-original`),
      inputs: {
        settings: originalSettings,
        seed,
        features: features.key,
        test: prepared.stages.features.key,
        parts: sha256(stableJson(prepared.rows.map(({ part }) => part))),
        prices: sha256(stableJson([...prices])),
      },
      file: 'original.json',
      make: () => learnAndPredict(run, prepared, pool, features.value.read),
    });
    return value;
  } finally {
    features.value.close();
  }
}

/** The true price of every game with pictures, whether our outlier rule keeps it or not. */
const pricesByGame = ({ games }: Selection): Map<AppId, Cents> =>
  new Map(games.map(({ id, price }) => [id, price]));

/** With a smaller share of the games under the original's limit our own rule takes its place: the limit was set for prices on Steam. */
const FEWEST = 0.5;

/** What the original learns from: rows of pictures and copies, their games, and a sentence on the limit for prices. */
function poolOf({ selection, images }: PreparedData) {
  const { fullSplit, games, rules, rule, split } = selection;
  const known = new Set<AppId>([...fullSplit.training, ...fullSplit.validation]);
  const learnable = games.filter(({ id }) => known.has(id));
  const fixed = applyRule(rules.fixed, learnable).kept;
  const usable = fixed.length >= FEWEST * learnable.length;
  const chosen = (usable ? fixed : applyRule(rule, learnable).kept).map(({ id }) => id);
  const { rows } = dealRows(images, { training: chosen, validation: [], test: split.test });
  const outliers = usable
    ? `The original's model does not learn from games above ${formatPrice(rules.fixed.maxPrice)}.`
    : `Only ${fixed.length} of ${learnable.length} games cost at most ${formatPrice(rules.fixed.maxPrice)}, the original's limit, so the ${rule.kind} rule takes its place.`;
  const copies = [0, 1].flatMap((variant) =>
    rows.training.map((image): FeatureRow => ({ image, variant, part: 'training' })),
  );
  return { rows: copies, games: chosen, outliers };
}

async function learnAndPredict(
  run: Run,
  prepared: PreparedData,
  { rows, games, outliers }: ReturnType<typeof poolOf>,
  read: (rows: readonly number[]) => Float32Array,
) {
  const { seed } = run.config;
  const { head, training, validationShare } = originalSettings;
  const { item: id } = prepared.images.index.columns;
  const prices = pricesByGame(prepared.selection);
  const labels = rows.map(({ image }) => prices.get(id[image]!)!); // rows of the store, games of the pool
  const scaler = fitTarget('standardized', labels);
  const task = priceTask(scaler);
  const shape = prepared.features.shape;
  const shuffled = random(seed, 'original').shuffle([...rows.keys()]);
  const held = Math.max(1, Math.round(validationShare * rows.length));
  const all = labelledSource(task, labels, { shape, key: 'original', read });
  const model = buildHead(shape, { ...head, seed });
  try {
    const epochs = await withEpochs(run, "The original's setting", training.epochs, task, (onEpoch) =>
      trainToEnd({
        model,
        task,
        training: rowsOf(all, shuffled.slice(0, -held)),
        validation: rowsOf(all, shuffled.slice(-held)),
        settings: { ...training, patience: training.epochs, seed },
        onEpoch,
        signal: run.signal,
      }),
    );
    const isTest = ({ part }: FeatureRow): boolean => part === 'test';
    const predictions = await predictRows(run, prepared, { layers: model, scaler }, isTest);
    const truths = predictions.map(({ label }) => label);
    // As the original did it: fitted again to the true prices of the test pictures, which no honest prediction can know.
    const refitted = fitTarget('standardized', truths);
    return { games: games.length, pictures: rows.length, outliers, epochs, scaler, refitted, predictions };
  } finally {
    model.dispose();
  }
}

/** The prices of the test games, means over their pictures, by the scaler of the training or by the one that knows the test prices (`refitted`). */
export function originalPredictions(model: OriginalModel, by: 'scaler' | 'refitted'): Map<AppId, Cents> {
  const priceOf = ({ predicted }: PricePrediction): Cents => toPrice(model[by], predicted.output);
  const games = [...groupByItem(model.predictions)];
  return new Map(games.map(([id, pictures]) => [id, cents(mean(pictures.map(priceOf)))]));
}

/** Trains for all epochs and leaves the model with the weights of the last one, where `train` puts back those of the best. */
export async function trainToEnd(options: TrainingOptions): Promise<EpochRecord[]> {
  const { epochs } = options.settings;
  const training = openTraining({ ...options, settings: { ...options.settings, patience: epochs } });
  try {
    await training.run(epochs);
    return training.state().epochs;
  } finally {
    training.dispose();
  }
}
