import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../lib/core/files';
import { findings } from '../../lib/report/banner';
import { runHeaderHtml } from '../../lib/report/runHeader';
import { shownHtml } from '../report/shown';
import { chromiumFile, noBrowser, openBrowser, openPage } from './page';

const root = projectRoot();
const jupyter = path.join(root, '.venv', 'bin', 'jupyter');
const reason = noBrowser || (existsSync(jupyter) ? '' : ' (skipped: set-up has not made .venv)');

const output = (html: string) => ({
  output_type: 'display_data',
  data: { 'text/html': html, 'text/plain': '' },
  metadata: {},
});

const first = { name: '01-loading', title: 'Loading', question: 'What?' };
const second = { name: '02-outliers', title: 'Outliers', question: 'Which?' };
const notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { language_info: { name: 'typescript' } },
  cells: [
    {
      cell_type: 'markdown',
      id: 'a',
      metadata: {},
      source: '# Loading: *what* `is` there & <more>\n\nProse.',
    },
    { cell_type: 'markdown', id: 'b', metadata: {}, source: '## First\n\n## Second\n\n## Third' },
    {
      cell_type: 'code',
      id: 'c',
      metadata: {},
      execution_count: 1,
      source: "const a: string = '</main>'; // code",
      outputs: [
        output(
          runHeaderHtml({
            ...{ study: { notebooks: [first, second] }, notebook: first },
            facts: {},
            warnings: ['Take care.'],
          }),
        ),
        { output_type: 'stream', name: 'stdout', text: 'one <line>\n' },
        output(shownHtml(() => findings(['Enough.']))),
      ],
    },
  ],
};

describe.skipIf(!chromiumFile || reason !== '')(`the exported page${reason}`, () => {
  let folder: string;
  let file: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'template-'));
    await writeFile(path.join(folder, 'page.ipynb'), JSON.stringify(notebook));
    const args = ['nbconvert', '--to', 'html', '--log-level=ERROR', '--HTMLExporter.template_name=report'];
    const place = `--TemplateExporter.extra_template_basedirs=${path.join(root, 'lib', 'report', 'templates')}`;
    await promisify(execFile)(jupyter, [...args, place, 'page.ipynb'], { cwd: folder });
    file = path.join(folder, 'page.html');
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('names no address outside itself and is small without charts', async () => {
    const html = await readFile(file, 'utf8');
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(html).not.toMatch(/@import|url\(/);
    expect(html.length).toBeLessThan(60_000);
  });

  it('has its title from the first heading, a language, and the links to its neighbours at the top', async () => {
    const { page, errors, requests } = await openPage(browser, file);
    expect(await page.title()).toBe('Loading: what is there & <more>');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('h1').count()).toBe(1);
    expect(await page.locator('.rp-tools .rp-nav a').allTextContents()).toEqual([
      'All 2 reports',
      'Outliers →',
    ]);
    expect(await page.locator('.rp-toc a').allTextContents()).toEqual(['First', 'Second', 'Third']);
    expect(await page.getByRole('alert').textContent()).toContain('Take care.');
    expect([errors, requests]).toEqual([[], []]);
  });

  it('folds the code, cell by cell and all of it, as text, and remembers that', async () => {
    const { page } = await openPage(browser, file);
    const code = page.locator('.rp-code');
    const shown = (): Promise<boolean> => code.locator('pre').isVisible();
    expect(await code.textContent()).toContain("'</main>'");
    expect(await shown()).toBe(false);
    await code.locator('summary').click();
    expect(await shown()).toBe(true);
    await code.locator('summary').click();
    await page.getByRole('button', { name: 'Show code' }).click();
    expect(await shown()).toBe(true);
    const again = async () => {
      await page.reload(); // what is remembered comes to the next process by another way than the page
      return shown();
    };
    await expect.poll(again).toBe(true);
    await page.getByRole('button', { name: 'Hide code' }).click();
    expect(await shown()).toBe(false);
  });
});
