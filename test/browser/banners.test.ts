import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { warningHtml } from '../../lib/report/banner';
import { stylesHtml } from '../../lib/report/html';
import { chromiumFile, noBrowser, openBrowser, openPage } from './page';

describe.skipIf(!chromiumFile)(`banners in Chromium${noBrowser}`, () => {
  let folder: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'banners-'));
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('break the address of a file where a narrow page ends', async () => {
    const address = `https://example.org/${'mobilenet_v2_weights_'.repeat(6)}no_top.h5`;
    const file = path.join(folder, 'banner.html');
    await writeFile(
      file,
      `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Banner</title>${stylesHtml()}<body>${warningHtml(`Not to be had. ${address} could not be downloaded.`)}</body></html>`,
    );
    const { page } = await openPage(browser, file, { width: 400 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
  });
});
