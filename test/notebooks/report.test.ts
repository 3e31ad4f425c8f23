import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Results, readResults } from '../../lib/core/results';
import { dataName, quietRun } from '../../lib/core/run';
import { priceCards } from '../../lib/studies/prices/cards';
import { pricePages } from '../../lib/studies/prices/pages';
import { predictPictures } from '../../lib/studies/prices/predictions';
import { prepareData } from '../../lib/studies/prices/preparedData';
import { trainReportModel } from '../../lib/studies/prices/reportModel';
import { makeSample } from '../../lib/studies/prices/sample/sample';
import { loadConfig } from '../../lib/studies/prices/settings';
import { type PricePrediction, type TargetScaler, toTarget } from '../../lib/studies/prices/target';
import { cents } from '../../lib/studies/prices/units';
import { chromiumFile, noBrowser, openBrowser, openPage } from '../browser/page';
import { textOf, wrongWords } from '../pageWords';

const root = path.resolve(__dirname, '..', '..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Settings of a run that is over in seconds and needs no network: 16 games, the project's own base. */
const tiny = {
  REPORT_SAMPLE_GAMES: '16',
  REPORT_EPOCHS: '2',
  REPORT_WORK: path.join(folder, 'data'),
  REPORT_REPORTS: path.join(folder, 'reports'),
  REPORT_CACHE: path.join(folder, 'cache'),
  REPORT_WEIGHTS_URL: 'http://127.0.0.1:9/',
};

/** Where the pages of the study lie. */
const pages = path.join(tiny.REPORT_REPORTS, 'prices');

interface Ended {
  status: number | null;
  output: string;
}

/** `npm run report -- args`, without the set-up, which the tests' own start has done. */
const report = (args: string[], env: Record<string, string> = {}): Ended => script('report', args, env);

function script(name: string, args: string[], env: Record<string, string> = {}): Ended {
  const file = path.join(root, 'lib', 'cli', `${name}.ts`);
  const result = spawnSync(process.execPath, ['--import', './lib/cli/loader.mjs', file, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...tiny, ...env },
  });
  return { status: result.status, output: result.stdout + result.stderr };
}

