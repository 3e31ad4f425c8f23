import type { EpochRecord } from '../training/training';
import { newUpdatingDisplay } from './display';
import { formatNumber, formatSeconds } from './format';
import { escapeHtml } from './html';

/** Shows the last epoch of a training while it runs. */
export interface EpochProgress {
  /** Takes each epoch as it ends; `epochs` is the most there can be. */
  epoch: (record: EpochRecord, epochs: number) => void;
  /** Leaves one line behind: how it ended, or `note` when nothing had to be trained. */
  done: (note?: string) => void;
}

/** A line that follows a training, epoch by epoch, with the validation error so far and its best. */
export function epochProgress(label: string): EpochProgress {
  const display = newUpdatingDisplay();
  let best = Number.POSITIVE_INFINITY;
  let seconds = 0;
  let last = 'no epoch was trained';
  const show = (text: string, bar = ''): void =>
    display.show(
      `<p class="rp rp-progress"><strong>${escapeHtml(label)}</strong> ${bar}<span>${escapeHtml(text)}</span></p>`,
      `${label}: ${text}`,
    );
  return {
    epoch: (record, epochs) => {
      best = Math.min(best, record.valMse);
      seconds += record.seconds;
      last =
        `epoch ${record.epoch} of at most ${epochs}: loss ${formatNumber(record.loss, 4)}, validation MSE ${formatNumber(record.valMse, 4)} ` +
        `(best ${formatNumber(best, 4)}), ${formatSeconds(seconds)} so far`;
      const bar = `<progress aria-label="${escapeHtml(label)}" value="${record.epoch}" max="${epochs}"></progress> `;
      show(last, bar);
    },
    done: (note) => {
      show(note ?? last);
      display.close();
    },
  };
}
