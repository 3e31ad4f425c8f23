import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits, refusals } from '../../lib/report/demo/demo';
import { demoServer, type NativeDemo, openNativeDemo } from '../../lib/report/demo/server';
import { expectClose } from '../data/close';
import { picture, plain, wavePixels } from '../images/pictures';
import { size, tinyDemo } from '../report/demo/tinyDemo';
import { sharedFolder } from '../temporary';
import { chromiumFile, noBrowser, openBrowser } from './page';

const root = sharedFolder();
const wave = (width: number, height: number, phase: number) =>
  picture(wavePixels(width, height, phase), width, height);

describe.skipIf(!chromiumFile)(`a demo in Chromium${noBrowser}`, () => {
  let tiny: Awaited<ReturnType<typeof tinyDemo>>;
  let native: NativeDemo;
  let server: FastifyInstance;
  let address: string;
  let browser: Browser;

  beforeAll(async () => {
    tiny = await tinyDemo(root);
    native = await openNativeDemo(tiny.demo);
    server = await demoServer(tiny.demo, native);
    address = await server.listen({ port: 0, host: '127.0.0.1' });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    native?.dispose();
    tiny.network.dispose();
    tiny.data.images.close();
  });

  /** The page, ready, with what it asked for outside its own address and its errors. */
  async function open(look: { width?: number; query?: string; scheme?: 'dark' | 'light' } = {}) {
    const { width = 1280, query = '', scheme = 'light' } = look;
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
    const page = await context.newPage();
    const errors: string[] = [];
    const outside: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(address) && !/^(data|blob):/.test(request.url()))
        outside.push(request.url());
    });
    await page.goto(`${address}/${query}`);
    await page.locator('body[data-ready]').waitFor({ timeout: 60_000 });
    return { page, errors, outside };
  }

  /** What the page says at the end of a file: its probabilities in the order of the classes, or its sentence. */
  async function give(page: Page, buffer: Buffer, name = 'wave.png'): Promise<number[] | string> {
    await page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'image/jpeg', buffer });
    return said(page);
  }

  async function said(page: Page): Promise<number[] | string> {
    const status = page.getByRole('status');
    await expect.poll(() => status.textContent(), { timeout: 30_000 }).not.toMatch(/^(Looking|Ready)/);
    if (!(await page.locator('#answer').isVisible())) return (await status.textContent()) ?? '';
    const bars = await page.locator('#bars button').all();
    const found = await Promise.all(
      bars.map(async (bar) => [
        Number(await bar.getAttribute('value')),
        Number(await bar.locator('data').getAttribute('value')),
      ]),
    );
    return found.sort(([a = 0], [b = 0]) => a - b).map(([, probability]) => probability!); // two each
  }

  async function natively(content: Buffer): Promise<number[]> {
    const found = await native.askFile(content);
    if ('reason' in found) throw new Error(found.reason);
    return found.probabilities;
  }

  it.each([
    ['webgl', 'WebGL'],
    ['wasm', 'WebAssembly'],
    ['cpu', 'JavaScript alone, which is slow'],
  ])('gives the same pixels the probabilities of the native model: %s', async (backend, title) => {
    const { page, errors, outside } = await open({ query: `?backend=${backend}` });
    expect(await page.locator('#made').textContent()).toBe(`A model, ${title}.`);
    for (const phase of [0.3, 2]) {
      const content = await wave(size, size, phase).png().toBuffer(); // of the model's size: nothing is scaled
      expectClose((await give(page, content)) as number[], await natively(content), 1e-3); // the promise; seen: 1e-6
    }
    expect([errors, outside]).toEqual([[], []]);
  });

  // A rounded sum may differ by a grey level; inks become colours by another table.
  it.each<[name: string, most: number, content: () => Promise<Buffer>]>([
    ['a photograph', 1e-3, () => wave(1200, 700, 1).jpeg({ quality: 92 }).toBuffer()],
    ['a transparent picture', 1e-5, () => plain(300, 200, [250, 200, 30, 0.4]).png().toBuffer()],
    [
      'one turned by EXIF',
      1e-3,
      () => wave(400, 250, 1).withMetadata({ orientation: 6 }).jpeg({ quality: 92 }).toBuffer(),
    ],
    ['a grey one', 1e-3, () => wave(400, 250, 1).toColourspace('b-w').jpeg({ quality: 92 }).toBuffer()],
    ['one in CMYK', 0.1, () => wave(400, 250, 1).toColourspace('cmyk').jpeg({ quality: 92 }).toBuffer()],
  ])('says of %s nearly what the server says, from the file on', async (_, most, content) => {
    const { page, errors } = await open({ query: '?backend=wasm' });
    const body = await content();
    const answer = await server.inject({
      method: 'POST',
      url: '/predict',
      body,
      headers: { 'content-type': 'image/x' },
    });
    const own = (await give(page, body)) as number[];
    const gap = Math.max(
      ...own.map((value, i) => Math.abs(value - Number(Object.values(answer.json().probabilities)[i]))),
    );
    expect(gap).toBeLessThan(most);
    expect(errors).toEqual([]);
  });

  it('refuses what it does not look at in a sentence, and goes on', async () => {
    const { page, errors } = await open({ query: '?backend=wasm' });
    const header = Buffer.alloc(64);
    header.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
    header.writeUInt32BE(10_000, 16);
    header.writeUInt32BE(10_000, 20);
    expect(await give(page, Buffer.from('Dear Sir, this is no picture but a letter.'), 'a.jpg')).toBe(
      refusals.kind,
    );
    expect(await give(page, header)).toBe(refusals.pixels);
    const large = path.join(root, 'large.png'); // a file, for a buffer would go through the protocol
    await writeFile(large, Buffer.alloc(limits.bytes + 1));
    await page.locator('input[type=file]').first().setInputFiles(large);
    expect(await said(page)).toBe(refusals.bytes);
    expect(await give(page, (await wave(300, 300, 1).png().toBuffer()).subarray(0, 60))).toBe(
      refusals.damaged,
    );
    expect(await give(page, await wave(size, size, 1).png().toBuffer())).toHaveLength(5);
    expect(errors).toEqual([]);
  });

  it('can be used with the keyboard alone, from an example to the map of another class', async () => {
    const { page } = await open({ query: '?backend=wasm' });
    const reach = async (selector: string): Promise<void> => {
      for (let i = 0; i < 30; i++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(`document.activeElement.matches('${selector}')`)) return;
      }
      throw new Error(`${selector} is not reached by Tab`);
    };
    await reach('#examples button');
    await page.keyboard.press('Enter');
    const content = await readFile(path.join(tiny.demo, tiny.record.examples[0]!.file));
    expectClose((await said(page)) as number[], await natively(content), 1e-3); // as above
    const first = await page.locator('#shown').textContent();
    await reach('#bars li:nth-child(2) button');
    await page.keyboard.press('Enter');
    expect(await page.locator('#bars li:nth-child(2) button').getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('#shown').textContent()).not.toBe(first);
    expect(await page.locator('#nearest img').count()).toBe(3);
  });

  it('fetches an address in the browser where that site allows it, and says so where not', async () => {
    const { page } = await open({ query: '?backend=wasm' });
    const body = await wave(size, size, 1).png().toBuffer();
    const headers = { 'access-control-allow-origin': '*' };
    await page.route('https://open.example/**', (route) =>
      route.fulfill({ body, headers, contentType: 'image/png' }),
    );
    const shut = await demoServer(tiny.demo, native);
    const ask = async (url: string) => {
      await page.getByLabel('Address on the web').fill(url);
      await page.getByRole('button', { name: 'Fetch' }).click();
      return said(page);
    };
    expect(await ask('https://open.example/a.png')).toHaveLength(5);
    const elsewhere = await shut.listen({ port: 0, host: '127.0.0.1' });
    expect(await ask(`${elsewhere}/${tiny.record.examples[0]!.file}`)).toMatch(
      /^That site does not let other/,
    );
    await shut.close();
  });

  it('says how to open it where it lies in a folder', async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(path.join(tiny.demo, 'index.html')).href);
    await expect.poll(() => page.getByRole('status').textContent()).toMatch(/npm run demo starts one/);
  });

  it('takes what is pasted', async () => {
    const { page } = await open({ query: '?backend=wasm' });
    const bytes = [...(await wave(size, size, 1).png().toBuffer())];
    await page.evaluate(`
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([Uint8Array.of(${bytes})], 'pasted.png'));
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));`);
    expect(await said(page)).toHaveLength(5);
  });

  it.each(['light', 'dark'] as const)('fits a phone and satisfies axe: %s', async (scheme) => {
    const { page, errors } = await open({ width: 390, query: '?backend=wasm', scheme });
    await give(page, await wave(600, 400, 1).png().toBuffer());
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.evaluate(await readFile(require.resolve('axe-core/axe.min.js'), 'utf8'));
    const found = (await page.evaluate('axe.run()')) as {
      violations: { id: string; nodes: { html: string }[] }[];
    };
    expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    const paper = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.getByRole('button', { name: scheme === 'dark' ? 'Light' : 'Dark' }).click();
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).not.toBe(paper);
    expect(errors).toEqual([]);
  });
});
