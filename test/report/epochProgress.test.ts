import { afterEach, describe, expect, it, vi } from 'vitest';
import { epochProgress } from '../../lib/report/epochProgress';
import type { EpochRecord } from '../../lib/training/training';

const spy = () => vi.spyOn(console, 'log').mockImplementation(() => undefined);
afterEach(() => {
  vi.restoreAllMocks();
  vi.doUnmock('../../lib/report/display');
});

const record = (epoch: number, loss: number, valMse: number): EpochRecord => ({
  epoch,
  loss,
  mse: loss,
  mae: loss,
  accuracy: null,
  valLoss: valMse,
  valMse,
  valMae: valMse,
  valAccuracy: null,
  seconds: 1.5,
  learningRate: 0.001,
});

describe('the progress of a training', () => {
  it('ends with its last epoch, the best validation error so far and the time of all epochs', () => {
    const log = spy();
    const progress = epochProgress('Training the head');
    progress.epoch(record(1, 2, 0.75), 15);
    progress.epoch(record(2, 1.5, 0.5), 15);
    progress.epoch(record(3, 1.25, 0.625), 15);
    progress.done();
    expect(log.mock.calls).toEqual([
      [
        'Training the head: epoch 3 of at most 15: loss 1.2500, validation MSE 0.6250 (best 0.5000), 4.5 s so far',
      ],
    ]);
  });

  it('ends with the note instead, and says so when there was no epoch', () => {
    const log = spy();
    const reused = epochProgress('Training the head');
    reused.done('taken from an earlier run');
    epochProgress('Training the head').done();
    expect(log.mock.calls).toEqual([
      ['Training the head: taken from an earlier run'],
      ['Training the head: no epoch was trained'],
    ]);
  });

  it('shows a bar while it runs and none at the end, with the label escaped', async () => {
    const shown: string[] = [];
    vi.resetModules();
    vi.doMock('../../lib/report/display', () => ({
      newUpdatingDisplay: () => ({ show: (html: string) => shown.push(html), close: () => {} }),
    }));
    const { epochProgress: inNotebook } = await import('../../lib/report/epochProgress');
    const progress = inNotebook('<b> & "head"');
    progress.epoch(record(1, 2, 0.75), 15);
    progress.done();
    expect(shown[0]).toContain('<progress aria-label="&lt;b&gt; &amp; &quot;head&quot;" value="1" max="15">');
    expect(shown[1]).not.toContain('<progress');
    expect(shown[1]).toContain('epoch 1 of at most 15');
    for (const html of shown) expect(html).not.toContain('<b>');
  });
});
