import { availableParallelism } from 'node:os';
import type { Run } from '../core/run';
import { hereOnly, openProcesses, type Workers } from '../storage/workers';
import { tensorflow } from './backend';

interface SharedWork {
  kind: 'pictures' | 'features';
  rows: number;
}

/** From how many rows on processes pay: each takes a second or two until it has loaded what it needs. */
const worthProcesses: Record<SharedWork['kind'], number> = { pictures: 1500, features: 3000 };

/** How many processes share the work, 0 when it is done in this one, as features on a GPU are. Needs TensorFlow loaded. */
function processCount({ config }: Run, { kind, rows }: SharedWork): number {
  const { name, gpu } = tensorflow();
  if (kind === 'features' && (gpu || name !== 'tensorflow')) return 0;
  const count = config.processes > 0 ? config.processes : availableParallelism();
  if (count < 2 || (config.processes === 0 && rows < worthProcesses[kind])) return 0;
  return count;
}

export async function withWorkers<T>(
  run: Run,
  work: SharedWork,
  use: (workers: Workers) => Promise<T>,
): Promise<T> {
  const count = processCount(run, work);
  const workers = count > 0 ? openProcesses(count) : hereOnly();
  try {
    return await use(workers);
  } finally {
    workers.close();
  }
}
