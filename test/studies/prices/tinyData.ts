import path from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import { quietRun } from '../../../lib/core/run';
import { makeSample, type SampleSummary } from '../../../lib/studies/prices/sample/sample';
import { type Config, defaults, type Run } from '../../../lib/studies/prices/settings';
import { sharedFolder } from '../../temporary';

/** Generated data in a temporary folder, and runs over it. */
export interface TinyData {
  /** The temporary folder that holds everything. */
  root: string;
  /** The data folder, with games.csv and screenshots/. */
  folder: string;
  /** What is in the sample; known once the tests run. */
  summary: () => SampleSummary;
  /** A run over the data that shows nothing. Pictures are small, so that a pipeline takes a second or two. */
  run: (changes?: Partial<Config>) => Run;
}

/** Keeps the file's tests away from the network and from downloads of earlier runs: the base is then the project's own. */
export function withoutNetwork(root: string): void {
  beforeAll(() => {
    vi.stubEnv('REPORT_CACHE', path.join(root, 'cache'));
    vi.stubEnv('REPORT_WEIGHTS_URL', 'http://127.0.0.1:9/'); // nothing answers there
  });
  afterAll(() => vi.unstubAllEnvs());
}

/** A sample of 12 games for all tests of a file. For the top level of a file: hooks count only there. */
export function tinyData(): TinyData {
  const root = sharedFolder();
  const folder = path.join(root, 'games');
  let summary: SampleSummary;
  withoutNetwork(root);
  beforeAll(async () => {
    summary = await makeSample(folder, { games: 12, seed: 1 });
  });
  return {
    root,
    folder,
    summary: () => summary,
    run: (changes = {}) =>
      quietRun({
        ...defaults(root),
        data: folder,
        imageSize: 64,
        outlierRule: 'fixed', // the sample has two absurd prices, both far above it
        ...changes,
      }),
  };
}

/** A run like `run` whose progress displays write down their labels, and the counts of each label; `onUpdate` is called for each. */
export function watched(
  run: Run,
  onUpdate: (label: string) => void = () => {},
): { run: Run; labels: string[]; counts: (label: string) => string[] } {
  const updates: { label: string; count: string }[] = [];
  const labels: string[] = [];
  const progress: Run['progress'] = (label) => ({
    update: (done, total) => {
      labels.push(label);
      updates.push({ label, count: `${done}/${total}` });
      onUpdate(label);
    },
    done: () => {},
  });
  const counts = (label: string) => updates.filter((one) => one.label === label).map(({ count }) => count);
  return { labels, counts, run: { ...run, progress } };
}
