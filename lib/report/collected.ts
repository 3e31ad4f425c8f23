import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Provenance } from '../core/concepts';
import { ReportError } from '../core/errors';
import { writeAtomic } from '../core/files';
import { withLock } from '../core/lock';
import { csvOf } from './csv';

/** A data set that is made of answers of servers, row by row. */
export interface Collected {
  folder: string;
  /** The name of its table, and the columns. */
  table: string;
  columns: readonly string[];
  provenance: Provenance;
  /** What the rows are, as a sentence says it. */
  items: string;
  signal?: AbortSignal | undefined;
  /** Is told why a wait is long. */
  onWait?: ((why: string) => void) | undefined;
}

/** Does `work`, which adds rows, and writes the table of them and `about.json` whether it comes to its end or not, unless there are none. An error of `work` also says what is kept. */
export async function collect<T>(set: Collected, work: (rows: string[][]) => Promise<T>): Promise<T> {
  const rows: string[][] = [];
  const write = async (): Promise<void> => {
    await writeAtomic(path.join(set.folder, set.table), csvOf({ columns: set.columns, values: rows }));
    const about = path.join(set.folder, 'about.json');
    if (!existsSync(about)) await writeAtomic(about, `${JSON.stringify(set.provenance, null, 1)}\n`);
  };
  const fill = async (): Promise<T> => {
    try {
      return await work(rows);
    } catch (error) {
      if (!(error instanceof ReportError)) throw error;
      const kept = `${rows.length} ${set.items} are in ${set.folder}; every answer is kept there.`;
      throw new ReportError(error.code, `${error.message} ${kept}`, { cause: error });
    } finally {
      if (rows.length > 0) await write();
    }
  };
  const onWait = (): void => set.onWait?.(`Another run fills ${set.folder}: waiting for it to end`);
  return withLock(path.join(set.folder, '.lock'), fill, { onWait, signal: set.signal });
}
