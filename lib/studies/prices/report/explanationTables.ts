import type { Results } from '../../../core/results';
import type { ComparisonRow, Measure } from '../../../explain/checkFaithfulness';
import { SAME, type SanityRow } from '../../../explain/checkSanity';
import type { ExplanationChecks } from '../../../explain/checks';
import { controlNames } from '../../../explain/controls';
import type { Question } from '../../../explain/faithfulness';
import type { PointingRow } from '../../../explain/pointing';
import type { Interval } from '../../../metrics/intervals';
import { formatInterval, formatNumber, formatPercent } from '../../../report/format';
import type { Columns } from '../../../report/tables';

/** What the questions are called. */
export const asked: Record<Question, string> = {
  raises: 'what raises the price',
  lowers: 'what lowers the price',
};

/** What the measures are called in sentences. */
const measureNames: Record<Measure, string> = { deletion: 'deletion', insertion: 'insertion', road: 'ROAD' };

/** An area, a difference or a correlation in words. */
export const decimals = (value: number): string => formatNumber(value, 3);

/** A figure with its interval, in words. */
const withInterval = (figure: Interval): string => formatInterval(figure, decimals);

const askedFor = ['Asked for', (question: Question) => asked[question]] as const;
const againstChance = (verdict: PointingRow['verdict']): string => `${verdict} than chance`;

/** The columns of the comparisons of methods with controls. */
export const comparisonColumns: Columns<ComparisonRow> = {
  method: 'Method',
  control: 'Beside',
  measure: ['By', (measure: Measure) => measureNames[measure]],
  difference: ['Method minus control', withInterval],
  verdict: 'It is',
};

/** The columns of the sanity check. */
export const sanityColumns: Columns<SanityRow> = {
  method: 'Method',
  changed: 'Weights replaced',
  correlation: ['Rank correlation', withInterval],
  magnitude: ['Of the magnitudes', withInterval],
};

/** The columns of the pointing test. */
export const pointingColumns: Columns<PointingRow> = {
  map: 'Map',
  question: askedFor,
  pictures: 'Pictures',
  chance: ['Chance', (share) => formatPercent(share)],
  inside: ['Mass inside', (share) => formatPercent(share)],
  lift: ['Mass above chance', withInterval],
  verdict: ['Its mass is', againstChance],
  hit: ['Hits', (share) => formatPercent(share)],
  hitLift: ['Hits above chance', withInterval],
  hitVerdict: ['Its hits are', againstChance],
};

/** What was found by all checks that were made, a sentence each. */
export const checkSentences = (checks: ExplanationChecks): string[] => [
  ...faithfulSentences(checks),
  ...sanitySentences(checks),
  ...pointingSentences(checks),
];

/** What each method finds to raise the price, beside an edge map as coarse as its own, by each measure. */
export const faithfulSentences = ({
  faithful,
  mapSizes,
}: Pick<ExplanationChecks, 'faithful' | 'mapSizes'>): string[] =>
  Object.entries(mapSizes).flatMap(([method, [width, height]]) => {
    const { edges } = controlNames({ width, height });
    const words = (faithful ?? [])
      .filter((row) => row.question === 'raises' && row.method === method && row.control === edges)
      .map(({ measure, verdict }) => `${verdict} by ${measureNames[measure]}`);
    return words.length > 0 ? [`On ${asked.raises}, ${method} beside ${edges} is ${listed(words)}.`] : [];
  });

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** What the sanity check says of each method, a sentence each. */
export const sanitySentences = ({ sane: { verdicts } }: Pick<ExplanationChecks, 'sane'>): string[] =>
  verdicts.map(({ method, rows, sane }) => {
    const figures = rows.map(({ changed, correlation, magnitude, judged }) => {
      const also = judged.includes('magnitude') ? ` (${decimals(magnitude.estimate)} of the magnitudes)` : '';
      return `${decimals(correlation.estimate)}${also} for "${changed}"`;
    });
    const found = `the rank correlation with its maps of models with other weights is ${listed(figures)}.`;
    if (sane) return `${method} depends on what the model has learnt: ${found}`;
    return rows.some((row) => row.judged.some((measure) => row[measure].estimate >= SAME))
      ? `${method} fails the sanity check, as its maps hardly depend on what the model has learnt: ${found}`
      : `These pictures are too few to say for certain that ${method} depends on what the model has learnt: ${found}`;
  });

/** What the pointing test says of each method's positive part, a sentence each; one in all where nobody knows what carries the price. */
export function pointingSentences({
  pointing,
  mapSizes,
}: Pick<ExplanationChecks, 'pointing' | 'mapSizes'>): string[] {
  if (!pointing) return ['These pictures have no masks, so that nobody knows what carries the price.'];
  return Object.keys(mapSizes).map((map) => {
    const row = pointing.find((found) => found.map === map && found.question === 'raises');
    if (!row) return `${map} marks nothing that raises the price.`;
    return (
      `Of what raises the price by ${map}, ${formatPercent(row.inside)} lies on figures and overlay, ` +
      `which cover ${formatPercent(row.chance)} of these pictures: ${againstChance(row.verdict)}. ` +
      `Its largest value lies there in ${formatPercent(row.hit)}: ${againstChance(row.hitVerdict)}.`
    );
  });
}

/** The figures of the methods for results.json: `explain.grad_cam.raises.deletion`, … Controls are left out. */
export function checkFigures({ faithful, sane, pointing, mapSizes }: ExplanationChecks): Results {
  const figures: Results = {};
  for (const { method, question, measure, area } of faithful ?? []) {
    figures[`${keyOf(method)}.${question}.${measure}`] = area;
  }
  for (const { method, rows, sane: passed } of sane.verdicts) {
    for (const { changed, correlation } of rows) {
      figures[`${keyOf(method)}.${keyOf(changed)}`] = correlation.estimate;
    }
    figures[`${keyOf(method)}.sane`] = passed;
  }
  for (const { map, question, lift, hitLift } of pointing ?? []) {
    if (!(map in mapSizes)) continue;
    figures[`${keyOf(map)}.${question}.mass_above_chance`] = lift.estimate;
    figures[`${keyOf(map)}.${question}.hits_above_chance`] = hitLift.estimate;
  }
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`explain.${name}`, value]));
}

const keyOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('+', '_plus')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
