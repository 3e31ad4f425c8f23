import { type ChildProcess, execFileSync, execSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { noBrowser, openBrowser, openPage } from '../browser/page';

const root = path.resolve(__dirname, '..', '..');
const jupyter = existsSync(path.join(root, '.venv', 'bin', 'jupyter-lab'));
const why = jupyter ? noBrowser : ' (skipped: no .venv; run "npm run setup")';

/** A small notebook: a chart, a table, a training that goes on until there is a file named `enough`, and an end. */
const cells = [
  `import { DataFrame } from 'danfojs-node';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { listenForInterrupt } from '../../../../lib/core/interrupt';
import { throwIfAborted } from '../../../../lib/core/pool';
import { withProgress } from '../../../../lib/core/run';
import { chart } from '../../../../lib/report/charts';
import { startCharts } from '../../../../lib/report/plotly';
import { progress } from '../../../../lib/report/progress';`,
  `startCharts();
chart({ title: 'A line', alt: 'It rises.', traces: [{ type: 'scatter', y: [1, 2, 4] }] });`,
  `new DataFrame({ name: ['x', 'y'], count: [1, 2] });`,
  `const { signal } = listenForInterrupt();
await withProgress({ progress }, 'Training', async (onProgress) => {
  for (let i = 0; !existsSync('enough'); i++) {
    throwIfAborted(signal);
    onProgress(i, 10_000);
    await delay(20);
  }
});`,
  `console.log('the end');`,
];
const title = '01-one.ipynb';

const heading = (text: string) => ({ cell_type: 'markdown', metadata: {}, source: [`# ${text}`] });

const notebook = {
  cells: [
    heading('First'),
    ...cells.map((source) => ({
      cell_type: 'code',
      execution_count: null,
      metadata: {},
      outputs: [],
      source: source.split(/(?<=\n)/),
    })),
    heading('Last'),
  ].map((cell, i) => ({ ...cell, id: String(i) })),
  metadata: {
    kernelspec: { display_name: 'TypeScript (report)', language: 'typescript', name: 'tslab' },
    language_info: { file_extension: '.ts', mimetype: 'text/typescript', name: 'typescript' },
  },
  nbformat: 4,
  nbformat_minor: 5,
};

describe.skipIf(why !== '')(`a session of JupyterLab${why}`, () => {
  let folder: string;
  let place: string;
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;
  let log = '';
  const strangers: string[] = [];

  /** Where the server answers, with its token, as it notes among its own files. */
  async function address(): Promise<string> {
    const runtime = path.join(folder, 'runtime');
    for (;;) {
      const note =
        existsSync(runtime) && readdirSync(runtime).find((name) => /^jpserver-\d+\.json$/.test(name));
      const text = note ? readFileSync(path.join(runtime, note), 'utf8') : '';
      if (text.endsWith('}')) {
        const { url, token } = JSON.parse(text) as { url: string; token: string };
        return `${url}lab/tree/notebooks/demo/${title}?reset&token=${token}`;
      }
      if (server.exitCode !== null) throw new Error(`JupyterLab has ended: ${log}`);
      await delay(50);
    }
  }

  const cell = (number: number) => page.locator('.jp-Notebook .jp-CodeCell').nth(number - 1);
  const output = (number: number) => cell(number).locator('.jp-OutputArea');
  /** Waits until the kernel stands so: what is run before it is connected is not run. */
  const kernel = (state: 'Idle' | 'Busy') => page.getByText(`TypeScript (report) | ${state}`).waitFor();

  async function choose(menu: string, entry: RegExp): Promise<void> {
    await page.locator('.lm-MenuBar-itemLabel', { hasText: menu }).click();
    await page.locator('.lm-Menu-itemLabel', { hasText: entry }).click();
  }

  /** Puts code into the last cell. */
  async function write(code: string): Promise<void> {
    await cell(cells.length).locator('.cm-content').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(code);
  }

  async function run(code: string): Promise<void> {
    await write(code);
    await page.keyboard.press('Control+Enter');
  }

  beforeAll(async () => {
    mkdirSync(path.join(root, '.cache'), { recursive: true });
    folder = mkdtempSync(path.join(root, '.cache', 'lab-')); // the kernel runs notebooks of the project only
    place = path.join(folder, 'notebooks', 'demo');
    mkdirSync(place, { recursive: true });
    symlinkSync(path.join(root, '.venv'), path.join(folder, '.venv'));
    writeFileSync(path.join(place, title), JSON.stringify(notebook, null, 1));
    const args = ['--import', './lib/cli/loader.mjs', 'lib/cli/lab.ts', '--no-browser', '--port-retries=50'];
    server = spawn(process.execPath, args, {
      cwd: root,
      env: {
        ...process.env,
        REPORT_ROOT: folder,
        JUPYTER_CONFIG_DIR: path.join(folder, 'config'),
        JUPYTER_DATA_DIR: path.join(folder, 'jupyter'),
        JUPYTER_RUNTIME_DIR: path.join(folder, 'runtime'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [server.stdout, server.stderr]) stream?.on('data', (text) => (log += text));
    const [url, opened] = await Promise.all([address(), openBrowser()]);
    browser = opened;
    page = await browser.newPage({ viewport: { width: 1440, height: 2000 } });
    page.setDefaultTimeout(40_000);
    page.on('request', (request) => {
      if (!/^(data:|blob:|https?:\/\/(localhost|127\.0\.0\.1)[:/])/.test(request.url()))
        strangers.push(request.url());
    });
    await page.goto(url);
    await kernel('Idle');
  });

  afterAll(async () => {
    await browser?.close();
    if (server.exitCode === null && server.kill('SIGTERM')) await once(server, 'close');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('runs all cells: a chart is drawn, a table is one, a long cell shows how far it is', async () => {
    await choose('Run', /^Run All Cells$/);
    await output(4).locator('progress').waitFor();
    await output(2).locator('.rp-plot svg.main-svg').first().waitFor();
    expect(await output(3).locator('td').allTextContents()).toEqual(['x', '1', 'y', '2']);
    await output(4)
      .getByText(/of 10,000, \d+\/s, .* left/)
      .waitFor();
    await kernel('Busy');
  }, 120_000);

  it('stops at an interrupt within two seconds, says what is kept, and runs no cell after it', async () => {
    await page.keyboard.press('i');
    const start = performance.now();
    await page.keyboard.press('i');
    await output(4).getByText('Interrupted: what was finished before is kept, run again to go on.').waitFor();
    expect(performance.now() - start).toBeLessThan(2000);
    await kernel('Idle');
    expect(await output(4).locator('progress').count()).toBe(0);
    expect(await output(5).innerText()).toBe('');
  });

  it('can be interrupted again, and goes on to the end', async () => {
    await choose('Run', /^Run All Cells$/);
    await output(4).locator('progress').waitFor();
    await choose('Kernel', /^Interrupt Kernel$/);
    await output(4).getByText('Interrupted').waitFor();
    writeFileSync(path.join(place, 'enough'), '');
    await kernel('Idle');
    await choose('Run', /^Run All Cells$/);
    await output(5).getByText('the end').waitFor();
    expect(await output(4).innerText()).toBe(''); // nothing was left to do
  });

  it("tells errors by the cell's own lines, and types before anything runs", async () => {
    await run('const first: string[] = [];\nfirst[0]!.length;');
    await output(5)
      .getByText(/^TypeError: [\s\S]*cell \[\d+\], line 2:\s+first\[0\]!\.length;/)
      .waitFor();
    await run("const wrong: number = 'a';");
    await output(5).getByText("1:7 - Type 'string' is not assignable to type 'number'.").waitFor();
  });

  it('shows the signature inside a call', async () => {
    await write("progress('again'");
    await page.keyboard.press('Shift+Tab');
    await page
      .locator('.jp-Tooltip')
      .getByText(/progress\(label: string/)
      .waitFor();
    await page.keyboard.press('Escape');
  });

  it('is saved and opened again with all that it showed, and runs on', async () => {
    await run(cells.at(-1)!);
    await output(5).getByText('the end').waitFor();
    await kernel('Idle');
    await page.keyboard.press('Control+S');
    await page.locator('.jp-mod-dirty').waitFor({ state: 'detached' });
    await page.reload();
    await kernel('Idle');
    await output(2).locator('.rp-plot svg.main-svg').first().waitFor();
    expect(await output(3).locator('td').count()).toBe(4);
    await run('withProgress.name');
    await output(5).getByText('withProgress').waitFor();
  });

  it('can be made a page with its chart, and slides, one for each heading', async () => {
    const jupyterOf = path.join(root, '.venv', 'bin', 'jupyter');
    for (const to of ['html', 'slides']) {
      execFileSync(jupyterOf, ['nbconvert', '--log-level=ERROR', '--to', to, path.join(place, title)]);
    }
    const { charts, drawn, errors } = await openPage(browser, path.join(place, '01-one.html'));
    expect({ charts, drawn, errors }).toEqual({ charts: 1, drawn: 1, errors: [] });
    const slides = readFileSync(path.join(place, '01-one.slides.html'), 'utf8');
    expect(slides.match(/<section>\s*<section>/g)).toHaveLength(2);
    expect(slides).toContain('class="rp-plot"');
    expect(slides).not.toContain('startCharts'); // no code on slides
  });

  it('leaves no change that git sees, and has asked no stranger', async () => {
    const setUp = path.join(root, 'lib', 'cli', 'setup', 'jupyter.mjs');
    const { cleanCommand } = (await import(setUp)) as { cleanCommand: string };
    const file = path.join(place, title);
    expect(readFileSync(file, 'utf8')).toContain('the end');
    const kept = execSync(cleanCommand, { input: readFileSync(file) });
    expect(JSON.parse(String(kept))).toEqual(notebook);
    expect(strangers).toEqual([]);
  });
  it('leaves no process when it is ended', async () => {
    await run("console.log('process', process.pid)");
    const pid = Number(
      (
        await output(5)
          .getByText(/^process \d+/)
          .innerText()
      ).slice(8),
    );
    expect(process.kill(pid, 0)).toBe(true); // signal 0 only asks
    const ended = once(server, 'close');
    server.kill('SIGTERM');
    expect(await ended).toEqual([1, null]);
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 5000 });
  });
});
