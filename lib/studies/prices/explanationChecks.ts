import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ReportError } from '../../core/errors';
import { writeAtomic } from '../../core/files';
import { dataName, stageFolder, withProgress } from '../../core/run';
import { type StageResult, stage } from '../../core/stage';
import { controlMaps } from '../../explain/controls';
import { usualRemoval } from '../../explain/faithfulness';
import type { HeatMap } from '../../explain/heatMap';
import { usualMethods } from '../../explain/mapMethods';
import type { MapMethod, Subject } from '../../explain/subject';
import { loadModel } from '../../networks/modelFile';
import { askedModel, type CheckedPicture, checkedPictures } from './checkedPictures';
import { explainedScore } from './explainStage';
import { checkFaithfulness, type FaithfulnessResult } from './faithfulnessCheck';
import type { Trained } from './headStage';
import { checkPointing, type PointingResult } from './pointingCheck';
import type { PreparedData } from './preparedData';
import {
  checkSanity,
  explained,
  learnShuffled,
  type SanityRow,
  type SanityVerdict,
  sanityVerdicts,
} from './sanityCheck';
import type { Run } from './settings';

/** What was found of the methods' explanations of the report's model. Plain JSON. */
export interface ExplanationChecks {
  pictures: number;
  games: number;
  /** Of each method, in places. */
  mapSizes: Record<string, readonly [width: number, height: number]>;
  faithful: FaithfulnessResult;
  sane: { rows: SanityRow[]; verdicts: SanityVerdict[] };
  /** Of methods and controls; null where nobody knows which pixels carry the price. */
  pointing: PointingResult | null;
}

export interface CheckOptions {
  /** Test pictures at most; default 30. The pointing test, which costs far less, takes four times as many. */
  limit?: number;
  /** Pictures of each game; default 1, as two pictures of one game say less than those of two. */
  each?: number;
  /** Pictures of each game for the pointing test; default 2. */
  pointed?: number;
}

/**
 * Checks whether methods explain the report's model: whether it depends on what they mark (deletion, insertion, ROAD, beside maps that
 * know nothing of it), whether they depend on it (random weights, shuffled prices), and, on the generated sample, whether they point at
 * what carries the price. All over some test pictures. Or takes what an earlier run found for the same model, pictures and names of
 * methods: give a method that has changed another name.
 * Throws `BAD_INPUT` when there is no method or no test picture, `INTERRUPTED` between pictures.
 */
export function checkExplanations(
  run: Run,
  prepared: PreparedData,
  trained: StageResult<Trained>,
  methods: Readonly<Record<string, MapMethod>> = usualMethods,
  { limit = 30, each = 1, pointed = 2 }: CheckOptions = {},
): Promise<StageResult<ExplanationChecks>> {
  const { seed } = run.config;
  const names = Object.keys(methods);
  return stage<ExplanationChecks>({
    name: 'explanations',
    version: 2,
    folder: stageFolder(run.config, 'predictions', `${dataName(run.config)}-explanations`),
    inputs: {
      model: trained.key,
      features: prepared.stages.features.key,
      methods: names,
      limit,
      each,
      pointed,
      seed,
      ...usualRemoval,
    },
    make: async (folder) => {
      const pictures = await checkedPictures(prepared, { limit, each, seed });
      if (pictures.length === 0 || names.length === 0) {
        throw new ReportError(
          'BAD_INPUT',
          `${names.length} methods cannot be checked on ${pictures.length} test pictures: give one of each at least.`,
        );
      }
      const toPoint = await checkedPictures(prepared, { limit: 4 * limit, each: pointed, seed });
      const checks = await runChecks(run, prepared, trained, methods, pictures, toPoint);
      await writeAtomic(path.join(folder, 'checks.json'), `${JSON.stringify(checks)}\n`);
    },
    load: (folder) => JSON.parse(readFileSync(path.join(folder, 'checks.json'), 'utf8')) as ExplanationChecks, // as written above
  });
}

async function runChecks(
  run: Run,
  prepared: PreparedData,
  trained: StageResult<Trained>,
  methods: Readonly<Record<string, MapMethod>>,
  pictures: readonly CheckedPicture[],
  toPoint: readonly CheckedPicture[],
): Promise<ExplanationChecks> {
  const { seed, imageSize } = run.config;
  const { scaler } = trained.value;
  const target = explainedScore(scaler.kind).score;
  const { model: head } = await loadModel(trained.folder); // a copy, whose weights may change
  const asked = await askedModel(prepared.weights, imageSize, head, target);
  try {
    const subject = asked.subject(pictures);
    const maps = await explained(methods, subject);
    const faithful = await watched(run, 'Removing what explanations mark', (onDone) =>
      checkFaithfulness(pictures, maps, subject.scores, { ...usualRemoval, seed }, (done) =>
        onDone(done, pictures.length),
      ),
    );
    const { model: shuffled } = await learnShuffled(run, prepared, scaler.kind);
    try {
      const rows = await watched(run, 'Explaining random models', (onStep) =>
        checkSanity({ pictures, methods, base: prepared.weights, head, shuffled, target, seed, onStep }),
      );
      return {
        pictures: pictures.length,
        games: new Set(pictures.map(({ id }) => id)).size,
        mapSizes: Object.fromEntries(
          Object.entries(maps).map(([name, [map]]) => [name, [map!.width, map!.height] as const]), // a map for each picture
        ),
        faithful,
        sane: { rows, verdicts: sanityVerdicts(rows) },
        pointing: await pointingOf(methods, asked.subject(toPoint), toPoint, seed),
      };
    } finally {
      shuffled.dispose();
    }
  } finally {
    asked.dispose();
    head.dispose();
  }
}

/** The pointing test of methods and controls; null without masks, for which nothing is explained. */
async function pointingOf(
  methods: Readonly<Record<string, MapMethod>>,
  subject: Subject,
  pictures: readonly CheckedPicture[],
  seed: number,
): Promise<PointingResult | null> {
  if (pictures.every(({ mask }) => mask === null)) return null;
  const maps = await explained(methods, subject);
  return checkPointing(pictures, maps, controlsOf(pictures, maps, seed), seed);
}

/** Each control's maps of all pictures, by name. */
function controlsOf(
  pictures: readonly CheckedPicture[],
  maps: Readonly<Record<string, readonly HeatMap[]>>,
  seed: number,
): Record<string, HeatMap[]> {
  const sizes = Object.values(maps).flatMap(([first]) => (first ? [first] : []));
  const each = pictures.map((picture) => controlMaps(picture, sizes, seed, picture.file));
  const names = Object.keys(each[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, each.map((controls) => controls[name]!)])); // the same for each
}

/** Shows progress, lets the event loop turn after each step, and ends when the run's signal says so. */
const watched = <T>(
  run: Run,
  label: string,
  work: (onStep: (done: number, total: number) => Promise<void>) => Promise<T>,
): Promise<T> =>
  withProgress(run, label, (onProgress) =>
    work(async (done, total) => {
      onProgress(done, total);
      await setImmediate();
      if (run.signal?.aborted) {
        throw new ReportError(
          'INTERRUPTED',
          `The check of the explanations was interrupted after ${done} of ${total} steps: run it again.`,
        );
      }
    }),
  );
