import { percentile } from '../lib/prices/distribution';
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

/** What the rounds of a row come to. Ratios are taken within each round, in which both sides met the same machine. */
export function summarise({ row, sides }: Contest): RowSummary {
  const own = sides.find(({ style }) => style === 'ours')!; // every row has one
  const ratioTo = (side: Measured): Spread =>
    spread(own.rates.map((rate, round) => rate / side.rates[round]!)); // as many rounds
  const summaries = sides.map((side): SideSummary => {
    const { rates, peakMib, ...rest } = side;
    return {
      ...rest,
      rate: spread(rates),
      ratio: side === own ? null : ratioTo(side),
      peakMib: Math.max(...peakMib),
    };
  });
  const goals = row.goals.flatMap((goal) => judge(goal, sides, ratioTo));
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
function judge(
  { against, atLeast }: Goal,
  sides: readonly Measured[],
  ratioTo: (side: Measured) => Spread,
): GoalSummary[] {
  const median = ({ rates }: Measured): number => spread(rates).median;
  const strong = sides.filter(({ style }) => style === 'strong').sort((a, b) => median(b) - median(a));
  const other = against === 'strongest' ? strong[0] : sides.find(({ side }) => side === against);
  if (!other) return [];
  const ratio = ratioTo(other);
  return [{ against: other.side, atLeast, ratio, met: ratio.median >= atLeast }];
}
