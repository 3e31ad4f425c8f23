import { pairs, r2Log } from '../../metrics/regression';

export const improbableLimits = {
  /** R² of log prices per game. Screenshots tell something of a price; that they tell more than this is less likely than a leak. */
  r2Log: 0.6,
  /** Fewer games reach any R² by luck. */
  fewest: 10,
};

/**
 * A sentence for the reader when predicted prices (EUR cents, one for each test game) are too good to be true, or null when they are not,
 * or when there are fewer than ten. Not meant for the generated sample, whose pictures are drawn from their prices. Throws `BAD_INPUT` as
 * the metrics do.
 */
export function findImprobableSuccess(truth: ArrayLike<number>, predicted: ArrayLike<number>): string | null {
  const { y, p } = pairs(truth, predicted);
  const found = r2Log(y, p);
  if (y.length < improbableLimits.fewest || found <= improbableLimits.r2Log) return null;
  return (
    `The predictions are too good to be true: they explain ${(100 * found).toFixed(0)}% of the variance of log prices of ${y.length} test games, ` +
    `and more than ${100 * improbableLimits.r2Log}% is hardly to be had from screenshots. ` +
    'Check for leaks before you believe it: pictures that two parts share, prices written in pictures or in file names, games that occur twice under different appids.'
  );
}
