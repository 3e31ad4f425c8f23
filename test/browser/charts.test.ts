import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chartHtml } from '../../lib/report/charts';
import { chartsHtml, plotlyFile } from '../../lib/report/plotly';
import { chartKinds, hostileTitle } from '../report/chartKinds';
import { chromiumFile, noBrowser, openBrowser, openPage } from './page';

const reason = noBrowser || (existsSync(plotlyFile()) ? '' : ' (skipped: set-up has not made plotly.js)');

describe.skipIf(!chromiumFile || reason !== '')(`charts in Chromium${reason}`, () => {
  let folder: string;
  let browser: Browser;
  let file: string;
  const kinds = Object.entries(chartKinds);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'charts-'));
    file = path.join(folder, 'charts.html');
    const start = chartsHtml();
    const [first, ...rest] = kinds.map(([name, chart]) => chartHtml(chart, `chart-${name}`));
    // A chart before the code that draws, and that code twice: as in a notebook whose cells were run in another order.
    const body = [first, start, ...rest, start].join('\n');
    await writeFile(
      file,
      `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Charts</title><style>:root{color-scheme:light dark}</style><body>${body}</body></html>`,
    );
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are all drawn with no error and no request beyond the file', async () => {
    const seen = await openPage(browser, file);
    expect(seen.errors).toEqual([]);
    expect(seen.requests).toEqual([]);
    expect([seen.charts, seen.drawn]).toEqual([kinds.length, kinds.length]);
    expect(await seen.page.locator('.rp-undrawn').count()).toBe(0);
  });

  it('show titles from the data as they are written, never as markup', async () => {
    const { page } = await openPage(browser, file);
    const label = await page.locator('#chart-bars .xaxislayer-above text').first().textContent();
    expect(label?.trim()).toBe(hostileTitle.replace('\u2028', '').trim());
    expect(await page.locator('.rp-plot b').count()).toBe(0);
  });

  it('say what a mark is where a mouse is over it', async () => {
    const { page } = await openPage(browser, file);
    const bar = page.locator('#chart-groupedBars .point path').first();
    await bar.scrollIntoViewIfNeeded();
    const box = await bar.boundingBox();
    if (!box) throw new Error('no bar');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 3 });
    await page.locator('#chart-groupedBars .hovertext').first().waitFor({ timeout: 5000 });
    expect(await page.locator('#chart-groupedBars .hovertext').first().textContent()).toContain('612');
  });

  it('fit a page of 400 px, and follow the colour scheme while the page is open', async () => {
    const { page, errors } = await openPage(browser, file, { width: 400 });
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBe(400);
    const colour = (): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector('#chart-scatter .xaxislayer-above text')).fill`);
    const light = await colour();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(colour, { timeout: 5000 }).not.toBe(light);
    expect(errors).toEqual([]);
  });
});
