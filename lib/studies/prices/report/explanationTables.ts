import type { Results } from '../../../core/results';
import {
  type AreaRow,
  asked,
  type ComparisonRow,
  comparisonSentences,
  type Measure,
} from '../../../explain/comparison';
import { controlNames } from '../../../explain/controls';
import { type Question, questions } from '../../../explain/faithfulness';
import type { Interval } from '../../../metrics/intervals';
import { formatNumber, formatPercent, NONE } from '../../../report/format';
import type { Columns } from '../../../report/tables';
import type { ExplanationChecks } from '../explanationChecks';
import type { PointingComparison, PointingRow } from '../pointingCheck';
import type { SanityRow } from '../sanityCheck';

/** An area, a difference or a correlation in words. */
export const decimals = (value: number): string => formatNumber(value, 3);

/** A figure with its interval, in words. */
const withInterval = ({ estimate, low, high }: Interval): string =>
  `${decimals(estimate)} (${decimals(low)} to ${decimals(high)})`;

/** A line of the table of areas: a map with its areas under one question. */
export interface AreaLine {
  map: string;
  question: string;
  deletion: Interval | null;
  insertion: Interval | null;
  road: Interval | null;
}

/** The areas as a table: a line for each question and map. */
export function areaLines(areas: readonly AreaRow[], asking: readonly Question[] = questions): AreaLine[] {
  const maps = [...new Set(areas.map(({ map }) => map))];
  return asking.flatMap((question) =>
    maps.map((map) => {
      const of = (measure: AreaRow['measure']): Interval | null =>
        areas.find((row) => row.map === map && row.question === question && row.measure === measure)?.area ??
        null;
      return {
        question: asked[question],
        map,
        deletion: of('deletion'),
        insertion: of('insertion'),
        road: of('road'),
      };
    }),
  );
}

const intervalOrNone = (interval: Interval | null): string => (interval ? withInterval(interval) : NONE);

/** The columns of `areaLines`. */
export const areaColumns: Columns<AreaLine> = {
  question: 'Asked for',
  map: 'Map',
  deletion: ['Deletion', intervalOrNone],
  insertion: ['Insertion', intervalOrNone],
  road: ['ROAD', intervalOrNone],
};

/** A line of the table of comparisons: a method beside a control, by each measure. */
export interface ComparisonLine extends Record<Measure, string> {
  method: string;
  control: string;
}

/** The comparisons under one question as a table: a line for each method and control, with difference, interval and verdict by each measure. */
export function comparisonLines(comparisons: readonly ComparisonRow[], question: Question): ComparisonLine[] {
  const lines = new Map<string, ComparisonLine>();
  for (const row of comparisons.filter((found) => found.question === question)) {
    const { method, control, measure, difference, verdict } = row;
    const key = JSON.stringify([method, control]);
    const line = lines.get(key) ?? { method, control, deletion: NONE, insertion: NONE, road: NONE };
    lines.set(key, { ...line, [measure]: `${verdict}: ${withInterval(difference)}` });
  }
  return [...lines.values()];
}

/** The columns of `comparisonLines`. */
export const comparisonColumns: Columns<ComparisonLine> = {
  method: 'Method',
  control: 'Beside',
  deletion: 'Deletion',
  insertion: 'Insertion',
  road: 'ROAD',
};

/** The columns of the sanity check. */
export const sanityColumns: Columns<SanityRow> = {
  method: 'Method',
  changed: 'Weights replaced',
  correlation: ['Rank correlation', withInterval],
  magnitude: ['Of the magnitudes', withInterval],
  ssim: ['SSIM of the magnitudes', withInterval],
};

/** The columns of the pointing test. */
export const pointingColumns: Columns<PointingRow> = {
  map: 'Map',
  question: ['Asked for', (question) => asked[question]],
  pictures: 'Pictures',
  chance: ['Chance', (share) => formatPercent(share)],
  inside: ['Mass inside', (share) => formatPercent(share)],
  lift: ['Mass above chance', withInterval],
  verdict: ['Its mass is', againstChance],
  hit: ['Hits', (share) => formatPercent(share)],
  hitLift: ['Hits above chance', withInterval],
  hitVerdict: ['Its hits are', againstChance],
};

