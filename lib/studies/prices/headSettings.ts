import type { Schedule } from '../../training/schedule';
import type { Run } from './settings';
import type { TargetKind } from './target';
import { outputsOf } from './target';

/** What decides about a head beside its features and targets. */
export function headSettings({ config }: Run, kind: TargetKind) {
  const { epochs, patience, batchSize, learningRate, seed, l2, dropout1, dropout2 } = config;
  const schedule = schedules[config.schedule];
  return {
    head: { l2, dropout1, dropout2, seed, outputs: outputsOf(kind) },
    settings: { epochs, patience, batchSize, learningRate, seed, ...(schedule ? { schedule } : {}) },
  };
}

/** What the settings of that name stand for. A plateau's patience is less than that of the training by default, so that a smaller rate has its chance. */
export const schedules: Record<Run['config']['schedule'], Schedule | null> = {
  constant: null,
  cosine: { kind: 'cosine', warmUpEpochs: 1 },
  plateau: { kind: 'plateau', factor: 0.5, patience: 2 },
};
