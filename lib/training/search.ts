import { ReportError } from '../core/errors';
import { sha256, stableJson } from '../core/files';
import type { FeatureShape } from '../networks/head';
import { keptRecord } from './keptRecord';
import { checkSpace, drawChoice, type HeadChoice, type SearchSpace, searchSpace } from './searchSpace';
import { climb, type Runner, type SearchTarget, type Trial, type TrialSettings } from './searchTrial';
import { sourceKey } from './trainingCheckpoint';
import type { CheckpointSettings } from './trainingOptions';

/** Its seed determines the choices as well. */
export interface SearchSettings extends TrialSettings {
  /** Heads that are begun. */
  trials: number;
  /** Of so many heads one goes on after each rung, at least one; 3 in the paper. */
  reduction: number;
  /** Default `searchSpace`. */
  space?: SearchSpace;
  /** Choices that are tried before any are drawn, such as the settings now in use. */
  given?: readonly HeadChoice[];
}

export interface SearchOptions {
  shape: FeatureShape;
  targets: readonly SearchTarget[];
  settings: SearchSettings;
  /** A trial that has come to a rung, or failed on its way there; `done` and `total` count these. */
  onTrial?: (trial: Trial, rung: number, done: number, total: number) => void;
  signal?: AbortSignal;
  /** Default: none. */
  checkpoint?: CheckpointSettings;
}

/** Where a search is: a plain record. What is not in it follows from the settings. */
interface SearchState {
  /** Towards which the runners are on their way. */
  rung: number;
  runners: Runner[];
  /** The first of them that is not there yet. */
  next: number;
  /** Those that are, best first. */
  risen: Runner[];
  /** Trials that are over, best first. */
  ranked: Trial[];
  /** Rungs reached, by all trials. */
  done: number;
}

/**
 * Looks for a good head by random search (Bergstra & Bengio 2012) with successive halving (Jamieson & Talwalkar 2016; the inner loop of
 * Hyperband, Li et al. 2018): all trials are trained for a few epochs, the best of them some more, and so on; each goes on from its own
 * weights and optimizer's state. Gives the trials, best first: those that came further before the others, then by their last error.
 *
 * With a checkpoint, a search that was interrupted or killed goes on from its last rung and ends as it would have ended; the file is removed at
 * the end. The winner's error is the smallest of many, so it flatters: what it is worth is seen on test games only. Throws `BAD_INPUT` when
 * sources or settings do not fit, `BROKEN_STAGE` for a damaged checkpoint, and `INTERRUPTED`.
 */
export async function searchHeads(options: SearchOptions): Promise<Trial[]> {
  const { settings, targets, onTrial, checkpoint } = options;
  checkSearch(settings, targets);
  const sizes = rungSizes(settings);
  const total = sizes.reduce((a, b) => a + b, 0);
  const kept =
    checkpoint &&
    keptRecord<SearchState>(checkpoint.file, searchKey(options, checkpoint.data), checkpoint.everySeconds);
  const search = (await kept?.read()) ?? startOf(options);
  try {
    while (search.rung < sizes.length) {
      const places = sizes[search.rung + 1] ?? 0;
      while (search.next < search.runners.length) {
        const trial = await climbNext(options, search, places);
        onTrial?.(trial, search.rung, search.done, total);
        await kept?.offer(() => search);
      }
      enterNextRung(search, places);
    }
  } catch (error) {
    if (error instanceof ReportError && error.code === 'INTERRUPTED') await kept?.write(search);
    throw error;
  }
  await kept?.remove();
  return search.ranked;
}

/** Equal for searches with the same settings and data, which have the same course. */
const searchKey = ({ shape, targets, settings }: SearchOptions, data: string): string =>
  sha256(
    stableJson({
      ...{ shape, settings, data },
      targets: targets.map(({ name, training, validation, output = null }) => ({
        ...{ name, output },
        sources: [training, validation].map(sourceKey),
      })),
    }),
  );

function startOf({ settings, targets }: SearchOptions): SearchState {
  const runners = choicesOf(settings, targets).map((choice, i): Runner => {
    const trial = { number: i + 1, choice, errors: [], epochs: [], weights: null, seconds: 0, failure: null };
    return { trial, state: null };
  });
  return { rung: 0, runners, next: 0, risen: [], ranked: [], done: 0 };
}

/** Brings the next runner to the rung; all but the best `places` of those there give up what they would go on from. */
async function climbNext(options: SearchOptions, search: SearchState, places: number): Promise<Trial> {
  const { rung, runners, risen } = search;
  const runner = runners[search.next]!; // not all of them are there
  const { shape, settings, signal } = options;
  const target = options.targets.find(({ name }) => name === runner.trial.choice.target)!; // checkSearch saw to it
  const climbed = await climb(runner, rung, shape, target, settings, signal);
  runner.state = null;
  risen.push(climbed);
  risen.sort((a, b) => errorAt(a, rung) - errorAt(b, rung)); // equal ones stay in their order
  for (const fallen of risen.slice(places)) fallen.state = null; // memory holds the weights of those that may go on
  search.next += 1;
  search.done += 1;
  return climbed.trial;
}

function enterNextRung(search: SearchState, places: number): void {
  const { risen, ranked } = search;
  const onward = risen.slice(0, places).filter(({ trial }) => trial.failure === null);
  search.ranked = [...risen.slice(onward.length).map(({ trial }) => trial), ...ranked];
  search.runners = onward;
  search.risen = [];
  search.next = 0;
  search.rung += 1;
}

/** How many heads are trained towards each rung: the trials, and from each rung on the share that is kept. */
export function rungSizes({
  trials,
  rungs,
  reduction,
}: Pick<SearchSettings, 'trials' | 'rungs' | 'reduction'>): number[] {
  return rungs.map((_, rung) => Math.max(1, Math.floor(trials / reduction ** rung)));
}

function choicesOf(settings: SearchSettings, targets: readonly SearchTarget[]): HeadChoice[] {
  const { trials, seed, space = searchSpace, given = [] } = settings;
  const names = targets.map(({ name }) => name);
  return Array.from({ length: trials }, (_, i) => given[i] ?? drawChoice(space, names, seed, i + 1));
}

const errorAt = ({ trial }: Runner, rung: number): number => trial.errors[rung] ?? Number.POSITIVE_INFINITY;

function checkSearch(settings: SearchSettings, targets: readonly SearchTarget[]): void {
  const { trials, rungs, reduction, space = searchSpace, given = [] } = settings;
  const names = new Set(targets.map(({ name }) => name));
  const unknown = given.find(({ target }) => !names.has(target));
  const rising = rungs.every((epochs, i) => Number.isInteger(epochs) && epochs > (rungs[i - 1] ?? 0));
  const wrong =
    (targets.length === 0 && 'nothing to learn') ||
    (names.size < targets.length && 'two targets of one name') ||
    (unknown && `the unknown target "${unknown.target}"`) ||
    (!(Number.isInteger(trials) && trials >= 1) && `${trials} trials`) ||
    (!(rising && rungs.length > 0) && `rungs after ${rungs.join(', ') || 'no'} epochs, which must rise`) ||
    (!(Number.isInteger(reduction) && reduction >= 2) && `a reduction by ${reduction}, expected 2 or more`);
  if (wrong)
    throw new ReportError('BAD_INPUT', `A search was asked for with ${wrong}: correct its settings.`);
  checkSpace(space);
}