/** The columns of the pointing test beside controls. */
export const pointingComparisonColumns: Columns<PointingComparison> = {
  method: 'Method',
  control: 'Beside',
  question: ['Asked for', (question) => asked[question]],
  inside: ['Difference of the mass inside', withInterval],
  insideVerdict: 'By mass',
  hit: ['Difference of the hits', withInterval],
  hitVerdict: 'By hits',
};

function againstChance(verdict: PointingRow['verdict']): string {
  return `${verdict} than chance`;
}

/** What the faithfulness check says of what each method finds to raise the price, beside an edge map as coarse as its own; a sentence each. */
export function faithfulSentences({
  faithful,
  mapSizes,
}: Pick<ExplanationChecks, 'faithful' | 'mapSizes'>): string[] {
  const rows = faithful.comparisons.filter(({ question }) => question === 'raises');
  return Object.entries(mapSizes).flatMap(([method, [width, height]]) =>
    comparisonSentences(rows, method, controlNames({ width, height }).edges),
  );
}

/** What the sanity check says of each method, a sentence each. */
export const sanitySentences = ({ sane: { verdicts } }: Pick<ExplanationChecks, 'sane'>): string[] =>
  verdicts.map(({ method, weights, magnitudes, prices, sane }) => {
    const figures =
      `${decimals(weights.estimate)} with those of a random model (${decimals(magnitudes.estimate)} of the magnitudes), ` +
      `${decimals(prices.estimate)} with those of a head that learnt shuffled prices`;
    return sane
      ? `${method} depends on what the model has learnt: the rank correlation of its maps is ${figures}.`
      : `${method} fails the sanity check, as its maps hardly depend on what the model has learnt: their rank correlation is ${figures}.`;
  });

/** What the pointing test says of some maps' positive parts, a sentence each; one in all where nobody knows what carries the price. */
export function pointingSentences(
  { pointing }: Pick<ExplanationChecks, 'pointing'>,
  maps: readonly string[],
): string[] {
  if (!pointing) return ['These pictures have no masks, so that nobody knows what carries the price.'];
  return maps.flatMap((map) => {
    const row = pointing.rows.find((found) => found.map === map && found.question === 'raises');
    if (!row) return [`${map} marks nothing that raises the price.`];
    return [
      `Of what raises the price by ${map}, ${formatPercent(row.inside)} lies on figures and overlay, ` +
        `which cover ${formatPercent(row.chance)} of these pictures: ${againstChance(row.verdict)}. ` +
        `Its largest value lies there in ${formatPercent(row.hit)}: ${againstChance(row.hitVerdict)}.`,
    ];
  });
}

/** The figures of the methods for results.json: `explain.grad_cam.raises.deletion`, … Controls are left out. */
export function checkFigures({ faithful, sane, pointing }: ExplanationChecks): Results {
  const methods = new Set(sane.verdicts.map(({ method }) => method));
  const areas = faithful.areas
    .filter(({ map }) => methods.has(map))
    .map(({ map, question, measure, area }) => [`${keyOf(map)}.${question}.${measure}`, area.estimate]);
  const sanity = sane.verdicts.flatMap(({ method, weights, prices, sane: passed }) => [
    [`${keyOf(method)}.random_weights`, weights.estimate],
    [`${keyOf(method)}.shuffled_prices`, prices.estimate],
    [`${keyOf(method)}.sane`, passed],
  ]);
  const pointed = (pointing?.rows ?? [])
    .filter(({ map }) => methods.has(map))
    .flatMap(({ map, question, lift, hitLift }) => [
      [`${keyOf(map)}.${question}.mass_above_chance`, lift.estimate],
      [`${keyOf(map)}.${question}.hits_above_chance`, hitLift.estimate],
    ]);
  return Object.fromEntries(
    [...areas, ...sanity, ...pointed].map(([name, value]) => [`explain.${name}`, value!]), // pairs, as above
  );
}

const keyOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('+', '_plus')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
