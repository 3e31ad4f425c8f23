import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { classPages } from '../../lib/report/classPages';
import { removeRuns, runColumns, runRows, runsIn, showRun } from '../../lib/report/runs';
import type { StudyPages } from '../../lib/report/study';
import { writeFrontPages } from '../../lib/report/writeFrontPages';
import { temporaryFolder } from '../temporary';

const study: StudyPages = {
  ...classPages,
  ...{ name: 'shapes', title: 'Shapes', question: 'Which?' },
  notebooks: ['01-first', '02-second'].map((name) => ({ name, title: name, question: name })),
  files: [{ file: 'predictions.csv', title: 'Predictions', about: 'what is said', needs: 'rows' }],
};
const pages = ['01-first.html', '02-second.html'];
let second = 0;

/** Leaves a run in a study's folder: its pages, each later one newer than those before. */
function leaveRun(folder: string, name: string, made = pages, figures = {}): void {
  mkdirSync(path.join(folder, name), { recursive: true });
  for (const page of made) writeFileSync(path.join(folder, name, page), `${page} of ${name}`);
  const results = path.join(folder, name, 'results.json');
  writeFileSync(results, JSON.stringify({ 'run.name': name, 'run.key': name, ...figures }));
  second += 1;
  utimesSync(results, 1e9 + second, 1e9 + second);
}

const textOf = (folder: string, file: string): string | null =>
  existsSync(path.join(folder, file)) ? readFileSync(path.join(folder, file), 'utf8') : null;

describe('the run that is shown', () => {
  it('is the last whole one, with nothing of the one before', async () => {
    const folder = temporaryFolder();
    leaveRun(folder, 'a', pages, { rows: 1 });
    writeFileSync(path.join(folder, 'a', 'predictions.csv'), 'a');
    expect(await showRun(folder, study, 'a')).toBe(true);
    expect(textOf(folder, 'predictions.csv')).toBe('a');

    leaveRun(folder, 'b', ['01-first.html']);
    expect(await showRun(folder, study, 'b')).toBe(false);
    expect(pages.map((page) => textOf(folder, page))).toEqual(pages.map((page) => `${page} of a`));
    expect(runsIn(folder, study).map(({ name, shown, missing }) => ({ name, shown, missing }))).toEqual([
      { name: 'b', shown: false, missing: ['02-second'] },
      { name: 'a', shown: true, missing: [] },
    ]);

    leaveRun(folder, 'b');
    expect(await showRun(folder, study, 'b')).toBe(true);
    expect(pages.map((page) => textOf(folder, page))).toEqual(pages.map((page) => `${page} of b`));
    expect(textOf(folder, 'predictions.csv')).toBeNull();
    expect(textOf(folder, 'a/predictions.csv')).toBe('a');
  });

  it('may lack pages where no whole one is there, and is told from the next as soon as that has one', async () => {
    const folder = temporaryFolder();
    leaveRun(folder, 'a', ['02-second.html']);
    expect(await showRun(folder, study, 'a')).toBe(true);
    leaveRun(folder, 'b', ['01-first.html']);
    expect(await showRun(folder, study, 'b')).toBe(true);
    expect(pages.map((page) => textOf(folder, page))).toEqual(['01-first.html of b', null]);
  });
});

describe('all runs', () => {
  it('stand side by side with their settings and figures, on a page once there are two', async () => {
    const reports = temporaryFolder();
    const folder = path.join(reports, 'shapes');
    leaveRun(folder, 'a', pages, { 'test.accuracy': 0.5, 'run.settings': '--seed 7' });
    await showRun(folder, study, 'a');
    await writeFrontPages(reports, [study]);
    expect(existsSync(path.join(folder, 'runs.html'))).toBe(false);
    leaveRun(folder, 'lab', []);
    await writeFrontPages(reports, [study]);
    const html = textOf(folder, 'runs.html');
    expect(html).toContain('--seed 7');
    expect(html).toContain('href="a/index.html"');
    expect(html).not.toContain('href="lab/');
    expect(textOf(folder, 'index.html')).toContain('href="runs.html"');
    const [lab, shown] = runRows(runsIn(folder, study), study);
    expect(lab).toMatchObject({ run: 'lab', pages: '0 of 2', settings: '–' });
    expect(shown).toMatchObject({ run: 'a', pages: '2 of 2, shown' });
    expect(Object.keys(shown!)).toEqual(Object.keys(runColumns(study)));
  });

  it('are removed but for the newest whole ones, the one that is shown, and the one of notebooks opened by hand', async () => {
    const folder = temporaryFolder();
    for (const name of ['shown', 'old', 'new', 'lab']) leaveRun(folder, name, name === 'lab' ? [] : pages);
    leaveRun(folder, 'part', ['01-first.html']);
    await showRun(folder, study, 'shown');
    expect((await removeRuns(folder, study, 1)).sort()).toEqual(['old', 'part']);
    expect(runsIn(folder, study).map(({ name }) => name)).toEqual(['lab', 'new', 'shown']);
  });
});
