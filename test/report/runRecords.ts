import type { EpochRecord } from '../../lib/core/concepts';
import type { RunRecord } from '../../lib/training/runRecord';

export const epochRecord = (epoch: number, mse: number): EpochRecord => ({
  epoch,
  training: { loss: 1, mse: 0.9, mae: 0.8 },
  validation: { loss: mse + 0.1, mse, mae: mse / 2 },
  seconds: 2,
  learningRate: 0.001,
});

/** The record of a training whose smallest validation error is `mse`. */
export const trainingRecord = (mse: number, change: Partial<RunRecord> = {}): RunRecord => ({
  format: 'training-run',
  version: 2,
  ended: '2025-01-31T23:59:58.123Z',
  seconds: 12,
  kind: 'head',
  settings: { l2: 0.01, units: [128, 64], schedule: { kind: 'constant' } },
  seed: 42,
  configuration: { imageSize: 96 },
  data: { features: 'f'.repeat(64) },
  weights: 'w'.repeat(64),
  backend: { name: 'tensorflow', gpu: false },
  versions: { node: 'v20', tensorflow: '2.15.1', tensorflowJs: '4.22.0', project: '0.1.0' },
  metrics: { bestEpoch: 2, val_loss: mse + 0.1, val_mse: mse, val_mae: mse / 2 },
  monitor: { metric: 'mse', best: 'min' },
  epochs: [epochRecord(1, mse + 1), epochRecord(2, mse), epochRecord(3, mse)],
  failure: null,
  ...change,
});
