import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePicture } from '../../lib/report/gallery';
import { heatMaps } from '../../lib/report/heatMaps';
import { stylesHtml } from '../../lib/report/html';
import { shownHtml } from '../report/shown';
import { chromiumFile, noBrowser, openBrowser, openPage } from './page';

describe.skipIf(!chromiumFile)(`heat maps over pictures in Chromium${noBrowser}`, () => {
  let folder: string;
  let browser: Browser;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'heat-maps-'));
    file = path.join(folder, 'maps.html');
    const plain = (value: number): Promise<string> =>
      encodePicture({ pixels: new Uint8Array(40 * 20 * 3).fill(value), width: 40, height: 20 }, 'png');
    const picture = {
      src: await plain(0),
      over: await plain(255),
      alt: 'black under white',
      caption: 'words',
    };
    const rows = [{ caption: 'A row', pictures: [picture, picture] }];
    const figure = shownHtml(() => heatMaps(rows, '1', { title: 'Maps' }));
    await writeFile(
      file,
      `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Maps</title>${stylesHtml()}<body>${figure}${figure}</body></html>`,
    );
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const opacities = (page: Page): Promise<number[]> =>
    page.evaluate(
      `[...document.querySelectorAll('.rp-over')].map((layer) => Number(getComputedStyle(layer).opacity))`,
    );

  it('cover the pictures as far as the slider of their figure says, moved by keyboard or pointer', async () => {
    const { page, errors, requests } = await openPage(browser, file);
    expect(await opacities(page)).toEqual([0.65, 0.65, 0.65, 0.65]);
    const slider = page.getByRole('slider', { name: 'Opacity of the heat maps' }).first();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.type')).toBe('range');
    await page.keyboard.press('ArrowRight');
    expect(await opacities(page)).toEqual([0.7, 0.7, 0.65, 0.65]);
    expect(await page.locator('.rp-opacity output').allTextContents()).toEqual(['70%', '65%']);
    const { width, height } = (await slider.boundingBox())!; // it is visible
    await slider.click({ position: { x: width - 1, y: height / 2 } });
    expect(await opacities(page)).toEqual([1, 1, 0.65, 0.65]);
    await page.keyboard.press('Home');
    expect(await opacities(page)).toEqual([0, 0, 0.65, 0.65]);
    expect([errors, requests]).toEqual([[], []]);
  });

  it('lie exactly over their pictures, also on a page of 400 px', async () => {
    for (const width of [1280, 400]) {
      const { page } = await openPage(browser, file, { width });
      const [picture, layer] = [page.locator('.rp-layers img').first(), page.locator('.rp-over').first()];
      expect((await picture.boundingBox())!.width).toBeGreaterThan(100);
      expect(await layer.boundingBox()).toEqual(await picture.boundingBox());
    }
  });

  it('are shown without script at the opacity to start with, and without a slider', async () => {
    const context = await browser.newContext({ offline: true, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`file://${file}`);
    expect(await page.locator('.rp-over').first().isVisible()).toBe(true);
    expect(await page.locator('.rp-opacity').first().isVisible()).toBe(false);
    const shot = await page.locator('.rp-layers').first().screenshot();
    const [red] = await centre(shot);
    expect(Math.abs(red! - 0.65 * 255)).toBeLessThanOrEqual(1); // white at 65% over black, rounded by the browser
  });
});

/** The pixel in the middle of a screenshot. */
async function centre(shot: Buffer): Promise<Uint8Array> {
  const { width = 1, height = 1 } = await sharp(shot).metadata();
  const area = { left: width >> 1, top: height >> 1, width: 1, height: 1 };
  return sharp(shot).extract(area).raw().toBuffer();
}
