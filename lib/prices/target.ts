import { ReportError } from '../errors';
import { type Cents, cents, type TargetValue, targetValue } from '../units';
import { amounts, deviation, isConstant, mean } from './numbers';

/** What the model learns: the standardized logarithm of the price, or the standardized price (the original's way). */
export type TargetKind = 'log1p' | 'standardized';

/**
 * How a price becomes a target: (f(price) − mean) / deviation, where f is log(1 + EUR cents) for `log1p` and the price itself for
 * `standardized`. Fitted once, on training games; the same record turns predictions back. A plain record that can be kept as JSON.
 */
export interface TargetScaler {
  kind: TargetKind;
  /** Mean of f over the training prices: log price or EUR cents. */
  mean: number;
  /** Population standard deviation of f over the training prices, in the same unit; 1 where they are all the same. */
  deviation: number;
}

/**
 * Fits a scaler to the training prices (EUR cents), as scikit-learn's `StandardScaler` does: targets of these prices have mean 0
 * and population standard deviation 1, or are all 0 where the prices are all the same. Throws `BAD_INPUT` for no prices and for
 * one that is negative or not finite.
 */
export function fitTarget(kind: TargetKind, trainingPrices: ArrayLike<number>): TargetScaler {
  const prices = amounts(trainingPrices, 'training prices');
  const values = kind === 'log1p' ? prices.map(Math.log1p) : prices;
  if (isConstant(values)) return { kind, mean: values[0]!, deviation: 1 }; // at least one price
  return { kind, mean: mean(values), deviation: deviation(values) || 1 }; // 0 only by underflow
}

/** The target of a price. Throws `BAD_INPUT` for a price that is negative or not finite. */
export function toTarget(scaler: TargetScaler, price: Cents): TargetValue {
  if (!(price >= 0 && Number.isFinite(price))) {
    throw new ReportError('BAD_INPUT', `A price of ${price} cents has no target: prices are numbers from 0.`);
  }
  const value = scaler.kind === 'log1p' ? Math.log1p(price) : price;
  return targetValue((value - scaler.mean) / scaler.deviation);
}

/**
 * The price (EUR cents) that a target stands for: never negative (what lies below 0 becomes 0) and not rounded.
 * Throws `BAD_INPUT` for a value that is not finite or so large that no number holds its price.
 */
export function toPrice(scaler: TargetScaler, value: TargetValue): Cents {
  const scaled = value * scaler.deviation + scaler.mean;
  const price = scaler.kind === 'log1p' ? Math.expm1(scaled) : scaled;
  if (!Number.isFinite(value) || !Number.isFinite(price)) {
    throw new ReportError(
      'BAD_INPUT',
      `A prediction of ${value} stands for no price: look for a training that diverged and lower the learning rate.`,
    );
  }
  return cents(Math.max(0, price));
}

/** The targets of many prices, as the float32 numbers a model is trained on. Throws what `toTarget` throws. */
export const targetArray = (scaler: TargetScaler, prices: readonly Cents[]): Float32Array =>
  Float32Array.from(prices.map((price) => toTarget(scaler, price)));

/** The prices (EUR cents) that many predicted targets stand for. Throws what `toPrice` throws. */
export const priceArray = (scaler: TargetScaler, values: ArrayLike<number>): Cents[] =>
  Array.from(values, (value) => toPrice(scaler, targetValue(value)));
