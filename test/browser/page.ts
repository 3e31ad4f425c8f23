import { existsSync } from 'node:fs';
import os from 'node:os';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The Chromium to look at pages with: `CHROMIUM` when set, else where Debian puts it; null when there is none. */
export const chromiumFile: string | null =
  [process.env.CHROMIUM, '/usr/bin/chromium'].find((file) => file && existsSync(file)) ?? null;

/** Why tests in a browser are left out, or the empty string when they are not. */
export const noBrowser = chromiumFile ? '' : ' (skipped: no Chromium; set CHROMIUM to its file)';

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium; close it when done. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumFile ?? undefined,
    args: quiet,
    env: { ...process.env, HOME: os.tmpdir(), XDG_CONFIG_HOME: os.tmpdir() }, // nothing is left in the tester's own folders
  });

export interface Look {
  width?: number;
  scheme?: 'light' | 'dark';
}

/** An open page and what it did that a report must not do. */
export interface OpenPage {
  page: Page;
  /** Errors on the console and exceptions of the page. */
  errors: string[];
  /** Addresses that were asked for, other than the file itself and data inside it. */
  requests: string[];
  /** Charts in the page, and how many of them hold a drawing. */
  charts: number;
  drawn: number;
}

/**
 * Opens a file with no network, waits until its charts are drawn (30 s at most) and tells what happened. The page stays open for the
 * caller to look further; it goes with its browser.
 */
export async function openPage(browser: Browser, file: string, look: Look = {}): Promise<OpenPage> {
  const { width = 1280, scheme = 'light' } = look;
  const context = await browser.newContext({
    offline: true,
    colorScheme: scheme,
    viewport: { width, height: 900 },
  });
  const page = await context.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  const address = pathToFileURL(file).href;
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => {
    const url = request.url();
    if (url !== address && !/^(data|blob):/.test(url)) requests.push(url);
  });
  await page.goto(address, { timeout: 120_000 });
  const plots = page.locator('.rp-plot');
  const drawings = page.locator('.rp-plot[data-drawn]:has(svg.main-svg)');
  const charts = await plots.count();
  const end = Date.now() + 30_000;
  while ((await drawings.count()) < charts && Date.now() < end) await page.waitForTimeout(50);
  return { page, errors, requests, charts, drawn: await drawings.count() };
}
