import type { Prediction } from '../../core/concepts';
import { ReportError } from '../../core/errors';
import { amounts, deviation, isConstant, mean } from '../../data/numbers';
import { sigmoid } from '../../training/tasks';
import { type Cents, cents } from './units';

/** What the model learns: the standardized log price, the standardized price (the original's way), or a hurdle (Cragg, 1971; Mullahy, 1986). */
export const targetKinds = ['log1p', 'standardized', 'hurdle'] as const;
export type TargetKind = (typeof targetKinds)[number];

/** Numbers that a model gives for a picture. */
export const outputsOf = (kind: TargetKind): number => (kind === 'hurdle' ? 2 : 1);

/** Mean and population standard deviation over the training prices of what is standardized: log price or EUR cents. */
interface Standardization {
  mean: number;
  deviation: number;
}

/** A hurdle's price: `median`, 0 or the exponential of the log price, whichever is likelier; `mean`, the probability of paid times that exponential. */
export const priceRules = ['median', 'mean'] as const;
export type PriceRule = (typeof priceRules)[number];

/** For games that cost something; the target of free ones is −∞, the logarithm of 0. */
export interface HurdleScaler extends Standardization {
  kind: 'hurdle';
  rule: PriceRule;
}

/** How a price becomes a target, (f(price) − mean) / deviation, and a prediction a price. Fitted once, on training games. Plain JSON. */
export type TargetScaler = ({ kind: 'log1p' | 'standardized' } & Standardization) | HurdleScaler;

/** What a model says of a picture or a game. */
export interface Predicted {
  /** The target of the price; of a hurdle the logit of the probability that the game costs something, and the target of its price if it does. */
  output: readonly number[];
  /** The price that the output stands for. */
  price: Cents;
}

/** What is predicted for one picture, whose label is the true price of its game. */
export type PricePrediction = Prediction<Cents, Predicted>;

/** Fits a scaler to training prices (EUR cents; of a hurdle those above 0), as scikit-learn's `StandardScaler`. Throws `BAD_INPUT`. */
export function fitTarget(kind: TargetKind, trainingPrices: ArrayLike<number>): TargetScaler {
  const prices = amounts(trainingPrices, 'training prices');
  switch (kind) {
    case 'standardized':
      return { kind, ...standardization(prices) };
    case 'log1p':
      return { kind, ...standardization(prices.map(Math.log1p)) };
    case 'hurdle':
      return { kind, rule: 'median', ...standardization(prices.filter((price) => price > 0).map(Math.log)) };
  }
}

function standardization(values: Float64Array): Standardization {
  if (values.length === 0) return { mean: 0, deviation: 1 }; // all games are free: any will do
  if (isConstant(values)) return { mean: values[0]!, deviation: 1 };
  return { mean: mean(values), deviation: deviation(values) || 1 }; // 0 only by underflow
}

/** The target of a price; −∞ for a free game under a hurdle. Throws `BAD_INPUT` for a price that is negative or not finite. */
export function toTarget(scaler: TargetScaler, price: Cents): number {
  if (!(price >= 0 && Number.isFinite(price))) {
    throw new ReportError('BAD_INPUT', `A price of ${price} cents has no target: prices are numbers from 0.`);
  }
  const value = { log1p: Math.log1p, standardized: Number, hurdle: Math.log }[scaler.kind](price);
  return (value - scaler.mean) / scaler.deviation;
}

/** A row of a model's outputs with its price. Throws what `toPrice` throws. */
export function predictedOf(scaler: TargetScaler, row: ArrayLike<number>): Predicted {
  const output = Array.from(row);
  return { output, price: toPrice(scaler, output) };
}

/** The price (EUR cents, at least 0, not rounded) that a row of outputs stands for. Throws `BAD_INPUT` for one that is not finite, or of another kind. */
export function toPrice(scaler: TargetScaler, output: readonly number[]): Cents {
  const value = output.at(-1);
  if (value === undefined || output.length !== outputsOf(scaler.kind)) {
    throw new ReportError(
      'BAD_INPUT',
      `A ${scaler.kind} scaler was given the prediction of another kind of model: use the one that was saved with it.`,
    );
  }
  const back = { log1p: Math.expm1, standardized: Number, hurdle: Math.exp }[scaler.kind];
  const ifPaid = Number.isFinite(value) ? back(value * scaler.deviation + scaler.mean) : Number.NaN;
  const price = scaler.kind === 'hurdle' ? hurdlePrice(scaler.rule, output[0]!, ifPaid) : ifPaid; // has two
  if (Number.isFinite(price)) return cents(Math.max(0, price));
  throw new ReportError(
    'BAD_INPUT',
    `A prediction of ${JSON.stringify(output)} stands for no price: look for a training that diverged and lower the learning rate.`,
  );
}

function hurdlePrice(rule: PriceRule, paid: number, ifPaid: number): number {
  if (!Number.isFinite(paid)) return Number.NaN;
  if (rule === 'mean') return sigmoid(paid) * ifPaid;
  return paid < 0 && Number.isFinite(ifPaid) ? 0 : ifPaid;
}
