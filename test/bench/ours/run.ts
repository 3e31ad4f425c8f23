import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { loadTensorFlow } from '../../../lib/tensorflow/backend';
import type { Failed, Ready, Round, Skipped } from '../protocol';
import { ours } from './catalogue';

/** Our side of a row, as `bench/protocol.ts` has it: `run.ts ROW --data DIR [--weights FILE]`. */
async function main(): Promise<void> {
  const options = { data: { type: 'string' }, weights: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const stage = positionals[0] ?? '';
  const load = ours[stage];
  if (!load || values.data === undefined) {
    return say({
      error: `There is no stage "${stage}", or no --data: choose from ${Object.keys(ours).join(', ')}.`,
    });
  }
  const { version, gpu } = await loadTensorFlow();
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'bench-'));
  try {
    const work = await load({ data: values.data, scratch, weights: values.weights ?? null });
    const versions = {
      node: process.versions.node,
      tensorflow: version,
      sharp: sharp.versions.sharp ?? '',
      ...(gpu ? { gpu: 'yes' } : {}),
    };
    say({ ready: true, stage, versions });
    for await (const _ of createInterface({ input: process.stdin })) {
      const [start, before] = [performance.now(), process.cpuUsage()];
      const { n, seconds, parts, check } = await work.run();
      const wall = (performance.now() - start) / 1000;
      const { user, system } = process.cpuUsage(before);
      say({ n, unit: work.unit, seconds: seconds ?? wall, cpu_seconds: (user + system) / 1e6, parts, check });
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const say = (answer: Ready | Skipped | Round | Failed): void => {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
};

main().then(
  () => process.exit(0), // processes and threads that wait for work are not waited for
  (error: unknown) => {
    say({ error: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  },
);
