import { evaluate } from '../../lib/metrics/regression';

/** R² of log(1 + value). */
export const r2Log = (truth: ArrayLike<number>, predicted: ArrayLike<number>): number =>
  evaluate(truth, predicted).r2Log;
