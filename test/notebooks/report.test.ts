import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notebooks } from '../../lib/notebooks';
import { type Results, readResults } from '../../lib/results';
import { chromiumFile, noBrowser, openBrowser, openPage } from '../browser/page';

const root = path.resolve(__dirname, '..', '..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Settings of a run that is over in seconds and needs no network: 16 games, random weights. */
const tiny = {
  REPORT_SAMPLE_GAMES: '16',
  REPORT_EPOCHS: '2',
  REPORT_WORK: path.join(folder, 'data'),
  REPORT_REPORTS: path.join(folder, 'reports'),
  REPORT_CACHE: path.join(folder, 'cache'),
  REPORT_WEIGHTS_URL: 'http://127.0.0.1:9/',
};

interface Ended {
  status: number | null;
  output: string;
}

/** `npm run report -- args`, without the set-up, which the tests' own start has done. */
function report(args: string[], env: Record<string, string> = {}): Ended {
  const loader = path.join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const result = spawnSync(process.execPath, [loader, path.join(root, 'scripts', 'report.ts'), ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...tiny, ...env },
  });
  return { status: result.status, output: result.stdout + result.stderr };
}

const page = (name: string): string => path.join(tiny.REPORT_REPORTS, `${name}.html`);
const figure = (results: Results, name: string): number => {
  expect(results[name], name).toBeTypeOf('number');
  return results[name] as number; // asserted above
};

