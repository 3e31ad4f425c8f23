import os from 'node:os';
import type { Machine } from './markdown';

/** What this benchmark runs on; `versions` are those of both sides. */
export const describeMachine = (versions: Record<string, string>): Machine => ({
  processor: os.cpus()[0]?.model.replace(/\s+/g, ' ').trim() ?? 'unknown',
  cores: os.availableParallelism(),
  memoryGib: Math.round(os.totalmem() / 2 ** 30),
  system: `${os.type()} ${os.release().replace(/-.*/, '')} ${os.arch()}`,
  versions,
});
