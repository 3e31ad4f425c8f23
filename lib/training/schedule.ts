import { ReportError } from '../core/errors';

/** How the learning rate changes during a training. */
export type Schedule = { kind: 'constant' } | CosineSchedule | PlateauSchedule;

/** Rises in a line from the first step on, then falls along half a cosine (Loshchilov & Hutter 2017, without restarts) until the last step. */
export interface CosineSchedule {
  kind: 'cosine';
  /** Epochs, also parts of one, in which the rate rises; default 1. */
  warmUpEpochs?: number;
  /** Share of the highest rate that it falls to; default 0. */
  end?: number;
}

/** Falls whenever the validation error has not become smaller for some epochs: Keras' `ReduceLROnPlateau`, with its defaults. */
export interface PlateauSchedule {
  kind: 'plateau';
  /** What the rate is multiplied by; default 0.1. */
  factor?: number;
  /** Epochs without a smaller error before the rate falls; default 10. */
  patience?: number;
  /** By how much an error must lie below the best one to count as smaller; default 0.0001. */
  minDelta?: number;
  /** Epochs after a fall that are not counted; default 0. */
  cooldown?: number;
  /** The rate never falls below it; default 0. */
  minRate?: number;
}

/** What the rate of later steps depends on besides their number; plain JSON. */
export interface RateState {
  rate: number;
  /** Smallest validation error that counted, null before the first epoch. */
  best: number | null;
  /** Epochs since then. */
  waited: number;
  /** Epochs to come that are not counted. */
  cooldown: number;
}

/** The state before the first epoch. */
export const startRate = (learningRate: number): RateState => ({
  rate: learningRate,
  best: null,
  waited: 0,
  cooldown: 0,
});

/**
 * The learning rate of step `done` (counted from 0 over all epochs) of a training of `epochs` epochs with `stepsPerEpoch` steps each. `state`
 * is that of the epoch under way; `learningRate` the highest rate there is.
 */
export function rateAt(
  schedule: Schedule,
  learningRate: number,
  state: RateState,
  { done, epochs, stepsPerEpoch }: { done: number; epochs: number; stepsPerEpoch: number },
): number {
  if (schedule.kind !== 'cosine') return state.rate;
  const { warmUpEpochs = 1, end } = schedule;
  const warmUp = Math.round(warmUpEpochs * stepsPerEpoch);
  return cosineRate({ learningRate, warmUp, total: epochs * stepsPerEpoch, end }, done);
}

/**
 * The rate of step `done` when it rises over `warmUp` steps, the last of which has the highest rate, and falls from the next on. Keras'
 * `CosineDecay`, but that its warm-up begins with a step of rate 0, which changes nothing and is left out.
 */
export function cosineRate(
  {
    learningRate,
    warmUp,
    total,
    end = 0,
  }: { learningRate: number; warmUp: number; total: number; end?: number },
  done: number,
): number {
  if (done < warmUp) return (learningRate * (done + 1)) / warmUp;
  const share = Math.min(1, (done - warmUp) / Math.max(1, total - warmUp));
  return learningRate * ((1 - end) * ((1 + Math.cos(Math.PI * share)) / 2) + end);
}

/** The state after an epoch with this validation error. */
export function rateAfterEpoch(schedule: Schedule, state: RateState, error: number): RateState {
  if (schedule.kind !== 'plateau') return state;
  const { factor = 0.1, patience = 10, minDelta = 1e-4, minRate = 0 } = schedule;
  const cooldown = Math.max(0, state.cooldown - 1);
  if (state.best === null || error < state.best - minDelta) {
    return { ...state, best: error, waited: 0, cooldown };
  }
  if (cooldown > 0) return { ...state, waited: 0, cooldown };
  const waited = (state.cooldown > 0 ? 0 : state.waited) + 1;
  if (waited < patience || state.rate <= minRate) return { ...state, waited, cooldown };
  const rate = Math.max(minRate, state.rate * factor);
  return { ...state, rate, waited: 0, cooldown: schedule.cooldown ?? 0 };
}

/** Throws `BAD_INPUT` when a part of the schedule does not fit a training of so many epochs. */
export function checkSchedule(schedule: Schedule, epochs: number): void {
  const wrong = problemOf(schedule, epochs);
  if (wrong) throw new ReportError('BAD_INPUT', `The schedule "${schedule.kind}" has ${wrong}.`);
}

function problemOf(schedule: Schedule, epochs: number): string | null {
  switch (schedule.kind) {
    case 'constant':
      return null;
    case 'cosine': {
      const { warmUpEpochs = 1, end = 0 } = schedule;
      if (!(warmUpEpochs >= 0 && warmUpEpochs <= epochs)) {
        return `warmUpEpochs ${warmUpEpochs}, expected 0 to ${epochs}, the epochs there are`;
      }
      return end >= 0 && end <= 1 ? null : `end ${end}, expected a share from 0 to 1`;
    }
    case 'plateau': {
      const { factor = 0.1, patience = 10, minDelta = 0, cooldown = 0, minRate = 0 } = schedule;
      if (!(factor > 0 && factor < 1)) return `factor ${factor}, expected above 0 and below 1`;
      if (!(Number.isInteger(patience) && patience >= 1)) {
        return `patience ${patience}, expected a whole number from 1 on`;
      }
      const negative = Object.entries({ minDelta, cooldown, minRate }).find(([, value]) => !(value >= 0));
      return negative ? `${negative[0]} ${negative[1]}, expected 0 or more` : null;
    }
    default:
      return 'a kind that is not known, expected constant, cosine or plateau';
  }
}
