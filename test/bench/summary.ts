import { percentile } from '../../lib/data/distribution';
import type { Contest, Measured } from './contest';
import type { Goal } from './rows';

/** Middle and ends of some figures. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

export const spread = (values: readonly number[]): Spread => ({
  median: percentile(values, 50),
  low: Math.min(...values),
  high: Math.max(...values),
});

/** How many times the rate of `other` the rate of `one` is, taken within each round, in which both met the same machine. */
export const ratioTo = (one: Measured, other: Measured): Spread =>
  spread(one.rates.map((rate, round) => rate / other.rates[round]!)); // as many rounds

/** One side of a row. */
export interface SideSummary extends Omit<Measured, 'rates' | 'peakMib'> {
  /** Units a second, over the rounds. */
  rate: Spread;
  /** Our rate divided by this side's, round by round; null for our own side. */
  ratio: Spread | null;
  peakMib: number;
}

/** A goal and how it was met. */
export interface GoalSummary {
  against: string;
  atLeast: number;
  ratio: Spread;
  /** By the median. */
  met: boolean;
}

export interface RowSummary {
  name: string;
  title: string;
  rounds: number;
  sides: SideSummary[];
  goals: GoalSummary[];
  memory: { peakMib: number; atMostMib: number; met: boolean } | null;
}

/** What the rounds of a row come to. */
export function summarise({ row, sides }: Contest): RowSummary {
  const own = sides.find(({ style }) => style === 'ours')!; // every row has one
  const summaries = sides.map((side): SideSummary => {
    const { rates, peakMib, ...rest } = side;
    return {
      ...rest,
      rate: spread(rates),
      ratio: side === own ? null : ratioTo(own, side),
      peakMib: Math.max(...peakMib),
    };
  });
  const goals = row.goals.flatMap((goal) => judge(goal, own, sides));
  const { memoryMib: atMostMib } = row;
  const peakMib = Math.max(...own.peakMib);
  return {
    name: row.name,
    title: row.title,
    rounds: own.rates.length,
    sides: summaries,
    goals,
    memory: atMostMib === undefined ? null : { peakMib, atMostMib, met: peakMib <= atMostMib },
  };
}

/** No goal where the side it names took no part. */
function judge({ against, atLeast }: Goal, own: Measured, sides: readonly Measured[]): GoalSummary[] {
  const median = ({ rates }: Measured): number => spread(rates).median;
  const strong = sides.filter(({ style }) => style === 'strong').sort((a, b) => median(b) - median(a));
  const other = against === 'strongest' ? strong[0] : sides.find(({ side }) => side === against);
  if (!other) return [];
  const ratio = ratioTo(own, other);
  return [{ against: other.side, atLeast, ratio, met: ratio.median >= atLeast }];
}
