import { type BootstrapOptions, bootstrapMean, type Interval, pairedDifference } from '../metrics/intervals';
import { type Faithfulness, type Question, questions } from './faithfulness';

/** How faithful a map of one picture is. */
export interface JudgedMap {
  id: string;
  /** The method or the control that made it. */
  map: string;
  question: Question;
  figures: Faithfulness;
}

export type Measure = keyof Faithfulness;

/** The measures in the order in which they are shown. */
export const measures: readonly Measure[] = ['deletion', 'insertion', 'road'];

/** An area over all games. */
export interface AreaRow {
  map: string;
  question: Question;
  measure: Measure;
  area: Interval;
}

/** `no better`: the interval of the difference holds 0, so that it may be luck with these games. */
export type Verdict = 'better' | 'no better' | 'worse';

/** A method beside a control, on the same games. */
export interface ComparisonRow {
  method: string;
  control: string;
  question: Question;
  measure: Measure;
  /** Method − control. */
  difference: Interval;
  verdict: Verdict;
}

/** What an interval of "ours − theirs" says, where more is better. */
export const verdictOf = ({ low, high }: Interval): Verdict =>
  low > 0 ? 'better' : high < 0 ? 'worse' : 'no better';

/** The mean over each game's pictures, by game: `value` of those rows that it does not give null for. */
export function byGame<Row extends { id: string }>(
  rows: readonly Row[],
  value: (row: Row) => number | null,
): Map<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const row of rows) {
    const given = value(row);
    if (given === null) continue;
    const { sum, count } = sums.get(row.id) ?? { sum: 0, count: 0 };
    sums.set(row.id, { sum: sum + given, count: count + 1 });
  }
  return new Map([...sums].map(([id, { sum, count }]) => [id, sum / count]));
}

/** The areas of every map, each with an interval over games. Throws `BAD_INPUT` as `bootstrapMean` does. */
export function areaRows(judged: readonly JudgedMap[], options: BootstrapOptions): AreaRow[] {
  const maps = [...new Set(judged.map(({ map }) => map))];
  return maps.flatMap((map) =>
    questions.flatMap((question) =>
      measures.map((measure) => ({
        map,
        question,
        measure,
        area: bootstrapMean([...figuresOf(judged, map, question, measure).values()], options),
      })),
    ),
  );
}

/**
 * A method beside each of its controls, game by game: the mean of the differences of their areas and its bootstrap interval over games. Throws
 * `BAD_INPUT` when a control was not asked about the same games.
 */
export function compareWithControls(
  judged: readonly JudgedMap[],
  method: string,
  controls: readonly string[],
  options: BootstrapOptions,
): ComparisonRow[] {
  return controls.flatMap((control) =>
    questions.flatMap((question) =>
      measures.map((measure) => {
        const ours = figuresOf(judged, method, question, measure);
        const theirs = figuresOf(judged, control, question, measure);
        const difference = pairedDifference(
          [...ours.values()],
          [...ours.keys()].map((id) => theirs.get(id) ?? Number.NaN), // refused there
          options,
        );
        return { method, control, question, measure, difference, verdict: verdictOf(difference) };
      }),
    ),
  );
}

const figuresOf = (
  judged: readonly JudgedMap[],
  map: string,
  question: Question,
  measure: Measure,
): Map<string, number> =>
  byGame(
    judged.filter((row) => row.map === map && row.question === question),
    ({ figures }) => figures[measure],
  );

/** What the questions are called. */
export const asked: Record<Question, string> = {
  raises: 'what raises the price',
  lowers: 'what lowers the price',
  matters: 'what matters either way',
};

/** For each question a sentence on a method beside a control, which says plainly by which measures it is no better, or worse. */
export function comparisonSentences(
  comparisons: readonly ComparisonRow[],
  method: string,
  control: string,
): string[] {
  return questions.flatMap((question) => {
    const rows = comparisons.filter(
      (row) => row.method === method && row.control === control && row.question === question,
    );
    if (rows.length === 0) return [];
    const parts = (['better', 'no better', 'worse'] as const).flatMap((verdict) => {
      const named = rows.filter((row) => row.verdict === verdict).map(({ measure }) => measureNames[measure]);
      return named.length > 0 ? [`${verdict} than ${control} by ${listed(named)}`] : [];
    });
    return [`On ${asked[question]}, ${method} is ${listed(parts, '; ', '; ')}.`];
  });
}

/** What the measures are called in sentences and tables. */
export const measureNames: Record<Measure, string> = {
  deletion: 'deletion',
  insertion: 'insertion',
  road: 'ROAD',
};

const listed = (words: readonly string[], between = ', ', last = ' and '): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(between)}${last}${words.at(-1)}`;
