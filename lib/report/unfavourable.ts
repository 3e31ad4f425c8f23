import { partsIn, type Results } from '../core/results';
import { type ComparedFigures, rowLabel, type StudyPages } from './study';

type Row = ComparedFigures['rows'][number];

/** What speaks against the model of a study, in plain sentences made of the figures of a run; none before there is a model. */
export function unfavourable(study: StudyPages, results: Results): string[] {
  const [model] = study.compared.rows;
  const own = model ? numberIn(results, model.name) : null;
  if (!model || own === null) return [];
  return [
    ...rivals(study, model, own, results),
    ...Object.entries(study.judged.parts).map(([kind, rival]) =>
      inParts(study.compared, kind, rival, results),
    ),
    ...neverPredicted(study.compared, results),
    ...(study.against?.(results) ?? []),
    oneJudgement(study, model, results),
  ];
}

/** What is said at once where the project has drawn the pictures itself, or null where it has not. */
export const generatedWords = (results: Results): string | null =>
  results['data.generated'] === true
    ? 'The pictures are generated: the project has drawn them by rules of its own. What stands here shows that the method works, and says nothing about real pictures.'
    : null;

const numberIn = (results: Results, name: string): number | null => {
  const value = results[name];
  return typeof value === 'number' ? value : null;
};

/** Who does better on the same items, and whose lead or lag may be luck. A row with the model's own figure is the model itself. */
function rivals(study: StudyPages, model: Row, own: number, results: Results): string[] {
  const { compared } = study;
  const sign = compared.better === 'higher' ? 1 : -1;
  const [low, high] = ['low', 'high'].map((end) => numberIn(results, `${model.name}.${end}`) ?? own);
  const others = compared.rows.flatMap((row) => {
    const value = numberIn(results, row.name);
    const alike = row.rival !== false && rowLabel(row, study, results) === row.label;
    const another = row !== model && alike && value !== null && value !== own;
    return another ? [{ ...row, value, words: `${row.label} (${compared.format(value)})` }] : [];
  });
  const better = others.filter(({ value }) => sign * (value - own) > 0);
  const lead = ({ difference }: Row): number | null =>
    difference === undefined ? null : numberIn(results, `${difference}.${sign > 0 ? 'low' : 'high'}`);
  const beaten = others.filter((row) => sign * (lead(row) ?? 0) > 0);
  const near = others.filter((row) => {
    const behind = beaten.some(({ value }) => sign * (value - row.value) >= 0);
    const inside = lead(row) !== null || (row.value >= low! && row.value <= high!); // both are numbers
    return !better.includes(row) && !behind && inside;
  });
  const list = (rows: typeof others): string => rows.map(({ words }) => words).join('; ');
  const first = `**As good or better**, where the model has ${compared.format(own)}: ${list(better)}.`;
  const luck = `**Worse by no more than luck could explain**: ${list(near)}.`;
  return [...(better.length > 0 ? [first] : []), ...(near.length > 0 ? [luck] : [])];
}

/** Where the model loses: to `rival` in some parts of the test, or, where there is no rival, the parts that it does worst in. */
function inParts(compared: ComparedFigures, kind: string, rival: string | null, results: Results): string {
  const parts = partsIn(results, kind);
  if (parts.length === 0) return `How the model does by ${kind} was not looked at.`;
  const words = ({ name, value }: (typeof parts)[number]): string => `${name} (${compared.format(value)})`;
  if (rival === null) {
    const failed = parts.filter(({ value }) => value < 0.5);
    const worst = parts.reduce((a, b) => (b.value < a.value ? b : a));
    return failed.length === 0
      ? `**By ${kind}** it is worst at ${words(worst)}.`
      : `**By ${kind}**, it is wrong more often than right in ${failed.length} of ${parts.length}: ${failed.map(words).join('; ')}.`;
  }
  const lost = parts.filter(({ value, baseline }) =>
    compared.better === 'higher' ? value < baseline : value > baseline,
  );
  const pairs = lost.map(
    ({ name, value, baseline }) => `${name}: ${compared.format(value)} against ${compared.format(baseline)}`,
  );
  return lost.length === 0
    ? `It is at least as good as ${rival} in every ${kind}, of which there are ${parts.length}.`
    : `**By ${kind}**, ${rival} does better in ${lost.length} of ${parts.length}: ${pairs.join('; ')}.`;
}

/** The end of the range that is never predicted, where that is more than a tenth of it. */
function neverPredicted({ format }: ComparedFigures, results: Results): string[] {
  const [high, top, low, bottom] = ['predicted.high', 'true.high', 'predicted.low', 'true.low'].map((name) =>
    numberIn(results, `range.${name}`),
  );
  if (high == null || top == null || low == null || bottom == null) return [];
  const tenth = (top - bottom) / 10;
  return [
    ...(top - high > tenth
      ? [`**It never predicts above ${format(high)}**, where the truth reaches ${format(top)}.`]
      : []),
    ...(low - bottom > tenth
      ? [`**It never predicts below ${format(low)}**, where the truth begins at ${format(bottom)}.`]
      : []),
  ];
}

/** By how much the figure rests on, and how far chance could have moved it. */
function oneJudgement({ compared, judged }: StudyPages, model: Row, results: Results): string {
  const count = numberIn(results, judged.count);
  const [low, high] = ['low', 'high'].map((end) => numberIn(results, `${model.name}.${end}`));
  const range =
    low == null || high == null || low === high
      ? ''
      : `; chance leaves open ${compared.format(low)} to ${compared.format(high)} (95% interval)`;
  const many = count === null ? judged.items : `${count.toLocaleString('en-GB')} ${judged.items}`;
  return `**The figure rests on ${judged.by}** and ${many}${range}.`;
}
