import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { explainDiskError, ReportError } from '../core/errors';
import { partialName } from '../core/files';

/** The parts of a notebook file that are used here (nbformat 4). */
export interface NotebookFile {
  cells: {
    cell_type: string;
    /** Its number from 0, as what cleans notebooks for git writes it. */
    id?: string;
    source: string | string[];
    outputs?: unknown[];
    execution_count?: number | null;
  }[];
  metadata: { kernelspec?: { name: string; language?: string } };
}

/** Reads a notebook. */
export const readNotebook = (file: string): NotebookFile =>
  JSON.parse(readFileSync(file, 'utf8')) as NotebookFile; // checked by test/notebooks/files.test.ts

/** The text of a cell, whichever of nbformat's two spellings the file uses. */
export const sourceOf = (cell: NotebookFile['cells'][number]): string =>
  Array.isArray(cell.source) ? cell.source.join('') : cell.source;

/** All code cells of a notebook as one module, each cell under a `// %% cell n` line. */
export function codeOf(notebook: NotebookFile): string {
  const cells = notebook.cells.filter(({ cell_type }) => cell_type === 'code').map(sourceOf);
  return cells.map((source, i) => `${i > 0 ? '\n' : ''}// %% cell ${i + 1}\n${source.trimEnd()}\n`).join('');
}

/** The notebooks of every study, as `prices/01-loading`. */
export const notebookNames = (root: string): string[] =>
  readdirSync(path.join(root, 'notebooks'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ipynb') && !name.includes('.ipynb_checkpoints'))
    .map((name) => name.replace(/\.ipynb$/, ''))
    .sort();

/**
 * Writes the code of every notebook to `.cells/<study>/<name>.ts`, as deep below the project as the notebook is, so that the compiler and
 * the linter read the cells as they read the library. Returns the folder. Throws `DISK_FULL` and the like.
 */
export function extractCells(root: string): string {
  const folder = path.join(root, '.cells');
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const name of notebookNames(root)) {
      const code = codeOf(readNotebook(path.join(root, 'notebooks', `${name}.ipynb`)));
      const file = path.join(folder, `${name}.ts`);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, /^(import|export) /m.test(code) ? code : `${code}export {};\n`);
    }
  } catch (error) {
    throw explainDiskError(error, folder);
  }
  return folder;
}

/**
 * Puts the code of `.cells/` back into the notebooks, whose other cells stay as they are; a notebook with the same code is not written.
 * Throws `BAD_INPUT`, before that notebook is touched, when its cells are not all there: code would be lost.
 */
export function returnCells(root: string): void {
  for (const name of notebookNames(root)) {
    const file = path.join(root, 'notebooks', `${name}.ipynb`);
    const notebook = readNotebook(file);
    const code = codeIn(readFileSync(path.join(root, '.cells', `${name}.ts`), 'utf8'));
    const cells = notebook.cells.filter(({ cell_type }) => cell_type === 'code');
    if (code.length !== cells.length) {
      throw new ReportError(
        'BAD_INPUT',
        `.cells/${name}.ts has ${code.length} cells and ${file} has ${cells.length}: see that each "// %% cell" line stands once.`,
      );
    }
    if (cells.every((cell, i) => sourceOf(cell) === code[i])) continue;
    cells.forEach((cell, i) => {
      const lines = (code[i] ?? '').split(/(?<=\n)/); // as many as cells, see above
      cell.source = lines.filter((line) => line !== '');
    });
    const partial = partialName(file); // a full disk must not cost a notebook
    writeFileSync(partial, `${JSON.stringify(notebook, null, 1)}\n`);
    renameSync(partial, file);
  }
}

/** The code of each cell in a text of `extractCells`. */
const codeIn = (text: string): string[] =>
  text
    .split(/^\/\/ %% cell \d+\n/m)
    .slice(1)
    .map((part) => part.replace(/^export \{\};$/m, '').trim());
