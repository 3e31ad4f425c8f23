import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { readResults } from '../../../../lib/core/results';
import { openReport } from '../../../../lib/studies/prices/report/openReport';
import { withCode } from '../../../data/close';
import { temporaryFolder } from '../../../temporary';

vi.mock('../../../../lib/report/plotly', () => ({ startCharts: vi.fn() })); // 2 MB, made by the set-up, and no part of this
const note = vi.hoisted(() => ({ warning: null as string | null }));
vi.mock('../../../../lib/core/run', async (original) => ({
  ...(await original<typeof import('../../../../lib/core/run')>()),
  backendWarning: () => note.warning,
}));

let log: MockInstance;
let root: string;
const listeners = process.listeners('SIGINT');
beforeEach(() => {
  log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  root = temporaryFolder();
  for (const name of Object.keys(process.env).filter((name) => name.startsWith('REPORT_'))) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('REPORT_WORK', path.join(root, 'work'));
  vi.stubEnv('REPORT_REPORTS', path.join(root, 'reports'));
  vi.stubEnv('REPORT_CACHE', path.join(root, 'cache'));
  vi.stubEnv('REPORT_WEIGHTS_URL', 'http://127.0.0.1:9/'); // nothing answers there
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  note.warning = null;
  for (const added of process.listeners('SIGINT').filter((one) => !listeners.includes(one))) {
    process.removeListener('SIGINT', added);
  }
});

const printed = (): string => log.mock.calls.flat().join('\n');
const results = () => readResults(path.join(root, 'reports', 'prices'));

