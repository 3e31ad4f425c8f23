import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Provenance } from '../core/concepts';
import { ReportError } from '../core/errors';
import { writeAtomic } from '../core/files';
import { withLock } from '../core/lock';
import { type ProgressDisplay, type Run, withProgress } from '../core/run';
import { type Answers, openAnswers } from '../storage/answers';
import { type Client, type ClientOptions, createClient } from '../storage/client';
import { csvOf } from './csv';
import { formatCount } from './format';

/** A data set that is made of answers of servers: the name of its table, the columns, what its rows are called. */
export interface Collected {
  table: string;
  columns: readonly string[];
  items: string;
  provenance: Provenance;
}

/** Where a data set is made, and how servers are asked for it. */
export interface CollectRequest {
  run: Pick<Run, 'progress' | 'signal'>;
  folder: string;
  client: ClientOptions;
}

/** What was collected so far. */
export interface Collection {
  rows: string[][];
  /** What was found, by its kind. */
  counts: Map<string, number>;
  /** What could not be had, and why. */
  faults: string[];
}

/** Counts one more, or several, of a kind. */
export const count = ({ counts }: Collection, kind: string, more = 1): void =>
  void counts.set(kind, (counts.get(kind) ?? 0) + more);

/** Does `work`, which adds rows, and writes the table of them and `about.json` whether it comes to its end or not, if there are any. Of several runs for one folder each waits for the one before. An error of `work` also says what is kept. */
export async function collect(
  { run, folder, client: asked }: CollectRequest,
  { table, columns, items, provenance }: Collected,
  work: (answers: Answers, found: Collection, onProgress: (total: number) => void) => Promise<void>,
): Promise<Collection> {
  const say = (why: string): void => console.log(`  ${why}`);
  const { get } = createClient({ signal: run.signal, onWait: say, ...asked });
  const found: Collection = { rows: [], counts: new Map(), faults: [] };
  let before: number | undefined; // rows of answers that were there: they count for no rate
  const client: Client = {
    get: (...what) => {
      before ??= found.rows.length;
      return get(...what);
    },
  };
  const fill = async (onProgress: ProgressDisplay['update']): Promise<void> => {
    try {
      const show = (total: number): void =>
        onProgress(found.rows.length, total, countsText(found), before ?? found.rows.length);
      await work(await openAnswers(folder, client), found, show);
    } catch (error) {
      if (!(error instanceof ReportError)) throw error;
      const kept = `${folder} has ${formatCount(found.rows.length)} ${items} and every answer that came.`;
      throw new ReportError(error.code, `${error.message} ${kept}`, { cause: error });
    } finally {
      const about = path.join(folder, 'about.json');
      const values = found.rows;
      if (values.length > 0) {
        await writeAtomic(path.join(folder, table), csvOf({ columns, values }));
        if (!existsSync(about)) await writeAtomic(about, `${JSON.stringify(provenance, null, 1)}\n`);
      }
    }
  };
  const onWait = (): void => say(`Another run fills ${folder}: waiting for it to end`);
  const filled = () => withProgress(run, `Fetching ${items}`, fill);
  await withLock(path.join(folder, '.lock'), filled, { onWait, signal: run.signal });
  return found;
}

const countsText = ({ counts }: Collection): string =>
  [...counts].map(([kind, number]) => `${formatCount(number)} ${kind}`).join(', ');

/** Says on the terminal what was collected, with examples of what could not be had. */
export function sayCollected(found: Collection, folder: string): void {
  const { rows, faults } = found;
  console.log(`${formatCount(rows.length)} rows in ${folder}. Found: ${countsText(found)}.`);
  for (const fault of faults.slice(0, 5)) console.log(`  ${fault}`);
  if (faults.length > 5) console.log(`  and ${faults.length - 5} more like these`);
}
