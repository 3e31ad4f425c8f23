import type { RunRecord } from '../../lib/training/runRecord';
import type { EpochRecord } from '../../lib/training/training';

export const epochRecord = (epoch: number, valMse: number): EpochRecord => ({
  epoch,
  loss: 1,
  mse: 0.9,
  mae: 0.8,
  accuracy: null,
  valLoss: valMse + 0.1,
  valMse,
  valMae: valMse / 2,
  valAccuracy: null,
  seconds: 2,
  learningRate: 0.001,
});

/** The record of a training whose smallest validation error is `valMse`. */
export const trainingRecord = (valMse: number, change: Partial<RunRecord> = {}): RunRecord => ({
  format: 'training-run',
  version: 1,
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
  metrics: { bestEpoch: 2, valMse, valMae: valMse / 2 },
  epochs: [epochRecord(1, valMse + 1), epochRecord(2, valMse), epochRecord(3, valMse)],
  failure: null,
  ...change,
});
