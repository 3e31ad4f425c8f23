import { ReportError } from '../../lib/core/errors';
import type { WorkerTask } from '../../lib/storage/workers';

/** Where the tasks of these tests are found: from lib/, as a WorkerTask says. */
const module = '../test/storage/tasks';

export const square: WorkerTask<number, number> = { module, name: 'square', run: (x) => x * x };

/** Which process and thread it ran in. */
export const whereabouts: WorkerTask<null, { pid: number; threads: string | undefined }> = {
  module,
  name: 'whereabouts',
  run: () => ({ pid: process.pid, threads: process.env.TF_NUM_INTRAOP_THREADS }),
};

export const fill: WorkerTask<{ memory: SharedArrayBuffer; value: number }, null> = {
  module,
  name: 'fill',
  run: ({ memory, value }) => {
    new Uint8Array(memory).fill(value);
    return null;
  },
};

export const fail: WorkerTask<'report' | 'system' | 'other', never> = {
  module,
  name: 'fail',
  run: (how) => {
    if (how === 'report') throw new ReportError('BAD_INPUT', 'This cannot be.');
    if (how === 'system') throw Object.assign(new Error('disk'), { code: 'ENOSPC' });
    throw new TypeError('oops');
  },
};

/** Ends its process without a word. */
export const vanish: WorkerTask<null, never> = { module, name: 'vanish', run: () => process.exit(3) };

export const wait: WorkerTask<number, number> = {
  module,
  name: 'wait',
  run: (milliseconds) => new Promise((resolve) => setTimeout(() => resolve(milliseconds), milliseconds)),
};
