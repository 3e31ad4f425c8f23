import { buildHead } from '../../networks/head';
import { type RangeTest, rangeTest } from '../../training/rangeTest';
import { headSettings } from './headSettings';
import { featureSource, fitScaler, type PreparedData } from './preparedData';
import { priceTask } from './priceTask';
import type { Run } from './settings';
import type { TargetKind } from './target';

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
