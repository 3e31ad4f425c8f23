import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ReportError } from '../../lib/core/errors';
import { treeMemory } from './memory';
import type { Failed, Ready, Round, Skipped } from './protocol';

/** A side that is ready for rounds. */
export interface Contestant {
  name: string;
  versions: Record<string, string>;
  /** Does one round, and gives the most memory (MiB, shared pages counted in parts) that its processes held meanwhile. */
  round(): Promise<Round & { peakMib: number }>;
  close(): void;
}

/** Time between two looks at the memory, in ms. */
const LOOK = 250;

/** Starts a side and waits until it is ready, or gives its reason for not taking part. Throws `BAD_INPUT` when it fails. */
export async function startContestant(
  name: string,
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Contestant | Skipped> {
  const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const next = answersOf(name, child);
  const first = (await next()) as Ready | Skipped;
  if ('skipped' in first) return first;
  return {
    name,
    versions: first.versions,
    round: async () => {
      let peakMib = 0;
      const look = (): void => {
        peakMib = Math.max(peakMib, treeMemory(child.pid!)); // it runs, as it was ready
      };
      look();
      const watch = setInterval(look, LOOK);
      try {
        child.stdin.write('go\n');
        const round = (await next()) as Round;
        look();
        return { ...round, peakMib };
      } finally {
        clearInterval(watch);
      }
    },
    close: () => {
      child.stdin.end();
      child.kill();
    },
  };
}

/** A function that gives the next line of JSON each time; it throws with what the side says of its error, or with its last words. */
function answersOf(name: string, child: ChildProcess): () => Promise<unknown> {
  const lines: string[] = [];
  let said = '';
  let ended = false;
  let wake: () => void = () => {};
  createInterface({ input: child.stdout! }).on('line', (line) => {
    lines.push(line);
    wake();
  }); // piped, as below
  child.stderr!.on('data', (text) => {
    said = (said + text).slice(-2000);
  });
  child.on('close', () => {
    ended = true;
    wake();
  });
  return async () => {
    while (lines.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const line = lines.shift();
    const answer =
      line === undefined ? { error: said.trim() || 'it ended without a word' } : JSON.parse(line);
    if ('error' in (answer as Failed | object)) {
      throw new ReportError('BAD_INPUT', `The stage ${name} failed: ${(answer as Failed).error}`); // told apart in the line above
    }
    return answer;
  };
}