describe('the whole report on a tiny sample', () => {
  let ended: Ended;
  let results: Results;
  beforeAll(() => {
    ended = report([]);
    if (ended.status !== 0) throw new Error(ended.output);
    results = readResults(tiny.REPORT_REPORTS);
  }, 600_000);

  it('ends with the path of the index and the headline figures', () => {
    expect(ended.output).toContain(path.join(tiny.REPORT_REPORTS, 'index.html'));
    expect(ended.output).toMatch(/error per game\s+€\d/);
    expect(ended.output).toMatch(/rows\s+\d+ read/);
  });

  it('writes a page for each notebook and the index', () => {
    for (const { name } of notebooks) expect(existsSync(page(name)), name).toBe(true);
    expect(existsSync(path.join(tiny.REPORT_REPORTS, 'index.html'))).toBe(true);
  });

  it('accounts for every row', () => {
    const dropped = Object.keys(results).filter((name) => name.startsWith('rows.dropped.'));
    const sum = dropped.reduce((total, name) => total + figure(results, name), 0);
    expect(dropped.length).toBeGreaterThanOrEqual(4);
    expect(figure(results, 'rows.read')).toBe(figure(results, 'rows.kept') + sum);
  });

  it('splits games and pictures without losing any, and finds the three unreadable files', () => {
    const parts = ['training', 'validation', 'test'];
    const games = parts.map((part) => figure(results, `split.${part}.games`));
    const images = parts.map((part) => figure(results, `split.${part}.images`));
    expect(Math.min(...games, ...images)).toBeGreaterThan(0);
    expect(figure(results, 'images.unreadable')).toBe(3);
    // Pictures of games that the outlier rule removed are prepared, but in no part.
    expect(images.reduce((a, b) => a + b)).toBeLessThanOrEqual(figure(results, 'images.read'));
  });

  it('records errors that belong together, and the baselines of the same games', () => {
    for (const level of ['image', 'game']) {
      const mae = figure(results, `test.${level}.mae_cents`);
      expect(mae).toBeGreaterThan(0);
      expect(figure(results, `test.${level}.rmse_cents`)).toBeGreaterThanOrEqual(mae);
      expect(figure(results, `test.${level}.mse_standardized`)).toBeGreaterThanOrEqual(
        figure(results, `test.${level}.mae_standardized`) ** 2,
      );
      expect(figure(results, `test.${level}.r2_log`)).toBeLessThanOrEqual(1);
    }
    expect(figure(results, 'baseline.median.mae_cents')).toBeGreaterThan(0);
    expect(figure(results, 'baseline.mean.mae_cents')).toBeGreaterThan(0);
  });

  it('says which weights and backend it used, and how long each notebook took', () => {
    expect(results['weights.sha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(results.backend).toMatch(/^(tensorflow|wasm) /);
    for (const { name } of notebooks) expect(figure(results, `seconds.${name}`)).toBeGreaterThan(0);
  });

  it('warns in every report that uses the model when the published weights could not be had', () => {
    for (const name of ['06-model', '07-test-prediction', '08-several-images', '09-grad-cam']) {
      expect(readFileSync(page(name), 'utf8'), name).toMatch(/role="alert"/);
    }
    expect(results['warning.weights']).toBeTypeOf('string');
  });

  describe(`in a browser with the network off${noBrowser}`, () => {
    let browser: Browser;
    beforeAll(async () => {
      if (chromiumFile) browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    it.skipIf(!chromiumFile).each([...notebooks.map(({ name }) => name), 'index'])(
      '%s draws its charts, asks for nothing and reports no error',
      async (name) => {
        const opened = await openPage(browser, page(name));
        expect(opened.errors).toEqual([]);
        expect(opened.requests).toEqual([]);
        expect(opened.drawn).toBe(opened.charts);
        const least: Record<string, number> = {
          '02-outliers': 3,
          '06-model': 1,
          '07-test-prediction': 3,
          '08-several-images': 2,
        };
        expect(opened.charts).toBeGreaterThanOrEqual(least[name] ?? 0);
        const broken = await opened.page
          .locator('img')
          .evaluateAll(
            (images) =>
              images.filter((image) => (image as unknown as { naturalWidth: number }).naturalWidth === 0)
                .length,
          );
        expect(broken).toBe(0);
        await opened.page.context().close();
      },
    );
  });

  it('reuses what an earlier run made, and says so', () => {
    const again = report(['03']);
    expect(again.status, again.output).toBe(0);
    expect(readFileSync(page('03-images'), 'utf8')).toContain('in an earlier run, reused');
  });
});

describe('one notebook alone', () => {
  it('makes what it lacks, run by plain nbconvert', () => {
    const work = path.join(folder, 'alone');
    const result = spawnSync(
      path.join(root, '.venv', 'bin', 'jupyter'),
      ['nbconvert', '--to', 'html', '--execute', '--output-dir', work, 'notebooks/07-test-prediction.ipynb'],
      {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, ...tiny, REPORT_WORK: work, REPORT_REPORTS: work },
      },
    );
    expect(result.status, result.stderr).toBe(0);
    expect(readResults(work)['test.game.mae_cents']).toBeTypeOf('number');
  });

  it('trains on WebAssembly where native TensorFlow cannot be had, and every figure says so', () => {
    const env = {
      REPORT_BACKEND: 'wasm',
      REPORT_WORK: path.join(folder, 'wasm'),
      REPORT_REPORTS: path.join(folder, 'wasm'),
    };
    const ended = report(['06', '09'], {
      ...env,
      REPORT_SAMPLE_GAMES: '12',
      REPORT_EPOCHS: '1',
      REPORT_VARIANTS: '0',
    });
    expect(ended.status, ended.output).toBe(0);
    expect(readResults(env.REPORT_REPORTS).backend).toMatch(/^wasm/);
    expect(readFileSync(path.join(env.REPORT_REPORTS, '06-model.html'), 'utf8')).toContain('WebAssembly');
  }, 300_000);
});

describe('what cannot work', () => {
  const data = (name: string, table: string): string => {
    const made = path.join(folder, name);
    mkdirSync(path.join(made, 'screenshots', '10'), { recursive: true });
    writeFileSync(path.join(made, 'games.csv'), table);
    return made;
  };

  it.each([
    ['an unknown option', ['--colour', 'red'], 'colour'],
    ['an unknown notebook', ['12'], 'There is no notebook "12"'],
    ['a folder that is not there', ['--data', '/nowhere/at/all'], 'There is no folder /nowhere/at/all'],
    ['weights that are not there', ['--weights', '/nowhere.h5'], 'There is no file /nowhere.h5'],
    ['a setting that does not fit', ['--image-size', 'big'], '--image-size is "big"'],
  ])('%s stops before anything runs', (_what, args, sentence) => {
    const ended = report(args);
    expect(ended.status).not.toBe(0);
    expect(ended.output).toContain(sentence);
    expect(ended.output).not.toContain('Running');
  });

  it('a malformed table is named in one sentence, and no page is written', () => {
    const reports = path.join(folder, 'bad');
    const ended = report(['01', '--data', data('semicolons', 'appid;price\n10;499\n')], {
      REPORT_REPORTS: reports,
    });
    expect(ended.status).not.toBe(0);
    expect(ended.output).toMatch(
      /The report stopped: .*games\.csv separates its columns with semicolons: save it with commas/,
    );
    expect(ended.output).not.toMatch(/\n\s+at /);
    expect(existsSync(path.join(reports, '01-loading.html'))).toBe(false);
  });

  it('weights of another architecture are refused with what was found', () => {
    const weights = path.join(folder, 'other.h5');
    writeFileSync(weights, readFileSync(path.join(root, 'test', 'oracles', 'tiny.published.h5')));
    const ended = report(['06', '--weights', weights]);
    expect(ended.status).not.toBe(0);
    expect(ended.output).toMatch(/The report stopped: .*MobileNetV2/);
  });
});
