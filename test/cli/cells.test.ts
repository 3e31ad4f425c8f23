import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  codeOf,
  extractCells,
  type NotebookFile,
  readNotebook,
  returnCells,
  sourceOf,
} from '../../lib/cli/cells';
import { temporaryFolder } from '../temporary';
import { mountTmpfs } from '../tmpfs';

type Cell = NotebookFile['cells'][number];

const lines = (text: string): string[] => text.split(/(?<=\n)/);
const code = (text: string): Cell => ({
  cell_type: 'code',
  source: lines(text),
  outputs: [],
  execution_count: null,
});
const prose = (text: string): Cell => ({ cell_type: 'markdown', source: lines(text) });
const notebookOf = (...cells: Cell[]): NotebookFile => ({
  cells,
  metadata: { kernelspec: { name: 'tslab', language: 'typescript' } },
});

/** A project with one notebook, and the paths of its files. */
function project(notebook: NotebookFile) {
  const root = temporaryFolder();
  mkdirSync(path.join(root, 'notebooks'));
  const file = path.join(root, 'notebooks', '01-x.ipynb');
  writeFileSync(file, `${JSON.stringify(notebook, null, 1)}\n`);
  return { root, file, cells: path.join(root, '.cells', '01-x.ts') };
}

describe('codeOf', () => {
  it('puts the code cells under numbered lines and leaves the others out', () => {
    const notebook = notebookOf(
      prose('# Title'),
      code('const a = 1;\nlog(a);'),
      prose('and'),
      code('log(2);\n\n'),
    );
    expect(codeOf(notebook)).toBe('// %% cell 1\nconst a = 1;\nlog(a);\n\n// %% cell 2\nlog(2);\n');
  });

  it("reads both of nbformat's spellings of a source", () => {
    const asText = notebookOf({ cell_type: 'code', source: 'one();\ntwo();' });
    expect(codeOf(asText)).toBe(codeOf(notebookOf(code('one();\ntwo();'))));
    expect(sourceOf({ cell_type: 'markdown', source: [] })).toBe('');
  });
});

describe('extractCells', () => {
  it('writes one module for each notebook and nothing for other files, afresh each time', () => {
    const { root, cells } = project(notebookOf(code("import { x } from '../lib/x';\nx();")));
    mkdirSync(path.join(root, '.cells'));
    writeFileSync(path.join(root, '.cells', 'stale.ts'), '');
    writeFileSync(path.join(root, 'notebooks', 'notes.md'), '');
    expect(extractCells(root)).toBe(path.join(root, '.cells'));
    expect(readdirSync(path.join(root, '.cells'))).toEqual(['01-x.ts']);
    expect(readFileSync(cells, 'utf8')).toBe("// %% cell 1\nimport { x } from '../lib/x';\nx();\n");
  });

  it('says in a sentence that the disk is full or read-only', () => {
    const root = path.join(temporaryFolder(), 'project');
    const disk = mountTmpfs(root, 'size=100k');
    if (!disk) return; // said there
    mkdirSync(path.join(root, 'notebooks'));
    const notebook = notebookOf(code('x'.repeat(40_000)));
    writeFileSync(path.join(root, 'notebooks', '01-x.ipynb'), JSON.stringify(notebook));
    writeFileSync(path.join(root, 'filler'), Buffer.alloc(40_000));
    expect(() => extractCells(root)).toThrow(/The disk is full while writing .*\.cells/);
    disk('ro');
    expect(() => extractCells(root)).toThrow(/\.cells.* cannot be used .EROFS.: it is read-only/);
  });

  it('makes a module also of a notebook without static imports, so that names of two do not meet', () => {
    for (const text of [
      'const a = 1;',
      "const { b } = await import('../lib/b');",
      "log('we import nothing');",
    ]) {
      const { root, cells } = project(notebookOf(code(text)));
      extractCells(root);
      expect(readFileSync(cells, 'utf8')).toBe(`// %% cell 1\n${text}\nexport {};\n`);
    }
  });
});

describe('returnCells', () => {
  it('puts changed code back and leaves prose, outputs and metadata as they are', () => {
    const notebook = notebookOf(prose('# Title\n'), code('a()'), prose('and'), code('b()'));
    const { root, file, cells } = project(notebook);
    extractCells(root);
    writeFileSync(cells, readFileSync(cells, 'utf8').replace('a()', 'a(\n  1,\n);').replace('b()', 'b();'));
    returnCells(root);
    expect(readNotebook(file)).toEqual(
      notebookOf(prose('# Title\n'), code('a(\n  1,\n);'), prose('and'), code('b();')),
    );
    expect(readFileSync(file, 'utf8').endsWith('}\n')).toBe(true);
    expect(readdirSync(path.dirname(file))).toEqual(['01-x.ipynb']);
  });

  it('gives back what was extracted, for any code without blanks around it, and extracts the same again', () => {
    const line = fc.constantFrom(
      'a();',
      '  b();',
      '',
      '// %% of it',
      'export const c = 1;',
      'import x',
      "'%%'",
      'f(`d`);',
    );
    const text = fc.array(line, { maxLength: 5 }).map((part) => part.join('\n').trim());
    const cell = fc
      .tuple(fc.boolean(), text)
      .map(([isCode, source]) => (isCode ? code(source) : prose(source)));
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 6 }), (cells) => {
        const notebook = notebookOf(...cells);
        const { root, file, cells: extracted } = project(notebook);
        extractCells(root);
        const before = readFileSync(extracted, 'utf8');
        returnCells(root);
        expect(readNotebook(file).cells.map(sourceOf)).toEqual(cells.map(sourceOf));
        extractCells(root);
        expect(readFileSync(extracted, 'utf8')).toBe(before);
      }),
      { numRuns: 50 },
    );
  });

  it('does not write a notebook whose code is the same', () => {
    const { root, file } = project(notebookOf(prose('text'), code('a();\nb();')));
    writeFileSync(file, JSON.stringify(readNotebook(file))); // as another program would lay it out
    const before = statSync(file);
    extractCells(root);
    returnCells(root);
    expect(statSync(file)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  it('takes blanks around the code of a cell away, as the formatter wants it', () => {
    const { root, file, cells } = project(notebookOf(code('\n\na();\n\n'), code('\n')));
    extractCells(root);
    writeFileSync(cells, '// %% cell 1\na();\n\n// %% cell 2\n\nexport {};\n'); // what the formatter makes of it
    returnCells(root);
    expect(readNotebook(file).cells.map(({ source }) => source)).toEqual([['a();'], []]);
  });

  it.each([
    'a();\n',
    '// %% cell 1\na();\n',
    '// %% cell 1\na();\n// %% cell 1\nb();\n// %% cell 3\nc();\n',
    '',
  ])('refuses a text with more or fewer cells than the notebook has (%j), and keeps the notebook', (text) => {
    const { root, file, cells } = project(notebookOf(code('a()'), code('b()')));
    const before = readFileSync(file, 'utf8');
    extractCells(root);
    writeFileSync(cells, text);
    expect(() => returnCells(root)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringContaining('.cells/01-x.ts has ') }),
    );
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});
