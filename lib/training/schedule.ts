import type { Config } from '../core/settings';

/** How the rate changes: cosine with warm-up (Loshchilov & Hutter 2017, no restarts), or lower at a plateau (Keras' `ReduceLROnPlateau`). */
export type Schedule =
  | { kind: 'constant' }
  /** Epochs, also parts of one, in which the rate rises; default 1. */
  | { kind: 'cosine'; warmUpEpochs?: number }
  /** What the rate is multiplied by (default 0.1), and epochs without a smaller error before it falls (default 10). */
  | { kind: 'plateau'; factor?: number; patience?: number };

/** What the setting of that name stands for. A plateau waits less than the training by default, so that a smaller rate has its chance. */
export const schedules: Record<Config['schedule'], Schedule | null> = {
  constant: null,
  cosine: { kind: 'cosine', warmUpEpochs: 1 },
  plateau: { kind: 'plateau', factor: 0.5, patience: 2 },
};

/** What the rate of later steps depends on besides their number; plain JSON. */
export interface RateState {
  rate: number;
  /** Smallest validation error that counted, null before the first epoch. */
  best: number | null;
  waited: number;
}

export const startRate = (learningRate: number): RateState => ({ rate: learningRate, best: null, waited: 0 });

/** The learning rate of step `done`, counted from 0 over all epochs: Keras' `CosineDecay` without its first step, whose rate is 0. */
export function rateAt(
  schedule: Schedule,
  learningRate: number,
  state: RateState,
  { done, epochs, stepsPerEpoch }: { done: number; epochs: number; stepsPerEpoch: number },
): number {
  if (schedule.kind !== 'cosine') return state.rate;
  const warmUp = Math.round((schedule.warmUpEpochs ?? 1) * stepsPerEpoch);
  if (done < warmUp) return (learningRate * (done + 1)) / warmUp;
  const share = Math.min(1, (done - warmUp) / Math.max(1, epochs * stepsPerEpoch - warmUp));
  return learningRate * ((1 + Math.cos(Math.PI * share)) / 2);
}

/** By how much an error must lie below the best one to count as smaller. */
const MIN_DELTA = 1e-4;

export function rateAfterEpoch(schedule: Schedule, state: RateState, error: number): RateState {
  if (schedule.kind !== 'plateau') return state;
  const { factor = 0.1, patience = 10 } = schedule;
  if (state.best === null || error < state.best - MIN_DELTA) return { ...state, best: error, waited: 0 };
  const waited = state.waited + 1;
  return waited < patience ? { ...state, waited } : { ...state, rate: state.rate * factor, waited: 0 };
}
