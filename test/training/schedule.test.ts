import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coreSettings, readSettings } from '../../lib/core/settings';
import { rateAfterEpoch, rateAt, type Schedule, startRate } from '../../lib/training/schedule';
import { trainingSettings } from '../../lib/training/settings';
import { oracleJson } from '../oracle';

interface Oracle {
  cosine: {
    learning_rate: number;
    warmup_steps: number;
    decay_steps: number;
    alpha: number;
    rates: number[];
  }[];
  errors: Record<string, number[]>;
  plateau: {
    errors: string;
    options: { factor?: number; patience?: number; min_delta?: number; cooldown?: number; min_lr?: number };
    learning_rate: number;
    rates: number[];
  }[];
}
const oracle = oracleJson<Oracle>('schedules');

/** Keras' options that the schedules here have too; others stand at Keras' defaults. */
const plateaus = oracle.plateau.filter(
  ({ options: { min_delta = 1e-4, cooldown = 0, min_lr = 0 } }) =>
    min_delta === 1e-4 && cooldown === 0 && min_lr === 0,
);

/** The rate of step `done` of `total`, the first `warmUp` of which rise. */
const cosineRate = (
  { learningRate, warmUp, total }: { learningRate: number; warmUp: number; total: number },
  done: number,
): number =>
  rateAt({ kind: 'cosine', warmUpEpochs: warmUp }, learningRate, startRate(learningRate), {
    done,
    epochs: total,
    stepsPerEpoch: 1,
  });

/** The rate in each epoch when these are the errors after them. */
function ratesOf(schedule: Schedule, learningRate: number, errors: readonly number[]): number[] {
  let state = startRate(learningRate);
  return errors.map((error) => {
    state = rateAfterEpoch(schedule, state, error);
    return rateAt(schedule, learningRate, state, { done: 0, epochs: errors.length, stepsPerEpoch: 1 });
  });
}

describe('the cosine schedule', () => {
  it.each(oracle.cosine.filter(({ alpha }) => alpha === 0))(
    'has the rates of Keras, whose first step of rate 0 is left out: $learning_rate',
    (wanted) => {
      const { learning_rate: learningRate, warmup_steps: warmUp, decay_steps, rates } = wanted;
      const total = warmUp + decay_steps;
      rates.forEach((_, done) => {
        const keras = done < warmUp ? rates[done + 1]! : rates[done]!;
        // Keras computes in float32, whose 1 + cos(x) is off by 1e-7 where it is near 0.
        const found = cosineRate({ learningRate, warmUp, total }, done);
        expect(Math.abs(found - keras), `step ${done}`).toBeLessThan(2e-7 * learningRate);
      });
      expect(rates.length).toBeGreaterThan(total); // beyond the last step too
    },
  );

  it('never gives a step a rate of 0 or above the highest, whatever the lengths', () => {
    const lengths = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 50 }));
    fc.assert(
      fc.property(lengths, ([warmUp, rest]) => {
        const total = warmUp + rest;
        const rates = Array.from({ length: total }, (_, done) =>
          cosineRate({ learningRate: 0.01, warmUp, total }, done),
        );
        expect(Math.min(...rates)).toBeGreaterThan(0);
        expect(Math.max(...rates)).toBe(0.01);
        const top = rates.lastIndexOf(0.01);
        expect(rates).toEqual([
          ...rates.slice(0, top).sort((a, b) => a - b),
          ...rates.slice(top).sort((a, b) => b - a),
        ]);
      }),
    );
  });

  it('counts its warm-up in epochs', () => {
    const at = (done: number) =>
      rateAt({ kind: 'cosine', warmUpEpochs: 0.5 }, 0.1, startRate(0.1), {
        done,
        epochs: 3,
        stepsPerEpoch: 8,
      });
    expect([at(0), at(3), at(4)]).toEqual([0.025, 0.1, 0.1]);
    expect(at(14)).toBeCloseTo(0.05, 12); // half way from step 4 to step 24
  });
});

describe('the plateau schedule', () => {
  it.each(plateaus)(
    'falls when Keras falls: $errors, $options',
    ({ errors, options, learning_rate, rates }) => {
      const schedule: Schedule = {
        kind: 'plateau',
        factor: options.factor,
        patience: options.patience,
      };
      const found = ratesOf(schedule, learning_rate, oracle.errors[errors]!);
      found.forEach((rate, epoch) => {
        expect(Math.abs(rate / rates[epoch]! - 1), `epoch ${epoch + 1}`).toBeLessThan(1e-6); // up to 12 falls in float32
      });
      if (errors === 'rising') expect(found.at(-1)).toBeLessThan(learning_rate / 10);
    },
  );

  it('says that it waits in a state that survives JSON', () => {
    const schedule: Schedule = { kind: 'plateau', factor: 0.5, patience: 2 };
    const errors = oracle.errors.noisy!;
    let state = startRate(1);
    for (const error of errors) {
      const next = rateAfterEpoch(schedule, state, error);
      expect(rateAfterEpoch(schedule, JSON.parse(JSON.stringify(state)), error)).toEqual(next);
      state = next;
    }
    expect(state.rate).toBeLessThan(1);
  });
});

it('the constant schedule keeps the rate whatever the errors are', () => {
  expect(new Set(ratesOf({ kind: 'constant' }, 0.003, oracle.errors.rising!))).toEqual(new Set([0.003]));
});

describe('the schedule of the settings', () => {
  const asked = (env: Record<string, string>) =>
    trainingSettings(readSettings('any', coreSettings, env, '/'));

  it('halves the rate of a plateau before the training loses its patience, for every study', () => {
    const { schedule, patience } = asked({ REPORT_SCHEDULE: 'plateau' });
    expect(schedule).toEqual({ kind: 'plateau', factor: 0.5, patience: 2 });
    expect(patience).toBeGreaterThan(2);
  });

  it('is none for a constant rate', () => {
    expect(asked({})).not.toHaveProperty('schedule');
  });
});
