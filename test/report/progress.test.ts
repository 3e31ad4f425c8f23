import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { displayHtml, newUpdatingDisplay } from '../../lib/report/display';
import { progress } from '../../lib/report/progress';
import { temporaryFolder } from '../temporary';

const spy = () => vi.spyOn(console, 'log').mockImplementation(() => undefined);
afterEach(() => vi.restoreAllMocks());

describe('display outside a notebook', () => {
  it('prints the plain text once, and of an updating display only the last', () => {
    const log = spy();
    displayHtml('<b>html</b>', 'plain');
    const display = newUpdatingDisplay();
    for (let i = 0; i < 5; i++) display.show(`<b>${i}</b>`, `step ${i}`);
    display.close();
    display.close();
    expect(log.mock.calls).toEqual([['plain'], ['step 4']]);
  });
});

describe('progress', () => {
  it('ends with the count, the time and the rate', () => {
    const log = spy();
    let now = 0;
    const bar = progress('Preparing pictures', () => now);
    for (let i = 1; i <= 2400; i++) {
      now = i * 5;
      bar.update(i, 2400);
    }
    bar.done();
    bar.done();
    bar.update(1, 2);
    expect(log.mock.calls).toEqual([['Preparing pictures: 2,400 in 12 s (200/s)']]);
  });

  it('has the rate of the whole work where the first report comes late', () => {
    const log = spy();
    const bar = progress('Preparing pictures', () => 6000, 0);
    bar.update(12, 12);
    bar.done();
    expect(log.mock.calls).toEqual([['Preparing pictures: 12 in 6.0 s (2.0/s)']]);
  });

  it('has the rate of this run where an earlier one has done a part', () => {
    const log = spy();
    const bar = progress('Training', () => 10_000, 0);
    bar.update(15, 15, undefined, 10);
    bar.done();
    expect(log.mock.calls).toEqual([['Training: 5 in 10 s (0.5/s)']]);
  });

  it('tells the time even of work that reported nothing', () => {
    const log = spy();
    let now = 0;
    const bar = progress('Reading', () => now);
    now = 500;
    bar.done();
    expect(log.mock.calls).toEqual([['Reading: 0.50 s']]);
  });

  it('leaves word for who runs the notebook, until the work ends', () => {
    spy();
    const file = path.join(temporaryFolder(), 'progress');
    vi.stubEnv('KERNEL_PROGRESS', file);
    const bar = progress('Training', () => 10_000, 0);
    bar.update(5, 15, 'loss 0.1');
    expect(readFileSync(file, 'utf8')).toBe('Training: 5 of 15, 0.5/s, 20 s left; loss 0.1');
    bar.done();
    expect(readFileSync(file, 'utf8')).toBe('');
    vi.unstubAllEnvs();
  });
});
