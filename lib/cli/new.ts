import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ReportError } from '../core/errors';
import { projectRoot, writeAtomic } from '../core/files';
import { runMain } from './terminal';

/** `npm run new -- NAME`: the skeleton of another study, which runs at once. */
const usage = `npm run new -- NAME

  NAME    of the study and its folders: small letters, digits and dashes

Writes lib/studies/NAME/, notebooks/NAME/ and test/studies/NAME/; npm run report -- NAME then makes its report.`;

/** The files of a study, each from its template in lib/cli/new/. */
const filesOf = (name: string): [template: string, file: string][] => [
  ['data.ts.txt', `lib/studies/${name}/data.ts`],
  ['study.ts.txt', `lib/studies/${name}/study.ts`],
  ['01-first.ipynb.txt', `notebooks/${name}/01-first.ipynb`],
  ['study.test.ts.txt', `test/studies/${name}/study.test.ts`],
];

/** A notebook from a text whose parts between lines of three backquotes are cells of code. */
function notebookOf(text: string): string {
  const cells = text.split(/^```(?:ts)?\n/m).map((part, i) => {
    const source = part.trim().split(/(?<=\n)/);
    const id = `cell-${i}`;
    return i % 2 === 0
      ? { cell_type: 'markdown', id, metadata: {}, source }
      : { cell_type: 'code', execution_count: null, id, metadata: {}, outputs: [], source };
  });
  const kernelspec = { display_name: 'TypeScript (report)', language: 'typescript', name: 'tslab' };
  const filled = cells.filter(({ source }) => source.join('') !== '');
  const notebook = { cells: filled, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

runMain(async () => {
  const [name = '--help', ...others] = process.argv.slice(2);
  if (name === '--help') return console.log(usage);
  if (others.length > 0 || !/^[a-z][a-z0-9-]{0,30}$/.test(name) || name === 'all') {
    throw new ReportError(
      'BAD_SETTING',
      `"${[name, ...others].join(' ')}" is no name for a study.\n\n${usage}`,
    );
  }
  const files = filesOf(name);
  const taken = files.find(([, file]) => existsSync(path.join(projectRoot(), file)));
  if (taken) throw new ReportError('BAD_SETTING', `There is ${taken[1]} already: choose another name.`);
  const title = `${name[0]?.toUpperCase()}${name.slice(1).replaceAll('-', ' ')}`;
  for (const [template, file] of files) {
    const text = readFileSync(path.join(__dirname, 'new', template), 'utf8')
      .replaceAll('NAME', name)
      .replaceAll('TITLE', title);
    await writeAtomic(path.join(projectRoot(), file), file.endsWith('.ipynb') ? notebookOf(text) : text);
    console.log(`Written: ${file}`);
  }
  console.log(`\nNow: npm run report -- ${name}`);
});
