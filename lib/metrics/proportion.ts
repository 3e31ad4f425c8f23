import { ReportError } from '../core/errors';

/** A share (0 to 1) with its interval. Plain JSON. */
export interface Proportion {
  /** How many of `count` it was. */
  successes: number;
  count: number;
  share: number;
  low: number;
  high: number;
  /** Of the interval, such as 0.95. */
  confidence: number;
}

/** A share with its exact binomial interval (Clopper and Pearson, 1934); the trials must be independent. Throws `BAD_INPUT`. */
export function proportion(successes: number, count: number, confidence = 0.95): Proportion {
  const whole = Number.isInteger(successes) && Number.isInteger(count);
  if (!whole || count < 1 || successes < 0 || successes > count || !(confidence > 0 && confidence < 1)) {
    throw new ReportError(
      'BAD_INPUT',
      `${successes} of ${count} with ${confidence} is no share: correct it.`,
    );
  }
  const tail = (1 - confidence) / 2;
  const atLeast = (k: number) => (share: number) => upperTail(k, count, share);
  return {
    successes,
    count,
    share: successes / count,
    low: successes === 0 ? 0 : rootOf(atLeast(successes), tail),
    high: successes === count ? 1 : rootOf(atLeast(successes + 1), 1 - tail),
    confidence,
  };
}

/** McNemar's exact test (1947) of two models on the same items, and how many each alone tells rightly. Throws `BAD_INPUT`. */
export function mcnemar(right: readonly boolean[], otherRight: readonly boolean[]) {
  if (right.length !== otherRight.length) {
    const advice = 'give both of every item';
    throw new ReportError('BAD_INPUT', `${right.length} answers and ${otherRight.length}: ${advice}.`);
  }
  const alone = right.filter((one, i) => one && !otherRight[i]).length;
  const otherAlone = right.filter((one, i) => !one && otherRight[i]).length;
  const [more, count] = [Math.max(alone, otherAlone), alone + otherAlone];
  return { alone, otherAlone, p: count === 0 ? 1 : Math.min(1, 2 * upperTail(more, count, 0.5)) };
}

/** The probability of `from` or more successes in `count` trials, `from` being 1 at least and `share` above 0 and below 1. */
function upperTail(from: number, count: number, share: number): number {
  let logTerm = count * Math.log1p(-share); // of no success; each next term has a ratio to the one before
  let sum = 0;
  for (let k = 1; k <= count; k++) {
    logTerm += Math.log((count - k + 1) / k) + Math.log(share) - Math.log1p(-share);
    if (k >= from) sum += Math.exp(logTerm);
  }
  return sum;
}

/** Where a function that rises from 0 to 1 over the shares reaches `level`, by halving until no number lies between. */
function rootOf(rising: (share: number) => number, level: number): number {
  let low = 0;
  let high = 1;
  for (let middle = 0.5; low < middle && middle < high; middle = (low + high) / 2) {
    if (rising(middle) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
