import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { thresholdSlider } from '../../lib/report/binaryCharts';
import { stylesHtml } from '../../lib/report/html';
import { scoredItems } from '../report/chartKinds';
import { shownHtml } from '../report/shown';
import { temporaryFolder } from '../temporary';
import { chromiumFile, noBrowser, openBrowser, openPage } from './page';

describe.skipIf(!chromiumFile)(`the slider of thresholds in Chromium${noBrowser}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });

  afterAll(() => browser?.close());

  it('is moved by keyboard, and the figures of its own tables with it', async () => {
    const options = { threshold: 0.305, missCost: 5, positive: 'cats', title: 'Thresholds' };
    const figure = shownHtml(() => thresholdSlider(scoredItems, options));
    const file = path.join(temporaryFolder(), 'slider.html');
    await writeFile(
      file,
      `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Slider</title>${stylesHtml()}<body>${figure}${figure}</body></html>`,
    );
    const { page, errors, requests } = await openPage(browser, file, { width: 390 });
    const cells = (nth: number) => page.locator('.rp-threshold').nth(nth).locator('td').allTextContents();
    const start = await cells(0);
    const slider = page.getByRole('slider', { name: 'Threshold' }).first();
    await slider.focus();
    await page.keyboard.press('Home');
    const positives = scoredItems.filter(({ positive }) => positive).length;
    const everything = [positives, 0, scoredItems.length - positives, 0, 0].map(String);
    expect((await cells(0)).slice(0, 5)).toEqual(everything);
    await page.keyboard.press('End');
    expect((await cells(0)).slice(4, 5)).toEqual(['1']);
    expect(await slider.getAttribute('aria-valuetext')).toBe('1');
    expect(await cells(1)).toEqual(start);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect([errors, requests]).toEqual([[], []]);
  });
});
