import type { Results } from '../../../core/results';
import type { ComparisonRow, Measure } from '../../../explain/checkFaithfulness';
import { SAME, type SanityRow } from '../../../explain/checkSanity';
import type { ExplanationChecks } from '../../../explain/checks';
import type { PointingRow } from '../../../explain/pointing';
import type { Interval } from '../../../metrics/intervals';
import { formatInterval, formatNumber, formatPercent } from '../../../report/format';
import type { Columns } from '../../../report/tables';

/** What the measures are called. */
const measureNames: Record<Measure, string> = { deletion: 'deletion', insertion: 'insertion', road: 'ROAD' };

const decimals = (value: number): string => formatNumber(value, 3);
const withInterval = (figure: Interval): string => formatInterval(figure, decimals);
const againstChance = (verdict: PointingRow['verdict']): string => `${verdict} than chance`;

/** A method without the layer behind its name. */
const plain = (method: string): string => method.replace(/ at \S+$/, '');

/** The columns of the comparisons with maps that know nothing of the model. */
export const comparisonColumns: Columns<ComparisonRow> = {
  control: 'Beside',
  measure: ['By', (measure: Measure) => measureNames[measure]],
  difference: ['Heat map minus it', withInterval],
  verdict: 'The heat map is',
};

/** The columns of the sanity check. */
export const sanityColumns: Columns<SanityRow> = {
  changed: 'Weights replaced',
  correlation: ['Rank correlation', withInterval],
  magnitude: ['Of the magnitudes', withInterval],
};

/** The columns of the pointing test. */
export const pointingColumns: Columns<PointingRow> = {
  map: ['Map', plain],
  chance: ['Share of the picture', (share) => formatPercent(share)],
  inside: ['Share of the map', (share) => formatPercent(share)],
  lift: ['Difference', withInterval],
  verdict: ['It is', againstChance],
};

/** What was found by all checks that were made, a sentence each. */
export const checkSentences = (checks: ExplanationChecks): string[] => [
  ...removalSentences(checks),
  ...sanitySentences(checks),
  ...pointingSentences(checks),
];

/** How often a map is better and worse than maps that know nothing, at telling what raises the price. */
export function removalSentences({ faithful }: Pick<ExplanationChecks, 'faithful'>): string[] {
  const rows = (faithful ?? []).filter(({ question }) => question === 'raises');
  const [better, worse] = (['better', 'worse'] as const).map(
    (wanted) => rows.filter(({ verdict }) => verdict === wanted).length,
  );
  if (rows.length === 0) return [];
  return [
    `When what raises the price is removed or shown first, the heat map is better than maps that know nothing in **${better}** of ${rows.length} comparisons, and worse in ${worse}.`,
  ];
}

/** What the sanity check says of each method, a sentence each. */
export const sanitySentences = ({ sane: { verdicts } }: Pick<ExplanationChecks, 'sane'>): string[] =>
  verdicts.map(({ method, rows, sane }) => {
    const highest = rows.reduce((most, { correlation }) => Math.max(most, correlation.estimate), -1);
    const name = plain(method);
    const found = `with other weights its maps keep a rank correlation of ${decimals(highest)} at most.`;
    if (sane) return `${name} depends on what the model has learnt: ${found}`;
    return rows.some((row) => row.judged.some((measure) => row[measure].estimate >= SAME))
      ? `${name} fails the sanity check, as its maps hardly depend on what the model has learnt: ${found}`
      : `These pictures are too few to say for certain that ${name} depends on what the model has learnt: ${found}`;
  });

/** What the pointing test says of each method's positive part, a sentence each; one in all where nobody knows what carries the price. */
export function pointingSentences({
  pointing,
  mapSizes,
}: Pick<ExplanationChecks, 'pointing' | 'mapSizes'>): string[] {
  if (!pointing) return ['These pictures have no masks, so that nobody knows what carries the price.'];
  return Object.keys(mapSizes).map((map) => {
    const row = pointing.find((found) => found.map === map && found.question === 'raises');
    if (!row) return `${plain(map)} marks nothing that raises the price.`;
    return (
      `Of what raises the price by ${plain(map)}, ${formatPercent(row.inside)} lies on figures and overlay, ` +
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
  for (const { map, question, inside, chance, hit, lift, hitLift } of pointing ?? []) {
    if (!(map in mapSizes)) continue;
    figures[`${keyOf(map)}.${question}.mass`] = inside;
    figures[`${keyOf(map)}.${question}.hits`] = hit;
    figures[`${keyOf(map)}.${question}.chance`] = chance;
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
