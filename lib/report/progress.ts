import { writeFileSync } from 'node:fs';
import type { ProgressDisplay } from '../core/run';
import { newUpdatingDisplay } from './display';
import { formatCount, formatRate, formatSeconds } from './format';
import { escapeHtml } from './html';

/** Items a second below which a rate says nothing. */
const SLOW = 0.5;

/** Time between two changes of a bar, in ms: more would flood the channel between kernel and page. */
const INTERVAL = 250;

/** A progress bar with rate and time left, which changes at most four times a second and ends as one line with the count and the time; a total of 0 stands for not known. Outside a notebook only the final line is printed. `now` (ms) is for tests, `start` when the work began. */
export function progress(
  label: string,
  now: () => number = () => performance.now(),
  start = now(),
): ProgressDisplay {
  const display = newUpdatingDisplay();
  let latest: Counted = { done: 0, total: 0 };
  let shownAt = -Infinity;
  let over = false;
  return {
    update(done, total, note, before) {
      latest = { done, total, note, before };
      if (over || now() - shownAt < INTERVAL) return;
      shownAt = now();
      const text = runningText(latest, (shownAt - start) / 1000);
      display.show(barHtml(label, latest, text), `${label}: ${text}`);
      leaveWord(`${label}: ${text}`);
    },
    done() {
      if (over) return;
      over = true;
      const text = finalText(latest, (now() - start) / 1000);
      display.show(
        `<p class="rp rp-progress"><strong>${escapeHtml(label)}</strong> <span>${escapeHtml(text)}</span></p>`,
        `${label}: ${text}`,
      );
      display.close();
      leaveWord('');
    },
  };
}

/** Leaves word of how far a notebook is, for who runs it in a terminal. */
function leaveWord(text: string): void {
  const { KERNEL_PROGRESS: file } = process.env;
  if (file) writeFileSync(file, text);
}

/** How much is done; 0 in all stands for not known. */
export interface Counted {
  done: number;
  total: number;
  /** How it goes, such as the loss of a training. */
  note?: string;
  /** How much of it was done in an earlier run. */
  before?: number;
}

/** `1,200 of 2,400, 400/s, 3.0 s left` */
export function runningText({ done, total, note, before = 0 }: Counted, seconds: number): string {
  const rate = seconds > 0 ? (done - before) / seconds : 0;
  const count = total > 0 ? `${formatCount(done)} of ${formatCount(total)}` : formatCount(done);
  if (rate <= 0) return `${count}${noteText(note)}`;
  const left = total > done ? `, ${formatSeconds((total - done) / rate)} left` : '';
  return `${count}${rate >= SLOW ? `, ${formatRate(rate)}` : ''}${left}${noteText(note)}`;
}

/** `2,400 in 6.0 s (400/s)` */
export function finalText({ done: all, note, before = 0 }: Omit<Counted, 'total'>, seconds: number): string {
  const done = all - before;
  const rate = seconds > 0 && done / seconds >= SLOW ? ` (${formatRate(done / seconds)})` : '';
  return `${done > 0 ? `${formatCount(done)} in ` : ''}${formatSeconds(seconds)}${rate}${noteText(note)}`;
}

const noteText = (note: string | undefined): string => (note === undefined ? '' : `; ${note}`);

function barHtml(label: string, { done, total }: Counted, text: string): string {
  const value = total > 0 ? ` value="${Math.min(done, total)}" max="${total}"` : ''; // without a value: "busy"
  return (
    `<p class="rp rp-progress"><strong>${escapeHtml(label)}</strong> ` +
    `<progress aria-label="${escapeHtml(label)}"${value}></progress> <span>${escapeHtml(text)}</span></p>`
  );
}
