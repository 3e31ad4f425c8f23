import { readFileSync } from 'node:fs';
import path from 'node:path';
import { writeAtomic } from '../../core/files';
import { dataName, stageFolder } from '../../core/run';
import { type StageResult, stage } from '../../core/stage';
import { type Interval, pairedDifference } from '../../metrics/intervals';
import { type Evaluation, evaluate } from '../../metrics/regression';
import { type OnEpoch, predictRows, trainTarget } from './headStage';
import { perGame } from './perGame';
import { type PreparedData, truePrices } from './preparedData';
import type { Config, Run } from './settings';
import { type PriceRule, type TargetKind, targetKinds } from './target';
import { euros } from './units';

/** How the head does that learnt one kind of target; per game, on validation games. */
export interface TargetResult {
  kind: TargetKind;
  /** What a hurdle's outputs are turned into a price by; null for the other kinds. */
  rule: PriceRule | null;
  epochs: number;
  bestEpoch: number;
  evaluation: Evaluation;
  /** By how much its absolute error is larger than that of the first target, paired by game, in EUR cents; null for the first itself. */
  gap: Interval | null;
}

/** The targets that were tried, and the one that the report's model learns. A plain record that can be kept as JSON. */
export interface TargetComparison {
  /** The setting: `auto` lets validation games choose. */
  setting: Config['target'];
  /** Validation games. */
  games: number;
  /** In the order of `targetKinds`; only one where the setting names it. */
  results: TargetResult[];
  chosen: TargetKind;
  /** A sentence that says why. */
  why: string;
}

/** Follows the training of each head: `epoch` as each ends, `done` at the end, with a note when nothing had to be trained. */
export type TrainingWatch = (kind: TargetKind) => { epoch: OnEpoch; done: (note?: string) => void };

/**
 * Trains a head for each kind of target that the setting allows, or takes those of an earlier run, and chooses among them by the mean absolute
 * error per validation game, see `chooseTarget`. Test games have no say. The caller disposes nothing.
 */
export async function compareTargets(
  run: Run,
  prepared: PreparedData,
  watch?: TrainingWatch,
): Promise<StageResult<TargetComparison>> {
  const { target: setting, seed } = run.config;
  const kinds = setting === 'auto' ? targetKinds : [setting];
  const heads: StageResult<JudgedHead>[] = [];
  for (const kind of kinds) heads.push(await judgedHead(run, prepared, kind, watch));
  return stage<TargetComparison>({
    name: 'targets',
    version: 4,
    folder: stageFolder(run.config, 'models', `${dataName(run.config)}-targets`),
    inputs: { setting, seed, heads: heads.map(({ key }) => key) },
    make: (folder) => {
      const [first] = heads as [StageResult<JudgedHead>]; // at least one kind
      const results = heads.map((head): TargetResult => {
        const { errors, ...result } = head.value;
        const gap = head === first ? null : pairedDifference(errors, first.value.errors, { seed });
        return { ...result, gap };
      });
      const comparison = chooseTarget(setting, results);
      return writeAtomic(path.join(folder, 'targets.json'), `${JSON.stringify(comparison, null, 1)}\n`);
    },
    load: (folder) => JSON.parse(readFileSync(path.join(folder, 'targets.json'), 'utf8')) as TargetComparison, // as written above
  });
}

/** A head by the validation games, with the absolute error of each in EUR cents. */
interface JudgedHead extends Omit<TargetResult, 'gap'> {
  errors: number[];
}

async function judgedHead(
  run: Run,
  prepared: PreparedData,
  kind: TargetKind,
  watch?: TrainingWatch,
): Promise<StageResult<JudgedHead>> {
  const live = watch?.(kind);
  const trained = await trainTarget(run, prepared, kind, live?.epoch);
  live?.done(trained.reused ? 'a head of the same data and settings was there already' : undefined);
  try {
    const { scaler, history } = trained.value;
    const rows = predictRows(run, prepared, trained.value, ({ part }) => part === 'validation');
    const games = perGame(rows, truePrices(prepared.selection), scaler);
    const evaluation = evaluate(
      games.map(({ truth }) => truth),
      games.map(({ predicted }) => predicted),
    );
    const rule = scaler.kind === 'hurdle' ? scaler.rule : null;
    const { bestEpoch } = history;
    const errors = games.map(({ truth, predicted }) => Math.abs(predicted - truth));
    return {
      ...trained,
      value: { kind, rule, epochs: history.epochs.length, bestEpoch, evaluation, errors },
    };
  } finally {
    trained.value.model.dispose();
  }
}

/** Validation games from which on an interval over them says something. */
const ENOUGH_GAMES = 10;

/**
 * The first of the results, unless others have smaller errors by more than chance: where the interval of the paired difference lies below 0. Of those
 * the one with the smallest error. Among a few dozen validation games the smallest error alone is
 * mostly luck, and of fewer than 10 an interval says nothing either.
 */
export function chooseTarget(setting: Config['target'], results: readonly TargetResult[]): TargetComparison {
  const [first, ...others] = results as [TargetResult, ...TargetResult[]]; // at least one
  const error = ({ evaluation }: TargetResult): string => euros(evaluation.mae);
  const games = first.evaluation.count;
  const better = others.filter(({ gap }) => games >= ENOUGH_GAMES && gap !== null && gap.high < 0);
  const best = better.reduce((a, b) => (b.evaluation.mae < a.evaluation.mae ? b : a), first);
  const gaps = others
    .map((other) => `${error(other)} with ${other.kind} (${gapText(other.gap)})`)
    .join(' and ');
  const why =
    setting !== 'auto'
      ? `The setting REPORT_TARGET asks for ${first.kind}; its mean absolute error on ${games} validation games is ${error(first)}.`
      : best === first
        ? `The target is ${first.kind}, as on ${games} validation games none does better by more than chance: a mean absolute error of ${error(first)}, against ${gaps}.`
        : `The target is ${best.kind}, which on ${games} validation games does better than ${first.kind} by more than chance: a mean absolute error of ${error(first)} with ${first.kind}, against ${gaps}.`;
  return { setting, games, results: [...results], chosen: best.kind, why };
}

const gapText = (gap: Interval | null): string =>
  gap === null
    ? 'the same'
    : `${gap.estimate < 0 ? `${euros(-gap.estimate)} less` : `${euros(gap.estimate)} more`}, 95% interval ${euros(gap.low)} to ${euros(gap.high)}`;
