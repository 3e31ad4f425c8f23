import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetPages, inRun, pageInputs, pageStage, requireCurrent } from '../../lib/cli/pageStage';
import type { ReportRequest } from '../../lib/cli/reportRequest';
import { runKey } from '../../lib/core/results';
import { coreSettings, readSettings } from '../../lib/core/settings';
import { classPages } from '../../lib/report/classPages';
import { temporaryFolder } from '../temporary';

const names = ['01-first', '02-second'];

/** A project with one study of two notebooks, and how its pages are asked for. */
class Project {
  readonly root = temporaryFolder();
  weights = 'a';
  env: Record<string, string> = {};
  /** Folder of the last run. */
  run = '';
  /** Whether no page can be made. */
  fails = false;

  constructor() {
    this.write('package-lock.json', '{}');
    this.write('lib/core/a.ts', 'a');
    this.write('lib/studies/shapes/study.ts', 'a');
    this.write('lib/studies/colours/study.ts', 'a');
    this.write('pictures/red/1.jpg', 'a');
    this.write('weights.h5', 'a');
    for (const name of names) this.write(`notebooks/shapes/${name}.ipynb`, '{}');
  }

  write(file: string, text: string): void {
    mkdirSync(path.dirname(this.at(file)), { recursive: true });
    writeFileSync(this.at(file), text);
  }

  readonly at = (file: string): string => path.join(this.root, file);

  /** What `npm run report` is asked for; all pages where none is wanted. */
  request(wanted: readonly string[] = []): ReportRequest {
    vi.stubEnv('REPORT_ROOT', this.root);
    const given = { REPORT_DATA: this.at('pictures'), REPORT_WEIGHTS: this.at('weights.h5'), ...this.env };
    const config = readSettings('shapes', coreSettings, given, this.root);
    const notebooks = names.map((name) => ({ name, title: name, question: name }));
    const study = {
      ...{ ...classPages, name: 'shapes', title: 'Shapes', question: 'Which?', notebooks },
      settings: coreSettings,
      dependsOn: async () => this.weights,
    };
    const named = wanted.length > 0;
    const chosen = notebooks.filter(({ name }) => !named || wanted.includes(name));
    const titlePage = { author: null, course: null, words: null };
    const asked = { fresh: false, pdf: false, code: false, list: false, keep: null, ...titlePage };
    return { study, notebooks: chosen, named, config, asked, help: false };
  }

  /** Runs the report, and gives the pages that were made. */
  async report(wanted: readonly string[] = []): Promise<string[]> {
    const inputs = await pageInputs(this.request(wanted));
    const request = inRun(this.request(wanted), inputs);
    const { notebooks, config } = request;
    this.run = config.reports;
    await forgetPages(request);
    const made: string[] = [];
    for (const { name } of notebooks) {
      await pageStage(request, name, inputs, async () => {
        if (this.fails) throw new Error('no page');
        mkdirSync(config.reports, { recursive: true });
        writeFileSync(path.join(config.reports, `${name}.html`), 'page');
        const figures = { 'run.key': runKey(config), 'run.name': config.run };
        writeFileSync(path.join(config.reports, 'results.json'), JSON.stringify(figures));
        mkdirSync(config.work, { recursive: true });
        made.push(name);
      });
    }
    return made;
  }
}

