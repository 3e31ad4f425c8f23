import { spawn } from 'node:child_process';
import { explainDiskError, ReportError } from '../core/errors';
import { projectRoot } from '../core/files';
import { throwIfAborted } from '../core/pool';
import type { ProgressDisplay, Run } from '../core/run';
import type { Config } from '../core/settings';
import { type Counted, finalText, runningText } from '../report/progress';

/** Progress with rate and time left, on the stream of errors as it is no part of an answer: one line that changes on a terminal, every ten seconds a line elsewhere, and a last one. */
export function terminalProgress(
  label: string,
  now: () => number = () => performance.now(),
  start = now(),
): ProgressDisplay {
  const live = process.stderr.isTTY === true;
  let latest: Counted = { done: 0, total: 0 };
  const interval = live ? 200 : 10_000; // ms
  let shownAt = live ? 0 : start;
  const seconds = (): number => (now() - start) / 1000;
  const show = (text: string, last: boolean): void => {
    const line = `  ${label}: ${text}`;
    process.stderr.write(live ? `\r\x1b[2K${line}${last ? '\n' : ''}` : `${line}\n`);
  };
  return {
    update(done, total, note, before) {
      latest = { done, total, note, before };
      if (now() - shownAt < interval) return;
      shownAt = now();
      show(runningText(latest, seconds()), false);
    },
    done: () => show(finalText(latest, seconds()), true),
  };
}

/** Shows the seconds that work takes and what it says of itself, on a terminal and every half minute elsewhere, and a last line. `work` gives whether there was something to do. */
export async function timed(
  label: string,
  work: (show: (text: string) => void) => Promise<boolean>,
): Promise<void> {
  const start = performance.now();
  const live = process.stdout.isTTY === true;
  let said = '';
  const show = (text: string, before: string, after: string): void => {
    const line = `  ${label.padEnd(24)}${text}`;
    process.stdout.write(`${before}${live ? line.slice(0, process.stdout.columns - 1) : line}${after}`);
  };
  const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  const tick = (): void => {
    if (live) show(`${seconds()}  ${said}`, '\r\x1b[2K', '');
    else if (said) show(`${seconds()}  ${said}`, '', '\n');
  };
  const ticks = setInterval(tick, live ? 200 : 30_000);
  try {
    const text = (await work((text) => (said = text))) ? seconds() : 'up to date';
    show(text, live ? '\r\x1b[2K' : '', '\n');
  } finally {
    clearInterval(ticks);
  }
}

/** Aborts at Ctrl-C, when the process is asked to end, and when its terminal is closed; a second time ends it at once. `deaf` to Ctrl-C leaves that to a program it has started. */
export function endSignal({ deaf = false } = {}): AbortSignal {
  const abort = new AbortController();
  if (deaf) process.on('SIGINT', () => {});
  else process.once('SIGINT', () => abort.abort('SIGINT'));
  for (const name of ['SIGTERM', 'SIGHUP'] as const) process.once(name, () => abort.abort(name));
  return abort.signal;
}

/** Runs a program on the terminal's own streams and gives its exit status; it ends with `signal`. Throws `INTERRUPTED`. */
export async function runTool(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const child = spawn(command, args, { cwd: projectRoot(), stdio: 'inherit' });
  signal.addEventListener('abort', () => child.kill('SIGTERM'));
  const code = await new Promise<number>((resolve, reject) =>
    child.on('error', reject).on('close', (status) => resolve(status ?? 1)),
  );
  throwIfAborted(signal);
  return code;
}

/** A run that shows its progress on the terminal and ends at Ctrl-C. */
export const terminalRun = (config: Config): Run => ({
  config,
  progress: terminalProgress,
  signal: endSignal(),
});

/** Runs a script's `main`; an error that is known is shown as its sentence, and the exit status is then 1. */
export function runMain(main: () => Promise<void>, stopped = 'Stopped'): void {
  main().catch((error: unknown) => {
    const { path: place = 'the results' } = (error ?? {}) as { path?: string }; // as Node names it
    const explained = explainDiskError(error, place);
    console.error(explained instanceof ReportError ? `\n${stopped}: ${explained.message}` : explained);
    process.exitCode = 1;
  });
}
