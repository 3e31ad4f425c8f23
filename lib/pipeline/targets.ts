import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config';
import { type Evaluation, evaluate } from '../evaluation/metrics';
import { perGame } from '../evaluation/perGame';
import { writeAtomic } from '../files';
import { fitTarget, type PriceRule, type TargetKind, targetKinds } from '../prices/target';
import { type StageResult, stage } from '../stage';
import { euros } from '../units';
import {
  type Lessons,
  type OnEpoch,
  predictRows,
  type Trained,
  trainingPrices,
  trainTarget,
  truePrices,
} from './model';
import { dataName, type Run, stageFolder } from './run';

/** How the head does that learnt one kind of target; per game, on validation games. */
export interface TargetResult {
  kind: TargetKind;
  /** What a hurdle's outputs are turned into a price by; null for the other kinds. */
  rule: PriceRule | null;
  epochs: number;
  bestEpoch: number;
  evaluation: Evaluation;
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
 * Trains a head for each kind of target that the setting allows, or takes those of an earlier run, and chooses the one with the smallest
 * mean absolute error per validation game (the first where two do alike). Test games have no say. The caller disposes nothing.
 */
export async function compareTargets(
  run: Run,
  lessons: Lessons,
  watch?: TrainingWatch,
): Promise<StageResult<TargetComparison>> {
  const setting = run.config.target;
  const kinds = setting === 'auto' ? targetKinds : [setting];
  const heads: StageResult<TargetResult>[] = [];
  for (const kind of kinds) heads.push(await judgedHead(run, lessons, kind, watch));
  return stage<TargetComparison>({
    name: 'targets',
    version: 2,
    folder: stageFolder(run.config, 'models', `${dataName(run.config)}-targets`),
    inputs: { setting, heads: heads.map(({ key }) => key) },
    make: (folder) => {
      const results = heads.map(({ value }) => value);
      const comparison = chooseTarget(setting, results);
      return writeAtomic(path.join(folder, 'targets.json'), `${JSON.stringify(comparison, null, 1)}\n`);
    },
    load: (folder) => JSON.parse(readFileSync(path.join(folder, 'targets.json'), 'utf8')) as TargetComparison, // as written above
  });
}

async function judgedHead(
  run: Run,
  lessons: Lessons,
  kind: TargetKind,
  watch?: TrainingWatch,
): Promise<StageResult<TargetResult>> {
  const live = watch?.(kind);
  const trained = await trainTarget(run, lessons, kind, live?.epoch);
  live?.done(trained.reused ? 'a head of the same data and settings was there already' : undefined);
  try {
    const { scaler, history } = trained.value;
    const evaluation = validationEvaluation(run, lessons, trained.value);
    const rule = scaler.kind === 'hurdle' ? scaler.rule : null;
    const { bestEpoch } = history;
    return { ...trained, value: { kind, rule, epochs: history.epochs.length, bestEpoch, evaluation } };
  } finally {
    trained.value.model.dispose();
  }
}

function validationEvaluation(run: Run, lessons: Lessons, trained: Trained): Evaluation {
  const rows = predictRows(run, lessons, trained, ({ part }) => part === 'validation');
  const games = perGame(rows, truePrices(lessons.selection), trained.scaler);
  return evaluate(
    games.map(({ truth }) => truth),
    games.map(({ predicted }) => predicted),
    fitTarget('standardized', trainingPrices(lessons.selection)),
  );
}

/** Chooses among results of at least one target. */
export function chooseTarget(setting: Config['target'], results: readonly TargetResult[]): TargetComparison {
  const [best, ...others] = [...results].sort((a, b) => a.evaluation.maeCents - b.evaluation.maeCents) as [
    TargetResult,
    ...TargetResult[],
  ]; // at least one; the sort keeps the order of equal ones
  const error = ({ evaluation }: TargetResult): string => euros(evaluation.maeCents);
  const games = best.evaluation.count;
  const why =
    setting === 'auto'
      ? `Of the targets ${best.kind} has the smallest mean absolute error on ${games} validation games: ${error(best)}, ` +
        `against ${others.map((other) => `${error(other)} with ${other.kind}`).join(' and ')}.`
      : `The setting REPORT_TARGET asks for ${best.kind}; its mean absolute error on ${games} validation games is ${error(best)}.`;
  return { setting, games, results: [...results], chosen: best.kind, why };
}