describe('a page that is there', () => {
  let project: Project;
  beforeEach(async () => {
    project = new Project();
    expect(await project.report()).toEqual(names);
    return () => vi.unstubAllEnvs();
  });

  it('is left as it is when nothing has changed, and when another study has', async () => {
    project.write('lib/studies/colours/study.ts', 'b');
    expect(await project.report()).toEqual([]);
  });

  it('is made again when it is named', async () => {
    expect(await project.report(['02-second'])).toEqual(['02-second']);
    expect(await project.report()).toEqual([]);
  });

  it.each<[string, (changed: Project) => void, string[]]>([
    ['the code of the core', (changed) => changed.write('lib/core/a.ts', 'b'), names],
    ['the code of the study', (changed) => changed.write('lib/studies/shapes/study.ts', 'b'), names],
    ['a package', (changed) => changed.write('package-lock.json', '{ }'), names],
    ['its notebook', (changed) => changed.write('notebooks/shapes/02-second.ipynb', '{ }'), ['02-second']],
    ['a notebook before it', (changed) => changed.write('notebooks/shapes/01-first.ipynb', '{ }'), names],
    ['a picture', (changed) => changed.write('pictures/red/1.jpg', 'bb'), names],
    ['a file that another setting names', (changed) => changed.write('weights.h5', 'bb'), names],
    ['a picture that came', (changed) => changed.write('pictures/red/2.jpg', 'b'), names],
    ['a setting', (changed) => Object.assign(changed.env, { REPORT_SEED: '7' }), names],
    ['the weights that can be had', (changed) => Object.assign(changed, { weights: 'b' }), names],
    ['the page, which is gone', (changed) => rmSync(path.join(changed.run, '01-first.html')), ['01-first']],
    ['the figures, which are gone', (changed) => rmSync(path.join(changed.run, 'results.json')), names],
    [
      'the results of its stages, which are gone',
      (changed) => rmSync(changed.at('data'), { recursive: true }),
      names,
    ],
  ])('is made again after a change of %s', async (_what, change, made) => {
    change(project);
    expect(await project.report()).toEqual(made);
    expect(await project.report()).toEqual([]);
  });
});

describe('a run', () => {
  const changes: [string, (changed: Project) => void, boolean][] = [
    ['other data', (changed) => Object.assign(changed.env, { REPORT_DATA: changed.at('lib') }), true],
    ['data that were changed', (changed) => changed.write('pictures/red/1.jpg', 'bb'), true],
    ['other settings', (changed) => Object.assign(changed.env, { REPORT_SEED: '7' }), true],
    ['other weights', (changed) => Object.assign(changed, { weights: 'b' }), true],
    [
      'another number of processes',
      (changed) => Object.assign(changed.env, { REPORT_PROCESSES: '1' }),
      false,
    ],
    ['other code', (changed) => changed.write('lib/core/a.ts', 'b'), false],
  ];

  it.each(changes)('has a folder of its own where it has %s', async (_what, change, other) => {
    const project = new Project();
    await project.report();
    const [first, before] = [project.run, readdirSync(project.run).sort()];
    change(project);
    project.fails = true;
    await expect(project.report(['01-first'])).rejects.toThrow('no page');
    expect(readdirSync(first).sort()).toEqual(before);
    project.fails = false;
    await project.report(['01-first']);
    expect(project.run !== first).toBe(other);
    expect(readdirSync(first).sort()).toEqual(before);
    vi.unstubAllEnvs();
  });

  it('has the folder that the settings name', async () => {
    const project = new Project();
    project.env.REPORT_RUN = 'mine';
    await project.report();
    expect(project.run).toBe(project.at('reports/shapes/mine'));
    vi.unstubAllEnvs();
  });
});

describe('a report that is to be handed in', () => {
  let project: Project;
  beforeEach(async () => {
    project = new Project();
    await project.report();
    writeFileSync(path.join(project.run, 'report.html'), 'all');
    return () => vi.unstubAllEnvs();
  });

  it('is taken as it is when nothing is newer', async () => {
    await requireCurrent(project.request());
  });

  it.each<[string, (changed: Project) => void, RegExp]>([
    ['a notebook', (changed) => changed.write('notebooks/shapes/02-second.ipynb', '{ }'), /page 02-second/],
    ['a picture', (changed) => changed.write('pictures/red/2.jpg', 'b'), /page 01-first/],
    ['no page', (changed) => rmSync(path.join(changed.run, '02-second.html')), /page 02-second/],
    [
      'no whole report',
      (changed) => rmSync(path.join(changed.run, 'report.html')),
      /report\.html is not there/,
    ],
  ])('is refused with what to do when there is another: %s', async (_what, change, words) => {
    change(project);
    await expect(requireCurrent(project.request())).rejects.toMatchObject({
      code: 'BROKEN_STAGE',
      message: expect.stringMatching(words),
    });
    await expect(requireCurrent(project.request())).rejects.toThrow(/npm run report -- shapes/);
  });

  it('is refused when figures are newer than what shows them', async () => {
    const later = Date.now() / 1000 + 10;
    utimesSync(path.join(project.run, 'results.json'), later, later);
    await expect(requireCurrent(project.request())).rejects.toThrow(/older than results\.json/);
  });
});
