import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ReportError } from './errors';
import { projectRoot, sha256 } from './files';
import type { Config } from './settings';
import { APART } from './stage';

/** Shows how far a piece of long work is, and a note on how it goes. */
export interface ProgressDisplay {
  /** `before` of `done` were done in an earlier run, and count for no rate. */
  update(done: number, total: number, note?: string, before?: number): void;
  done(): void;
}

/** What every stage is given: the settings, a way to show progress (of work that began at `start`, in ms of `performance.now()`; default: now), and a signal that ends it. */
export interface Run<C extends Config = Config> {
  config: C;
  progress: (label: string, now?: () => number, start?: number) => ProgressDisplay;
  signal?: AbortSignal;
}

/** A run that shows nothing, for scripts and tests. */
export const quietRun = <C extends Config>(config: C): Run<C> => ({
  config,
  progress: () => ({ update: () => {}, done: () => {} }),
});

/** Does `work` under a progress display that appears with the first update and ends with the work, whether it succeeds or not. */
export async function withProgress<T>(
  run: Pick<Run, 'progress'>,
  label: string,
  work: (onProgress: ProgressDisplay['update']) => Promise<T>,
): Promise<T> {
  let display: ProgressDisplay | undefined;
  const start = performance.now();
  const onProgress: ProgressDisplay['update'] = (done, total, note, before) => {
    display ??= run.progress(label, undefined, start);
    display.update(done, total, note, before);
  };
  try {
    return await work(onProgress);
  } finally {
    display?.done();
  }
}

/** Reports of work that goes on where an earlier run has stopped and counts from there one by one: passed on with what was done before. */
export function ofThisRun(onProgress: ProgressDisplay['update']): ProgressDisplay['update'] {
  let before: number | undefined;
  return (done, total, note) => {
    before ??= done - 1;
    onProgress(done, total, note, before);
  };
}

/** The folders under `data/` in which the stages leave their results; all of them can be made again. */
export const stageNames = ['sample', 'split', 'prepared', 'features', 'models', 'predictions'] as const;

/** The run of notebooks that are opened by hand. */
export const LAB = 'lab';

/** Where a stage leaves its result: `name` below the stage's folder, or that folder itself. What notebooks that are opened by hand train lies apart, so that it takes the place of no report's model. */
export function stageFolder(config: Config, stage: (typeof stageNames)[number], name = ''): string {
  const apart = config.run === LAB && (stage === 'models' || stage === 'predictions');
  return path.join(config.work, apart ? `${stage}${APART}` : stage, name);
}

/** Name of the data set in the folders of its stages: `sample`, or the folder's own name made unique by its path. */
export function dataName(config: Config): string {
  if (config.data === null) return 'sample';
  const plain = path.basename(config.data).replace(/[^A-Za-z0-9_-]/g, '') || 'data';
  return `${plain}-${sha256(config.data).slice(0, 6)}`;
}

/** Why TensorFlow does not run natively here, as the set-up noted, or null when it does. Throws `BROKEN_STAGE` when the note is damaged. */
export function backendWarning(root = projectRoot()): string | null {
  const file = path.join(root, '.cache', 'tensorflow.json');
  if (!existsSync(file)) return null;
  try {
    const { native, reason } = JSON.parse(readFileSync(file, 'utf8'));
    if (native === true) return null;
    if (native !== false) throw new Error('it does not say whether TensorFlow runs natively');
    return `TensorFlow runs on WebAssembly, several times slower: ${reason.replace(/\.$/, '')}.`;
  } catch (cause) {
    const advice = `${file} is damaged: delete it and run "npm run setup".`;
    throw new ReportError('BROKEN_STAGE', advice, { cause });
  }
}
