import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { browserOf, pagesOf, printPdf } from '../../lib/cli/printPdf';
import { chartHtml } from '../../lib/report/charts';
import { browserFile } from '../../lib/report/html';
import { chartsHtml } from '../../lib/report/plotly';
import { temporaryFolder } from '../temporary';
import { chromiumFile, noBrowser, openBrowser } from './page';

describe('the browser that prints', () => {
  it('is the one that CHROMIUM names, or the first that is there', () => {
    expect(browserOf({ CHROMIUM: __filename }, [])).toBe(__filename);
    expect(browserOf({}, ['/nowhere', __filename])).toBe(__filename);
  });

  it.each([
    [{}, 'none was found'],
    [{ CHROMIUM: '/nowhere' }, 'there is no /nowhere'],
  ])('is asked for in a sentence when there is none: %j', (env, words) => {
    expect(() => browserOf(env, ['/nowhere'])).toThrow(words);
  });
});

describe.skipIf(!chromiumFile)(`a printed report${noBrowser}`, () => {
  it('has its pages numbered, its headings as an outline, and code only where it is asked for', async () => {
    const file = path.join(temporaryFolder(), 'report.html');
    const wide = `<table><tr>${'<td>a column</td>'.repeat(40)}</tr></table>`;
    const code = '<details class="rp-code"><summary>Code</summary><pre>code\n'.concat(
      'line\n'.repeat(200),
      '</pre></details>',
    );
    const chart = chartHtml({ title: 'A', alt: 'B', traces: [{ type: 'bar', x: [1], y: [2] }] });
    const picture = chart.replace(/<div (id="\S+") (class="\S+")/, '<div $2 $1'); // as nbconvert has them
    const beside = path.join(path.dirname(file), 'chart.html'); // whose name begins the id in the one file
    writeFileSync(beside, picture.replace(' id="chart-', ' id="'));
    writeFileSync(
      file,
      `<!DOCTYPE html><html lang="en"><title>T</title><style>${browserFile('page.css')}${browserFile('oneFile.css')}</style>${chartsHtml()}<body class="rp-page rp-one-file"><main><nav class="rp-contents"><h2>Contents</h2><a href="#first">First</a></nav><section id="first" style="break-before: page"><h2>First</h2>${wide}${code}${picture}</section></main></body></html>`,
    );
    const pages = async (options: { code: boolean }): Promise<number> => {
      const pdf = readFileSync(await printPdf(file, options), 'latin1');
      expect(pdf.startsWith('%PDF-')).toBe(true);
      expect(pdf).toContain('/Outlines');
      expect(pagesOf(pdf)).toMatchObject({ first: 2 });
      return pdf.match(/\/Type \/Page\b/g)?.length ?? 0;
    };
    const without = await pages({ code: false });
    expect(without).toBe(2);
    expect(await pages({ code: true })).toBeGreaterThan(without);

    // Printed twice, and each chart has one picture, which only shows where scripts do not run.
    const picturesIn = (html: string) => [
      ...readFileSync(html, 'utf8').matchAll(/<noscript><img src="data:image\/jpeg;base64,(.*?)"/g),
    ];
    const found = picturesIn(file);
    expect(found).toHaveLength(1);
    expect(picturesIn(beside).map(([all]) => all)).toEqual(found.map(([all]) => all));
    expect(statSync(file).mtimeMs).toBeGreaterThanOrEqual(statSync(beside).mtimeMs);
    const pixels = await sharp(Buffer.from(found[0]?.[1] ?? '', 'base64'))
      .raw()
      .toBuffer();
    expect([...pixels.subarray(0, 3)]).toEqual([255, 255, 255]); // its ground is that of paper
    const browser = await openBrowser();
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await page.goto(pathToFileURL(file).href);
    expect((await page.locator('.rp-plot img').boundingBox())?.width).toBeGreaterThan(300);
    await browser.close();
  }, 120_000);
});
