import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { studyNames } from '../../lib/cli/studies';
import { noGoldens } from '../browser/goldens';
import { faultsOf, printFaults } from '../browser/looks';
import { chromiumFile, noBrowser, openBrowser, openPage } from '../browser/page';
import { proseWords, textOf, unknownFigures, wrongWords } from '../pageWords';
import { sharedFolder } from '../temporary';
import { type TinyPages, tinyPages } from './tinyPages';

/** The sentences of findings that are about this run: what the original reports stands in no results. */
const own = (findings: string): string[] =>
  [...findings.matchAll(/<li>(.*?)<\/li>/gs)]
    .map(([, sentence = '']) => textOf(sentence))
    .filter((sentence) => !/The original (?:says|reports)/.test(sentence));

/** Words of running text that a page of a notebook may have. */
const MOST_WORDS = 1200;

const goldens = noGoldens === null ? '' : ` (printed pages are not compared: ${noGoldens})`;
const folder = sharedFolder();

describe.each(studyNames())('the pages of a tiny run of %s', (name) => {
  let made: TinyPages;
  beforeAll(async () => {
    made = await tinyPages(name, path.join(folder, name));
  }, 600_000);

  it('hold nothing that is for the machine, no heading twice, no more prose than is read, and no figure among their findings that the results do not have', () => {
    const { results, files } = made;
    const wrong = files.flatMap((file) => {
      const html = readFileSync(file, 'utf8');
      const isNotebook = !/(index|report)\.html$/.test(file);
      const findings = /<section class="rp rp-findings".*?<\/section>/s.exec(html)?.[0] ?? '';
      const sentences = file.endsWith('index.html') ? [textOf(html)] : own(findings);
      return [
        ...(isNotebook && findings === '' ? ['says nowhere what it has found'] : []),
        ...(isNotebook && proseWords(html) > MOST_WORDS ? [`has ${proseWords(html)} words`] : []),
        ...wrongWords(html),
        ...sentences.flatMap((sentence) =>
          unknownFigures(sentence, results).map((figure) => `not in the results: ${figure} in ${sentence}`),
        ),
      ].map((line) => `${path.basename(file)}: ${line}`);
    });
    expect(wrong).toEqual([]);
  });

  describe.skipIf(!chromiumFile)(`in a browser with the network off${noBrowser}${goldens}`, () => {
    it('can be used as they are: by eye at any width and in both schemes, by keyboard, from link to link', async () => {
      const browser = await openBrowser();
      const faults: string[] = [];
      try {
        for (const file of made.files) {
          const opened = await openPage(browser, file);
          const isWhole = file.endsWith('report.html');
          const found = [
            ...(await faultsOf(opened, file)),
            ...(isWhole ? await printFaults(opened.page, name) : []),
            ...(isWhole && opened.charts === 0 ? ['has no chart'] : []),
          ];
          faults.push(...found.map((line) => `${path.basename(file)}: ${line}`));
          await opened.page.context().close();
        }
      } finally {
        await browser.close();
      }
      expect(faults).toEqual([]);
    }, 300_000);
  });
});
