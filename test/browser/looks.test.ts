import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary';
import { faultsOf, printFaults } from './looks';
import { chromiumFile, noBrowser, openBrowser, openPage } from './page';

const wrong = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>T</title>
<style>:root { color-scheme: light dark } body { margin: 0; background: light-dark(#fff, #111) } em { color: light-dark(#111, #222) } b { cursor: pointer }</style>
<body><main><section><h1>Wrong</h1>
<p>See Figure 1.2. <em>Black on black where it is dark</em> <b>Click</b> <a href="#nowhere">A</a> <a href="none.html">B</a></p>
<div style="width: 900px">wide</div><img alt="none" src="data:image/png;base64,AAAA">
<label>Move <input type="range" tabindex="-1"></label>
<script>console.error('broken'); fetch('http://127.0.0.1:9/').catch(() => {})</script>
</section></main></body></html>`;

describe.skipIf(!chromiumFile)(`the look at a page in Chromium${noBrowser}`, () => {
  it('finds each kind of fault, and none on a page without', async () => {
    const file = path.join(temporaryFolder(), 'page.html');
    const browser = await openBrowser();
    try {
      writeFileSync(file, wrong);
      const opened = await openPage(browser, file);
      const found = (await faultsOf(opened, file)).join('\n');
      for (const fault of [
        'leads nowhere: #nowhere',
        'leads nowhere: none.html',
        'there is no Figure 1.2',
        'axe: color-contrast: <em>',
        'at 360 px: 900 px wide',
        'at 768 px: 900 px wide',
        'no picture: data:image/png;base64,AAAA',
        'no key comes to <b>',
        'no key comes to <input type="range"',
        'a slider changes nothing',
        'error: broken',
        'asks for http://127.0.0.1:9/',
      ]) {
        expect(found).toContain(fault);
      }
      expect(found).not.toContain('at 1440 px');
      expect((await printFaults(opened.page)).join('\n')).toContain('on paper: 900 px wide');
      writeFileSync(
        file,
        '<!DOCTYPE html><html lang="en"><title>T</title><main><h1>Right</h1></main></html>',
      );
      const right = await openPage(browser, file);
      expect([...(await faultsOf(right, file)), ...(await printFaults(right.page))]).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