describe('opening a report outside a notebook', () => {
  it('prints which report it is and what it was made with', async () => {
    vi.stubEnv('REPORT_SEED', '7');
    vi.stubEnv('REPORT_IMAGE_SIZE', '64');
    const report = await openReport('02-outliers');
    const lines = printed().split('\n');
    expect(lines[0]).toMatch(/^2\. Outliers: Which prices .*\?$/);
    expect(lines).toEqual(
      expect.arrayContaining(['Data set: generated sample', 'Image size: 64 × 64 pixels', 'Seed: 7']),
    );
    expect(printed()).toContain('Note: Generated pictures No data set was given');
    expect(printed()).not.toContain('WARNING');
    expect(report.config).toMatchObject({ seed: 7, imageSize: 64, work: path.join(root, 'work', 'prices') });
    expect(report.weights).toBeUndefined();
    expect(printed()).not.toContain('Backend');
  });

  it('names the data set instead of the note when there is one', async () => {
    vi.stubEnv('REPORT_DATA', '/games');
    await openReport('1');
    expect(printed()).toContain('Data set: games');
    expect(printed()).not.toContain('Generated pictures');
  });

  it('refuses a notebook that does not exist and a setting that does not fit', async () => {
    await expect(openReport('10-more')).rejects.toEqual(withCode('UNKNOWN_NOTEBOOK'));
    vi.stubEnv('REPORT_SEED', 'many');
    await expect(openReport('01-loading')).rejects.toEqual(withCode('BAD_SETTING'));
  });

  it('loads TensorFlow and finds weights where the model is used, and warns of those that are not the published ones', async () => {
    const report = await openReport('06-model', { model: true });
    expect(report.weights).toMatchObject({ source: 'own' });
    expect(printed()).toMatch(/^Backend: (tensorflow|wasm) [\w.-]+ \((CPU|GPU|WebAssembly)\)$/m);
    expect(printed()).toContain('Base network: MobileNetV2, alpha 0.35');
    expect(printed()).toMatch(/WARNING: The base is the project's own/);
    await report.record({});
    expect(results()['warning.weights']).toBe(report.weights?.warning);
    expect(printed()).toContain(`Backend: ${results().backend}`);
  });

  it('warns of a backend that is not native, in the page and in the figures', async () => {
    note.warning = 'TensorFlow runs on WebAssembly, several times slower: no compiler.';
    const report = await openReport('01-loading');
    expect(printed()).toContain(`WARNING: ${note.warning}`);
    await report.record({});
    expect(results()).toMatchObject({ 'warning.backend': note.warning });
  });
});

describe('the figures of a report', () => {
  it('have what they were made with beside them', async () => {
    const report = await openReport('01-loading');
    await report.record({ 'rows.read': 300 });
    expect(results()).toEqual({
      'data.generated': true,
      'data.name': 'generated sample',
      'image.size': 96,
      seed: 42,
      'warning.backend': null,
      'rows.read': 300,
      'run.key': expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  it('add up over the reports of one run, and are dropped by a run with other settings', async () => {
    await (await openReport('01-loading')).record({ 'rows.read': 300 });
    await (await openReport('02-outliers')).record({ 'outliers.removed': 2 });
    expect(results()).toMatchObject({ 'rows.read': 300, 'outliers.removed': 2 });
    vi.stubEnv('REPORT_SEED', '7');
    await (await openReport('03-images')).record({ 'images.prepared': 9 });
    expect(results()).toMatchObject({ 'images.prepared': 9, seed: 7 });
    expect(results()).not.toHaveProperty('rows.read');
  });

  it('have the time of the notebook once it is closed with what was found', async () => {
    const report = await openReport('03-images');
    log.mockClear();
    await report.close(['**Nine** pictures.', 'No leak.']);
    expect(printed()).toBe('What was found\n• Nine pictures.\n• No leak.');
    expect(results()['seconds.03-images']).toBeGreaterThanOrEqual(0);
  });
});

describe('warnings at the top', () => {
  const planted = {
    'warning.collapse': 'The predictions have collapsed to one value.',
    'warning.improbable': 'The predictions are too good to be true.',
    'warning.near_identical': 'A near-identical picture is in more than one part.',
  };
  const later = ['06-model', '07-test-prediction', '08-several-images', '09-grad-cam'];

  it.each(later)('%s begins with what other notebooks of the run have found', async (name) => {
    await (await openReport('04-split')).record(planted);
    log.mockClear();
    await openReport(name, { model: true });
    const [header] = log.mock.calls.flat().map(String);
    for (const warning of Object.values(planted)) expect(header).toContain(`WARNING: ${warning}`);
  });

  it('are not those of a run with other settings', async () => {
    await (await openReport('04-split')).record(planted);
    vi.stubEnv('REPORT_SEED', '7');
    log.mockClear();
    await openReport('09-grad-cam', { model: true });
    for (const warning of Object.values(planted)) expect(printed()).not.toContain(warning);
  });

  it('appear when they are found and go when they no longer hold, and the header is not shown again for nothing', async () => {
    const report = await openReport('04-split');
    const headers = () =>
      log.mock.calls
        .flat()
        .filter((text) => String(text).startsWith('4. Split'))
        .map(String);
    await report.record({ 'split.test.games': 60 });
    expect(headers()).toHaveLength(1);
    await report.record({ 'warning.near_identical': planted['warning.near_identical'] });
    expect(headers()).toHaveLength(2);
    expect(headers()[1]).toContain(`WARNING: ${planted['warning.near_identical']}`);
    await report.record({ 'warning.near_identical': null });
    expect(headers()).toHaveLength(3);
    expect(headers()[2]).not.toContain('WARNING');
    expect(report.figures()).toMatchObject({ 'split.test.games': 60, 'warning.near_identical': null });
  });
});

describe('the signal of a report', () => {
  it('aborts at an interrupt, and is a fresh one for the next cell', async () => {
    const report = await openReport('06-model');
    const { signal } = report;
    expect(report.signal).toBe(signal);
    const aborted = new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
    process.kill(process.pid, 'SIGINT');
    await aborted;
    expect(signal?.aborted).toBe(true);
    expect(report.signal?.aborted).toBe(false);
  });

  it('is one for all openings, so that opening a report again and again adds no listener', async () => {
    const first = await openReport('06-model');
    const count = [first.signal, process.listenerCount('SIGINT')];
    const second = await openReport('06-model');
    expect([second.signal, process.listenerCount('SIGINT')]).toEqual(count);
  });
});
