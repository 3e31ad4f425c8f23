import { explainDiskError, ReportError } from '../core/errors';
import type { ProgressDisplay, Run } from '../core/run';
import type { Config } from '../core/settings';
import { type Counted, finalText, runningText } from '../report/progress';

/** Progress with rate and time left: one line that changes on a terminal, every ten seconds a line elsewhere, and a last one. */
export function terminalProgress(
  label: string,
  now: () => number = () => performance.now(),
  start = now(),
): ProgressDisplay {
  const live = process.stdout.isTTY === true;
  let latest: Counted = { done: 0, total: 0 };
  const interval = live ? 200 : 10_000; // ms
  let shownAt = live ? 0 : start;
  const seconds = (): number => (now() - start) / 1000;
  const show = (text: string, last: boolean): void => {
    const line = `  ${label}: ${text}`;
    process.stdout.write(live ? `\r\x1b[2K${line}${last ? '\n' : ''}` : `${line}\n`);
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

/** Aborts at Ctrl-C, when the process is asked to end, and when its terminal is closed; a second time ends it at once. */
export function endSignal(): AbortSignal {
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => abort.abort(name));
  return abort.signal;
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
    const explained = explainDiskError(error, 'the results');
    console.error(explained instanceof ReportError ? `\n${stopped}: ${explained.message}` : explained);
    process.exitCode = 1;
  });
}
