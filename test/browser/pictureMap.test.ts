import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chartHtml } from '../../lib/report/charts';
import { encodeSquare } from '../../lib/report/gallery';
import { chartsHtml, plotlyFile } from '../../lib/report/plotly';
import { marks } from '../../lib/report/traces';
import { chromiumFile, noBrowser, openBrowser, openPage } from './page';

const reason = noBrowser || (existsSync(plotlyFile()) ? '' : ' (skipped: set-up has not made plotly.js)');
describe.skipIf(!chromiumFile || reason !== '')(`a chart whose points have pictures${reason}`, () => {
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'map-'));
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows the picture of the point that is pointed at, until nothing is pointed at', async () => {
    const grey = (level: number) => encodeSquare(new Uint8Array(8 * 8 * 3).fill(level), 8);
    const pictures = [await grey(50), await grey(200)];
    const points = { x: [0, 1], y: [0, 1], words: ['a', 'b'] };
    const trace = marks(points, { size: 20 }, { meta: { pictures } });
    const chart = { title: 'Map', alt: 'Two points.', traces: [trace], layout: { hovermode: 'closest' } };
    const file = path.join(folder, 'map.html');
    const body = `${chartsHtml()}${chartHtml(chart, 'map')}`;
    await writeFile(
      file,
      `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Map</title><body>${body}</body>`,
    );
    const { page, errors, requests } = await openPage(browser, file);
    const shown = page.locator('img.rp-pointed');
    expect(await shown.isHidden()).toBe(true);
    const point = await page.locator('#map .scatterlayer .point').nth(1).boundingBox();
    await page.mouse.move(point!.x + 10, point!.y + 10); // the middle of a mark of 20 pixels
    await shown.waitFor({ state: 'visible' });
    expect(await shown.getAttribute('src')).toBe(pictures[1]);
    await page.mouse.move(point!.x - 200, point!.y + 10);
    await shown.waitFor({ state: 'hidden' });
    expect([errors, requests]).toEqual([[], []]);
  });
});
