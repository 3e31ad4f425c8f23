import { type Interval, pairedDifference } from '../../metrics/intervals';
import { evaluate } from '../../metrics/regression';
import { validationGames } from './predictions';
import type { PreparedData } from './preparedData';
import { trainedPriceModel } from './priceModel';
import type { Config, Run } from './settings';
import { type TargetKind, targetKinds } from './target';
import { formatPrice } from './units';

/** How the head does that learnt one kind of target; per game, on validation games. */
export interface TargetResult extends Omit<Awaited<ReturnType<typeof judgedHead>>, 'errors'> {
  /** By how much its absolute error is larger than that of the first target, paired by game, in EUR cents; null for the first itself. */
  gap: Interval | null;
}

/** The targets that were tried, and the one that the report's model learns. Plain JSON. */
export type TargetComparison = ReturnType<typeof chooseTarget>;

/** A head for each kind of target that the setting allows, and the choice among them by validation games, see `chooseTarget`. */
export async function compareTargets(
  run: Run,
  prepared: PreparedData,
  setting = run.config.target,
): Promise<TargetComparison> {
  const { seed } = run.config;
  const kinds = setting === 'auto' ? targetKinds : [setting];
  const heads: Awaited<ReturnType<typeof judgedHead>>[] = [];
  for (const kind of kinds) heads.push(await judgedHead(run, prepared, kind));
  const first = heads[0]!.errors; // at least one kind
  const results = heads.map(({ errors, ...result }) => ({
    ...result,
    gap: errors === first ? null : pairedDifference(errors, first, { seed }),
  }));
  return chooseTarget(setting, results);
}

/** A head by the validation games, with the absolute error of each in EUR cents; `rule`: of a hurdle, else null. */
async function judgedHead(run: Run, prepared: PreparedData, kind: TargetKind) {
  const model = await trainedPriceModel(run, prepared, kind);
  try {
    const { scaler, history } = model;
    const games = await validationGames(run, prepared, model);
    const evaluation = evaluate(
      games.map(({ truth }) => truth),
      games.map(({ predicted }) => predicted),
    );
    const rule = scaler.kind === 'hurdle' ? scaler.rule : null;
    const errors = games.map(({ truth, predicted }) => Math.abs(predicted - truth));
    const { epochs, bestEpoch } = history;
    return { kind, rule, epochs: epochs.length, bestEpoch, evaluation, errors };
  } finally {
    model.dispose();
  }
}

/** Validation games from which on an interval over them says something. */
const ENOUGH_GAMES = 10;

/** The first of the results, unless others have smaller errors by more than chance over ten or more validation games: of those the smallest. */
export function chooseTarget(setting: Config['target'], results: readonly TargetResult[]) {
  const [first, ...others] = results as [TargetResult, ...TargetResult[]]; // at least one
  const error = ({ evaluation }: TargetResult): string => formatPrice(evaluation.mae);
  const games = first.evaluation.count;
  const better = others.filter(({ gap }) => games >= ENOUGH_GAMES && gap !== null && gap.high < 0);
  const best = better.reduce((a, b) => (b.evaluation.mae < a.evaluation.mae ? b : a), first);
  const gaps = others
    .map((other) => `${error(other)} with ${other.kind} (${gapText(other.gap)})`)
    .join(' and ');
  const why =
    setting !== 'auto'
      ? `The target is ${first.kind}, as REPORT_TARGET says; its mean absolute error on ${games} validation games is ${error(first)}.`
      : best === first
        ? `No target does better than ${first.kind} by more than chance on ${games} validation games: a mean absolute error of ${error(first)}, against ${gaps}.`
        : `The target ${best.kind} does better than ${first.kind} by more than chance on ${games} validation games: a mean absolute error of ${error(first)} with ${first.kind}, against ${gaps}.`;
  return { setting, games, results: [...results], chosen: best.kind, why };
}

const gapText = (gap: Interval | null): string =>
  gap === null
    ? 'the same'
    : `${gap.estimate < 0 ? `${formatPrice(-gap.estimate)} less` : `${formatPrice(gap.estimate)} more`}, 95% interval ${formatPrice(gap.low)} to ${formatPrice(gap.high)}`;
