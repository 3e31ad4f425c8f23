import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readNotebook, sourceOf } from '../../lib/cli/cells';
import { loadStudy, studyNames } from '../../lib/cli/studies';
import { readResults } from '../../lib/core/results';
import { studyIndex } from '../../lib/report/frontPage';
import { textOf, unknownFigures, wrongWords } from '../pageWords';
import { temporaryFolder } from '../temporary';
import { modulesOf, root, tinySettings } from './tinyRuns';

/** The sentences of findings that are about this run: what the original reports stands in no results. */
const own = (findings: string): string[] =>
  [...findings.matchAll(/<li>(.*?)<\/li>/gs)]
    .map(([, sentence = '']) => textOf(sentence))
    .filter((sentence) => !/The original (?:says|reports)/.test(sentence));

describe('the pages of a tiny run, read as text', () => {
  it.each(studyNames())(
    'hold nothing that is for the machine, no heading twice, and no figure among their findings that the results do not have: %s',
    async (name) => {
      const folder = temporaryFolder();
      const modules = await modulesOf(name, folder);
      const shownFile = path.join(folder, 'shown.json');
      const env = {
        ...process.env,
        ...(await tinySettings(name, path.join(folder, 'pictures'))),
        REPORT_WORK: path.join(folder, 'data'),
        REPORT_REPORTS: path.join(folder, 'reports'),
        REPORT_ROOT: root,
        SHOWN: shownFile,
      };
      const script = path.join(__dirname, 'cellsRun.ts');
      await promisify(execFile)(
        process.execPath,
        ['--no-deprecation', '--import', 'tsx', script, ...modules],
        {
          cwd: root,
          env,
          maxBuffer: 2 ** 26,
        },
      );
      const shown = JSON.parse(readFileSync(shownFile, 'utf8')) as Record<string, Record<string, string>>;
      const results = readResults(path.join(folder, 'reports', name));
      const study = await loadStudy(name);
      const wrong = study.notebooks.flatMap((notebook) => {
        const html = Object.values(shown[notebook.name] ?? {}).join('\n');
        const prose = readNotebook(path.join(root, 'notebooks', name, `${notebook.name}.ipynb`))
          .cells.filter(({ cell_type }) => cell_type === 'markdown')
          .map((cell) =>
            sourceOf(cell).replace(
              /^(#+) (.*)$/gm,
              (_, { length }, words) => `<h${length}>${words}</h${length}>`,
            ),
          );
        const findings = /<section class="rp rp-findings".*?<\/section>/s.exec(html)?.[0] ?? '';
        return [
          ...(findings === '' ? ['says nowhere what it has found'] : []),
          ...wrongWords([...prose, html].join('\n')),
          ...own(findings).flatMap((sentence) =>
            unknownFigures(sentence, results).map((figure) => `not in the results: ${figure} in ${sentence}`),
          ),
        ].map((line) => `${notebook.name}: ${line}`);
      });
      const front = studyIndex(
        study,
        results,
        study.notebooks.map(({ name: page }) => `${page}.html`),
      );
      const all = [...wrong, ...wrongWords(front), ...unknownFigures(textOf(front), results)];
      expect(all).toEqual([]);
    },
    600_000,
  );
});
