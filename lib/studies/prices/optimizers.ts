import type { Staged } from '../../core/stage';
import { buildHead } from '../../networks/head';
import { judgeEach } from '../../training/judgeEach';
import { type RangeTest, rangeTest } from '../../training/rangeTest';
import { schedules } from '../../training/schedule';
import type { TrainingSettings } from '../../training/settings';
import { validationError } from './predictions';
import { featureSource, fitScaler, type PreparedData } from './preparedData';
import { headSettings, type PriceModel, trainPriceModel } from './priceModel';
import { priceTask } from './priceTask';
import type { Config, Run } from './settings';
import type { TargetKind } from './target';

/** Gradient descent takes steps as large as the gradient, so it needs a larger rate than rules that divide by its size. */
const gradientDescent = 10;

type OptimizerChoice = Required<Pick<TrainingSettings, 'optimizer' | 'learningRate'>> &
  Pick<Config, 'schedule'>;

export type OptimizerResult = Awaited<ReturnType<typeof tryOptimizer>>;

/** The original authors' optimizers at the report's learning rate (momentum at ten times it, as in Keras), and Adam with each schedule. */
export const comparedOptimizers = ({ learningRate }: Pick<Config, 'learningRate'>): OptimizerChoice[] => [
  { optimizer: 'adam', schedule: 'constant', learningRate },
  { optimizer: 'adam', schedule: 'cosine', learningRate },
  { optimizer: 'adam', schedule: 'plateau', learningRate },
  { optimizer: 'rmsprop', schedule: 'constant', learningRate },
  { optimizer: 'momentum', schedule: 'constant', learningRate: gradientDescent * learningRate },
];

/** Heads as `model` with other optimizers and schedules, judged on validation games; or what an earlier run found. */
export const compareOptimizers = (
  run: Run,
  prepared: PreparedData,
  model: Staged<PriceModel>,
  choices = comparedOptimizers(run.config),
): Promise<OptimizerResult[]> => {
  const stage = { name: 'optimizers', version: 1, inputs: { model: model.key, choices } };
  return judgeEach(run, 'Optimizers and schedules', stage, choices, (choice) =>
    tryOptimizer(run, prepared, model, choice),
  );
};

async function tryOptimizer(
  run: Run,
  prepared: PreparedData,
  model: Staged<PriceModel>,
  choice: OptimizerChoice,
) {
  const { optimizer, schedule: name, learningRate } = choice;
  const { config } = run;
  const own = optimizer === 'adam' && name === config.schedule && learningRate === config.learningRate;
  const changes = { optimizer, learningRate, schedule: schedules[name] ?? undefined };
  const trained = own ? model : await trainPriceModel(run, prepared, model.scaler.kind, { changes });
  try {
    const { epochs, bestEpoch } = trained.history;
    const error = await validationError(run, prepared, trained); // EUR cents
    return { ...choice, epochs: epochs.length, bestEpoch, error };
  } finally {
    if (!own) trained.dispose();
  }
}

/** From where hardly anything changes to where everything explodes. */
const range = { low: 1e-5, high: 1, steps: 200 };

/** A range test of learning rates (see `rangeTest`) on an untrained head for the target, with the run's settings and training pictures. */
export async function tryLearningRates(
  run: Run,
  prepared: PreparedData,
  kind: TargetKind,
  steps = range.steps,
): Promise<RangeTest> {
  const { head, settings } = headSettings(run, kind);
  const scaler = fitScaler(prepared.selection, kind);
  const model = buildHead(prepared.features.shape, head);
  try {
    return await rangeTest({
      model,
      task: priceTask(scaler),
      training: featureSource(prepared, scaler, ({ part }) => part === 'training'),
      settings: { ...range, steps, batchSize: settings.batchSize, seed: settings.seed },
      signal: run.signal,
    });
  } finally {
    model.dispose();
  }
}
