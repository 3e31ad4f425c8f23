import { readFileSync } from 'node:fs';
import path from 'node:path';
import { writeAtomic } from '../../core/files';
import { dataName, stageFolder, withProgress } from '../../core/run';
import { type StageResult, stage } from '../../core/stage';
import type { Interval } from '../../metrics/intervals';
import { hashOf, weightValues } from '../../training/modelState';
import type { OptimizerKind } from '../../training/optimizer';
import { headSettings, schedules } from './headSettings';
import { learn, type Trained } from './headStage';
import type { PreparedData } from './preparedData';
import { recordRun } from './runs';
import type { Config, Run } from './settings';
import { validationError } from './validationError';

/** An optimizer with the course of its learning rate. */
export interface ComparedWay {
  optimizer: OptimizerKind;
  schedule: Config['schedule'];
  learningRate: number;
}

/** What a head comes to that learns in one way. */
export interface WayResult extends ComparedWay {
  epochs: number;
  bestEpoch: number;
  /** Mean absolute error per validation game with its 95% interval; EUR cents. */
  error: Interval;
}

/** Gradient descent takes steps as large as the gradient, so it needs a larger rate than rules that divide by its size. */
const gradientDescent = 10;

/**
 * The optimizers of the original's authors with the report's learning rate (gradient descent with momentum with ten times that, as Keras' defaults have
 * it), and Adam with each schedule.
 */
export const comparedWays = ({ learningRate }: Pick<Config, 'learningRate'>): ComparedWay[] => [
  { optimizer: 'adam', schedule: 'constant', learningRate },
  { optimizer: 'adam', schedule: 'cosine', learningRate },
  { optimizer: 'adam', schedule: 'plateau', learningRate },
  { optimizer: 'rmsprop', schedule: 'constant', learningRate },
  { optimizer: 'momentum', schedule: 'constant', learningRate: gradientDescent * learningRate },
];

/**
 * Heads with the target and the settings of `trained`, each trained in another way, judged on validation games; `trained` itself where a way is its
 * own. What an earlier run found is taken as it is. Each training leaves its record.
 */
export function compareWays(
  run: Run,
  prepared: PreparedData,
  trained: StageResult<Trained>,
  ways = comparedWays(run.config),
): Promise<StageResult<WayResult[]>> {
  return stage<WayResult[]>({
    name: 'training ways',
    version: 2,
    folder: stageFolder(run.config, 'models', `${dataName(run.config)}-ways`),
    inputs: { model: trained.key, ways },
    make: (folder) =>
      withProgress(run, 'Optimizers and schedules', async (onProgress) => {
        const results: WayResult[] = [];
        for (const way of ways) {
          onProgress(results.length, ways.length);
          results.push(await tryWay(run, prepared, trained.value, way));
        }
        onProgress(ways.length, ways.length);
        await writeAtomic(path.join(folder, 'ways.json'), `${JSON.stringify(results, null, 1)}\n`);
      }),
    load: (folder) => JSON.parse(readFileSync(path.join(folder, 'ways.json'), 'utf8')) as WayResult[], // as written above
  });
}

async function tryWay(
  run: Run,
  prepared: PreparedData,
  trained: Trained,
  compared: ComparedWay,
): Promise<WayResult> {
  const { optimizer, learningRate } = compared;
  const { kind } = trained.scaler;
  const schedule = schedules[compared.schedule] ?? undefined;
  const known = isOwn(run, compared);
  const head = known
    ? trained
    : await learn(run, prepared, kind, { way: { optimizer, learningRate, schedule } });
  try {
    const error = validationError(run, prepared, head);
    const { epochs, bestEpoch, seconds } = head.history;
    const { head: built, settings } = headSettings(run, kind);
    const { output: _, ...chosen } = built;
    await recordRun(run, prepared, {
      kind: 'way to train',
      settings: { target: kind, ...chosen, ...settings, ...compared },
      weights: hashOf(weightValues(head.model)),
      seconds,
      epochs,
      metrics: { valGameMaeCents: error.estimate },
    });
    return { ...compared, epochs: epochs.length, bestEpoch, error };
  } finally {
    if (!known) head.model.dispose();
  }
}

/** Whether it is the way in which the run's own heads are trained. */
const isOwn = ({ config }: Run, { optimizer, schedule, learningRate }: ComparedWay): boolean =>
  optimizer === 'adam' && schedule === config.schedule && learningRate === config.learningRate;
