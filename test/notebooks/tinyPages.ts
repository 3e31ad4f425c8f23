import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { readNotebook } from '../../lib/cli/cells';
import { notebookFile } from '../../lib/cli/pageStage';
import { loadStudy } from '../../lib/cli/studies';
import { type Results, readResults } from '../../lib/core/results';
import { numbered } from '../../lib/report/numbered';
import { writeOneFile } from '../../lib/report/oneFile';
import type { StudyPages } from '../../lib/report/study';
import { writeFrontPages } from '../../lib/report/writeFrontPages';
import { modulesOf, root, tinySettings } from './tinyRuns';

const run = promisify(execFile);

/** The pages of a study's run that is over in seconds. */
export interface TinyPages {
  study: StudyPages;
  results: Results;
  /** Where the page of each notebook lies, the front page and the whole report in one file. */
  files: string[];
}

/** Runs the cells of a study's notebooks in one process without Jupyter's kernel, and makes its pages of what they show; all of it below `folder`. */
export async function tinyPages(name: string, folder: string): Promise<TinyPages> {
  const modules = await modulesOf(name, folder);
  const [reports, shownFile] = [path.join(folder, 'reports'), path.join(folder, 'shown.json')];
  const env = {
    ...process.env,
    ...(await tinySettings(name, path.join(folder, 'pictures'))),
    REPORT_WORK: path.join(folder, 'data'),
    REPORT_REPORTS: reports,
    REPORT_ROOT: root,
    SHOWN: shownFile,
  };
  const script = path.join(__dirname, 'cellsRun.ts');
  const options = { cwd: root, env, maxBuffer: 2 ** 26 };
  await run(
    process.execPath,
    ['--no-deprecation', '--import', './lib/cli/loader.mjs', script, ...modules],
    options,
  );
  const shown = JSON.parse(readFileSync(shownFile, 'utf8')) as Record<string, Shown[]>; // written by cellsRun.ts
  const [study, place] = [await loadStudy(name), path.join(reports, name)];
  const executed = study.notebooks.map((notebook) => {
    const file = path.join(folder, `${notebook.name}.ipynb`);
    writeFileSync(file, JSON.stringify(withOutputs(name, notebook.name, shown[notebook.name] ?? [])));
    return file;
  });
  mkdirSync(place, { recursive: true });
  const convert = ['nbconvert', '--to', 'html', '--log-level=ERROR', '--output-dir', place, ...executed];
  await run(path.join(root, '.venv', 'bin', 'jupyter'), convert, { cwd: root });
  for (const notebook of study.notebooks) {
    const file = path.join(place, `${notebook.name}.html`);
    writeFileSync(file, numbered(readFileSync(file, 'utf8'), notebook.name, study.notebooks));
  }
  await writeFrontPages(reports, [study]);
  await writeOneFile(place, study, { author: 'A. Reader', course: null, words: null });
  const pages = [...study.notebooks.map((notebook) => notebook.name), 'index', 'report'];
  return { study, results: readResults(place), files: pages.map((page) => path.join(place, `${page}.html`)) };
}

/** What a cell shows, as cellsRun.ts keeps it. */
interface Shown {
  cell: number;
  data: Record<string, string>;
}

/** A notebook with what its cells have shown, as Jupyter writes it. */
function withOutputs(study: string, name: string, shown: readonly Shown[]): object {
  const notebook = readNotebook(notebookFile(study, name));
  const code = notebook.cells.filter(({ cell_type }) => cell_type === 'code');
  for (const [i, cell] of code.entries()) {
    cell.outputs = shown
      .filter((one) => one.cell === i + 1)
      .map(({ data }) => ({ output_type: 'display_data', data, metadata: {} }));
  }
  return notebook;
}