/** Where the results of the stages lie. */
const work = path.join(tiny.REPORT_WORK, 'prices');
const page = (name: string): string => path.join(pages, `${name}.html`);
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
    results = readResults(pages);
  }, 600_000);

  it('ends with the path of the index and the headline figures', () => {
    expect(ended.output).toContain(path.join(pages, 'index.html'));
    expect(ended.output).toMatch(/The model, all pictures of a game\s+€\d/);
    expect(ended.output).toMatch(/Rows of the table\s+\d+, \d+ kept/);
  });

  it('writes a page for each notebook and the index', () => {
    for (const { name } of pricePages.notebooks) expect(existsSync(page(name)), name).toBe(true);
    for (const name of ['index', 'report']) expect(existsSync(page(name)), name).toBe(true);
    expect(statSync(page('report')).size).toBeLessThan(8e6);
  });

  it('holds nothing on its pages that is for the machine, and no heading twice', () => {
    const names = [...pricePages.notebooks.map(({ name }) => name), 'index', 'report'];
    const wrong = names.flatMap((name) => wrongWords(readFileSync(page(name), 'utf8')));
    expect(wrong).toEqual([]);
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

  it('has an interval around each headline, and the share of prices within theirs', () => {
    for (const name of [
      'test.game.mae_cents',
      'test.image.r2_log',
      'baseline.ridge_base.mae_cents',
      'original.game.mae_cents',
    ]) {
      expect(figure(results, `${name}.low`)).toBeLessThanOrEqual(figure(results, name));
      expect(figure(results, name)).toBeLessThanOrEqual(figure(results, `${name}.high`));
    }
    expect(figure(results, 'test.coverage')).toBe(1); // too few validation games for finite intervals
    expect(ended.output).toMatch(/\(95%: €\d+\.\d\d to €\d+\.\d\d\)/);
  });

  it('trains the one target of the settings, and says what was left out and how to get it', () => {
    expect(results['target.kind']).toBe('log1p');
    const validated = Object.keys(results).filter((name) => name.startsWith('validation.'));
    expect(validated).toEqual(['validation.log1p.mae_cents']);
    const shown = readFileSync(page('06-model'), 'utf8');
    expect(shown).toContain('The comparison of targets was left out');
    expect(textOf(shown)).toContain('npm run report -- prices 06 --thorough');
  });

  it('leads from every number of a figure, a table or a report to what has it', () => {
    for (const file of [...pricePages.notebooks.map(({ name }) => `${name}.html`), 'report.html']) {
      const html = readFileSync(path.join(pages, file), 'utf8');
      const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
      const links = [...html.matchAll(/ href="#([^"]+)"/g)].map(([, id = '']) => id);
      const lost = links.filter((id) => !ids.has(id) && !ids.has(decodeURIComponent(id))); // as browsers look for it
      expect([file, lost]).toEqual([file, []]);
    }
    expect(readFileSync(page('07-test-prediction'), 'utf8')).toContain(
      '<a href="#figure-7.1">Figure 7.1</a> has one mark per picture',
    );
  });

  it('leaves two cards beside the pages, linked from the index', () => {
    const index = readFileSync(path.join(pages, 'index.html'), 'utf8');
    for (const { file } of priceCards) {
      expect(readFileSync(path.join(pages, file), 'utf8')).toMatch(/^# (Data|Model) card/);
      expect(index).toContain(`href="${file}"`);
    }
  });

  it('leaves a model that predicts a game from its pictures', () => {
    const file = path.join(work, 'predictions', 'sample', 'predictions.json');
    const known = JSON.parse(readFileSync(file, 'utf8')) as PricePrediction[]; // written by predictPictures
    const game = known.filter(({ id }) => id === known.at(-1)!.id);
    const files = game.map((picture) => path.join(work, 'sample', picture.file));
    const found = script('command', ['predict', ...files]);
    expect(found.status, found.output).toBe(0);
    expect(found.output).toContain(`interval €0.00 or more, from ${files.length} pictures:`);
    for (const file of files) expect(found.output).toMatch(new RegExp(`€\\d+\\.\\d\\d  ${file}`));
    expect(found.output).toContain(`target ${results['target.kind']}`);
  });

  it.each([
    ['no picture', [], 'No picture was named'],
    ['a picture that is not there', ['nowhere.jpg'], 'there is no such file'],
    ['a setting of the training', ['a.jpg', '--image-size', '224'], 'a matter of training'],
  ])('predicts nothing from %s, and says why in one sentence', (_what, args, sentence) => {
    const found = script('command', ['predict', ...args]);
    expect(found.status).toBe(1);
    expect(found.output).toContain(sentence);
    expect(found.output).not.toMatch(/\n\s+at /);
  });

  it('says which weights and backend it used, and how long each notebook took', () => {
    expect(results['weights.sha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(results.backend).toMatch(/^(tensorflow|wasm) /);
    for (const { name } of pricePages.notebooks)
      expect(figure(results, `seconds.${name}`)).toBeGreaterThan(0);
  });

  it('warns in every report that uses the model when the published weights could not be had', () => {
    for (const name of ['06-model', '07-test-prediction', '08-several-images', '09-grad-cam']) {
      expect(readFileSync(page(name), 'utf8'), name).toMatch(/role="alert"/);
    }
    expect(results['warning.weights']).toBeTypeOf('string');
  });

  it.skipIf(!chromiumFile)(`draws every chart of the pages in the one file${noBrowser}`, async () => {
    const browser = await openBrowser();
    try {
      const { charts, drawn, errors, requests } = await openPage(browser, page('report'));
      const onPages = pricePages.notebooks.map(
        ({ name }) => readFileSync(page(name), 'utf8').match(/class="rp-plot"/g)?.length ?? 0,
      );
      expect(charts).toBe(onPages.reduce((a, b) => a + b));
      expect(charts).toBeGreaterThanOrEqual(10);
      expect(drawn).toBe(charts);
      expect([errors, requests]).toEqual([[], []]);
    } finally {
      await browser.close();
    }
  });

  it('is left as it is by a second run, which starts no kernel', () => {
    const before = readFileSync(page('06-model'), 'utf8');
    const again = report([]);
    expect(again.status, again.output).toBe(0);
    expect(again.output.match(/up to date/g)).toHaveLength(pricePages.notebooks.length);
    expect(readFileSync(page('06-model'), 'utf8')).toBe(before);
    expect(readResults(pages)).toEqual(results);
  });

  it('stays as it is when another setting makes one page, which has a run of its own', () => {
    const files = readdirSync(pages).filter(
      (name) => /\.(html|json|md|csv)$/.test(name) && name !== 'index.html',
    );
    const bytes = () => files.map((name) => readFileSync(path.join(pages, name), 'utf8'));
    const before = bytes();
    const other = report(['02'], { REPORT_EPOCHS: '1' });
    expect(other.status, other.output).toBe(0);
    expect(other.output).toMatch(/stays as it is until this run has its other pages \(01-loading, 03-images/);
    expect(bytes().map((text, i) => text === before[i])).toEqual(files.map(() => true));
    expect(readFileSync(path.join(pages, 'runs.html'), 'utf8')).toContain('--epochs 1');
  });

  it('reuses what an earlier run made, and says so', () => {
    const again = report(['03']);
    expect(again.status, again.output).toBe(0);
    expect(readFileSync(page('03-images'), 'utf8')).toContain('in an earlier run, reused');
  });
});

describe('what makes figures worth less', () => {
  const env = {
    REPORT_DATA: path.join(folder, 'leaky'),
    REPORT_WORK: path.join(folder, 'warned'),
    REPORT_REPORTS: path.join(folder, 'warned'),
    REPORT_EPOCHS: '1',
    REPORT_VARIANTS: '0',
    REPORT_TARGET: 'log1p',
    REPORT_TEST_SHARE: '0.6',
    REPORT_OUTLIER_RULE: 'fixed',
    REPORT_CACHE: tiny.REPORT_CACHE,
    REPORT_WEIGHTS_URL: tiny.REPORT_WEIGHTS_URL,
  };
  /** What a page shows before its first section. */
  const top = (name: string): string => {
    const html = readFileSync(path.join(env.REPORT_REPORTS, 'prices', `${name}.html`), 'utf8');
    return html.slice(html.indexOf('<body'), html.search(/<h2|class="rp-answer"/));
  };
  /** Puts predictions in the place of the model's. */
  const plant = (price: (picture: PricePrediction) => number): void => {
    const file = path.join(
      env.REPORT_WORK,
      'prices',
      'predictions',
      dataName(loadConfig(env)),
      'predictions.json',
    );
    const predictions = JSON.parse(readFileSync(file, 'utf8')) as PricePrediction[]; // written by predictPictures
    const planted = predictions.map((picture) => {
      const wanted = cents(price(picture));
      return { ...picture, predicted: { output: [toTarget(scaler, wanted)], price: wanted } };
    });
    writeFileSync(file, JSON.stringify(planted));
  };
  const near =
    'near-identical pictures are in more than one part|A near-identical picture is in more than one part';
  let scaler: TargetScaler;

  beforeAll(async () => {
    await makeSample(env.REPORT_DATA, { games: 20, seed: 3 });
    const screenshots = path.join(env.REPORT_DATA, 'screenshots');
    const picture = await sharp(samplePicture(screenshots)).toBuffer();
    for (const [i, game] of readdirSync(screenshots).entries()) {
      const brighter = sharp(picture).modulate({ brightness: 1 + i / 100 });
      if (/^\d+$/.test(game))
        await brighter.jpeg({ quality: 90 }).toFile(path.join(screenshots, game, 'shared.jpg'));
    }
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const run = quietRun(loadConfig());
    const prepared = await prepareData(run);
    const trained = await trainReportModel(run, prepared);
    await predictPictures(run, prepared, trained);
    ({ scaler } = trained);
    trained.dispose();
    prepared.close();
    vi.unstubAllEnvs();
  }, 120_000);

  it('stands at the top of the page that finds it, and of the index: near-identical pictures and a collapse', () => {
    plant(() => 977);
    const ended = report(['04', '07'], env);
    expect(ended.status, ended.output).toBe(0);
    expect(top('04-split')).toMatch(new RegExp(`role="alert".*(${near})`, 's'));
    expect(top('04-split')).not.toContain('collapsed');
    for (const name of ['07-test-prediction', 'index']) {
      expect(top(name)).toMatch(new RegExp(near));
      expect(top(name)).toContain('The predictions have collapsed to one value');
      expect(top(name)).not.toContain('too good to be true');
    }
  }, 120_000);

  it('stands at the top of pages that come later, and goes when it no longer holds: success that is too good to be true', () => {
    plant(({ label }) => label);
    const ended = report(['07', '08'], env);
    expect(ended.status, ended.output).toBe(0);
    for (const name of ['07-test-prediction', '08-several-images', 'index']) {
      expect(top(name)).toMatch(new RegExp(near));
      expect(top(name)).toContain('The predictions are too good to be true');
      expect(top(name)).not.toContain('collapsed');
    }
  }, 120_000);
});

/** The first picture of the first game. */
function samplePicture(screenshots: string): string {
  const game = readdirSync(screenshots).find((name) => /^\d+$/.test(name))!; // a sample has games
  const file = readdirSync(path.join(screenshots, game)).find((name) => name.endsWith('.jpg'))!;
  return path.join(screenshots, game, file);
}

describe('one notebook alone', () => {
  it('makes what it lacks, run by plain nbconvert', () => {
    const alone = path.join(folder, 'alone');
    const result = spawnSync(
      path.join(root, '.venv', 'bin', 'jupyter'),
      [
        'nbconvert',
        '--to',
        'html',
        '--execute',
        '--output-dir',
        alone,
        'notebooks/prices/07-test-prediction.ipynb',
      ],
      {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, ...tiny, REPORT_WORK: alone, REPORT_REPORTS: alone },
      },
    );
    expect(result.status, result.stderr).toBe(0);
    expect(readResults(path.join(alone, 'prices', 'lab'))['test.game.mae_cents']).toBeTypeOf('number');
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
    expect(readResults(path.join(env.REPORT_REPORTS, 'prices')).backend).toMatch(/^wasm/);
    expect(readFileSync(path.join(env.REPORT_REPORTS, 'prices', '06-model.html'), 'utf8')).toContain(
      'WebAssembly',
    );
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
    const bad = path.join(folder, 'bad');
    const ended = report(['01', '--data', data('semicolons', 'appid;price\n10;499\n')], {
      REPORT_REPORTS: bad,
    });
    expect(ended.status).not.toBe(0);
    expect(ended.output).toMatch(
      /The report stopped: .*games\.csv separates its columns with semicolons: save it with commas/,
    );
    expect(ended.output).not.toMatch(/\n\s+at /);
    expect(existsSync(path.join(bad, 'prices', '01-loading.html'))).toBe(false);
  });

  it('weights of another architecture are refused with what was found', () => {
    const weights = path.join(folder, 'other.h5');
    writeFileSync(weights, readFileSync(path.join(root, 'test', 'oracles', 'tiny.published.h5')));
    const ended = report(['06', '--weights', weights]);
    expect(ended.status).not.toBe(0);
    expect(ended.output).toMatch(/The report stopped: .*MobileNetV2/);
  });
});
