import { execSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../temporary';

const root = path.resolve(__dirname, '..', '..', '..');
const { edits, patch, VERSION } = createRequire(__filename)(
  path.join(root, 'lib', 'cli', 'kernel', 'tslab.cjs'),
) as {
  VERSION: string;
  edits: (root: string) => Record<string, unknown>;
  patch: (root: string, file: string, source: string) => string;
};

interface Cell {
  status: 'ok' | 'error';
  stdout: string;
  stderr: string;
  messages: number;
  displays: Record<string, string>[];
}

interface Answer {
  cells: Cell[];
  complete?: string[];
  inspect?: string;
}

/** Runs cells in a kernel whose folder is `notebooks/`, as the report's are. */
function kernel(
  request: { cells: string[]; complete?: [string, number]; inspect?: [string, number] },
  env: NodeJS.ProcessEnv = process.env,
): Answer {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kernel-'));
  const file = path.join(folder, 'answer.json');
  const python = path.join(root, '.venv', 'bin', 'python');
  const result = spawnSync(python, [path.join(__dirname, 'probe.py'), file], {
    input: JSON.stringify({ cwd: path.join(root, 'notebooks', 'prices'), ...request }),
    encoding: 'utf8',
    env,
  });
  if (result.status !== 0) throw new Error(`the kernel probe failed: ${result.stderr.slice(-2000)}`);
  const answer = JSON.parse(readFileSync(file, 'utf8')) as Answer;
  rmSync(folder, { recursive: true });
  return answer;
}

const importLine = "import { parseAppId } from '../../lib/studies/prices/units';\n";

describe('the kernel', () => {
  let answer: Answer;
  beforeAll(() => {
    answer = kernel({
      cells: [
        `${importLine}console.log(parseAppId(' 730 '), parseAppId('1,020'));\nconst earlier = 7;\nconst pairs = [{ name: 'a', value: 1 }];`,
        "for (let i = 0; i < 20000; i++) console.log('line', i);\nconsole.log('last');",
        "const h5 = await import('h5wasm/node');\nconsole.log(typeof h5.File);",
        "const wrong: number = parseAppId('730');",
        "interface Left { out: string }\n\nconst fail = (): never => {\n  throw new Error('a cell that fails', { cause: 'why' });\n};\nfail();",
        "import { display } from 'tslab';\nconsole.log('before');\ndisplay.html('<b>shown</b>');\nconsole.log('after');",
        'let strict: string | undefined;\nstrict.length;',
        "import * as tf from '@tensorflow/tfjs-node-gpu';\nimport * as dfd from 'danfojs-node';\nconsole.log((dfd as unknown as { tensorflow: unknown }).tensorflow === tf);",
        'console.log(JSON.stringify({ earlier }));',
        "const { value: found } = pairs.find(({ name }) => name === 'a')!;\nlet same = 0;\n({ value: same } = pairs[0]!);\nconsole.log(found, same);",
        `import { DataFrame } from 'danfojs-node';\nconst frame = new DataFrame({ name: ['x', 'y'], count: [1, 2] });\nframe`,
        "import { table } from '../../lib/report/tables';\nframe",
        "import { throwIfAborted } from '../../lib/core/pool';\nthrowIfAborted(AbortSignal.abort());",
        "import { readResults } from '../../lib/core/results';\nreadResults({} as string);",
      ],
      complete: [`${importLine}parseApp`, importLine.length + 8],
      inspect: [`${importLine}parseAppId('730', )`, importLine.length + 17],
    });
  }, 180_000);

  const cell = (i: number): Cell => answer.cells[i] as Cell;

  it('imports TypeScript sources of lib/ directly', () => {
    expect(cell(0)).toMatchObject({ status: 'ok', stdout: '730 null\n' });
  });

  it('loses nothing of a burst of 20,000 lines, and sends it in few messages', () => {
    const lines = cell(1).stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(20_001);
    expect(lines[12_345]).toBe('line 12345');
    expect(lines.at(-1)).toBe('last');
    expect(cell(1).messages).toBeLessThan(500);
  });

  it('loads packages that are ES modules only', () => {
    expect(cell(2)).toMatchObject({ status: 'ok', stdout: 'function\n' });
  });

  it('refuses a cell with a type error, and is strict', () => {
    expect(cell(3).status).toBe('error');
    expect(cell(3).stderr).toContain("Type 'string | null' is not assignable to type 'number'");
    expect(cell(6).status).toBe('error');
  });

  it("tells a cell that throws by its message and its own lines, and nothing of the kernel's", () => {
    expect(cell(4).status).toBe('error');
    expect(cell(4).stderr).toBe(
      [
        'Error: a cell that fails\n',
        "cell [5], line 4:\n  throw new Error('a cell that fails', { cause: 'why' });\n",
        '    at fail (cell [5], line 4)',
        '    at cell [5], line 6\n',
        'Caused by why\n',
      ].join('\n'),
    );
  });

  it('tells an error in lib/ by its lines there, and an interrupt by its sentence alone', () => {
    expect(cell(13).stderr).toMatch(
      /^TypeError: [\s\S]*\n {4}at readResults \(lib\/core\/results\.ts:\d+:\d+\)\n/,
    );
    expect(cell(12).stderr).toBe('Interrupted: what was finished before is kept, run again to go on.\n');
  });

  it('shows a table as the last value of a cell as one', () => {
    expect(cell(10).stdout).toMatch(/│ x +│ 1/); // where nothing of lib/ is there that shows it
    expect(cell(11)).toMatchObject({ status: 'ok', stdout: '' });
    expect(cell(11).displays[0]?.['text/html']).toMatch(
      /<caption>2 rows, 2 columns<[\s\S]*<td>x<\/td><td class="rp-right">1</,
    );
  });

  it('keeps what is printed in order around a display', () => {
    expect(cell(5)).toMatchObject({ status: 'ok', stdout: 'before\nafter\n' });
    expect(cell(5).displays).toEqual([expect.objectContaining({ 'text/html': '<b>shown</b>' })]);
  });

  it('has one TensorFlow, shared with danfojs-node', () => {
    expect(cell(7)).toMatchObject({ status: 'ok', stdout: 'true\n' });
  });

  it('knows a variable of an earlier cell as a shorthand property', () => {
    expect(cell(8)).toMatchObject({ status: 'ok', stdout: '{"earlier":7}\n' });
  });

  it('takes a value out of a record of an earlier cell under another name', () => {
    expect(cell(9)).toMatchObject({ status: 'ok', stdout: '1 1\n' });
  });

  it('goes on when files and packages change while nothing runs, and sees what they have become', () => {
    const folder = path.join(root, '.cache', `kernel-${process.pid}`);
    const packed = path.join(folder, 'node_modules', 'p');
    mkdirSync(packed, { recursive: true });
    const helper = path.join(folder, 'helper.ts');
    writeFileSync(path.join(packed, 'package.json'), '{"name":"p","main":"index.js","types":"index.d.ts"}');
    writeFileSync(path.join(packed, 'index.js'), 'exports.q = 1;');
    writeFileSync(path.join(packed, 'index.d.ts'), 'export const q: number;');
    writeFileSync(helper, "import { q } from 'p';\nexport const x = q;\n");
    const importOf = (name: string): string =>
      `import { ${name} } from '../../.cache/${path.basename(folder)}/helper';\n`;
    const { cells } = kernel({
      cells: [
        `${importOf('x')}console.log(x);`,
        `import { appendFileSync } from 'node:fs';
         appendFileSync(${JSON.stringify(path.join(packed, 'package.json'))}, ' ');
         appendFileSync(${JSON.stringify(helper)}, 'export const y = q + 1;');
         await new Promise((resolve) => setTimeout(resolve, 1500));`,
        `${importOf('y')}console.log(y);`,
      ],
    });
    rmSync(folder, { recursive: true });
    expect(cells.map(({ stderr }) => stderr)).toEqual(['', '', '']);
    expect(cells[2]).toMatchObject({ status: 'ok', stdout: '2\n' });
  }, 180_000);

  it('is interrupted more than once in a cell that listens itself, and hears its own word', () => {
    const listening = `
      const listen = () => new Promise((_, fail) => process.once('SIGINT', () => fail(new Error('all is kept'))));
      setImmediate(() => console.log('INTERRUPT'));
      await listen();`;
    const { cells } = kernel({
      cells: [
        listening,
        listening,
        "console.log('INTERRUPT');\nawait new Promise((done) => setTimeout(done, 60_000));",
        'console.log(1);',
      ],
    });
    expect(cells.map(({ status }) => status)).toEqual(['error', 'error', 'error', 'ok']);
    expect(cells[1]?.stderr).toContain('all is kept');
    expect(cells[2]?.stderr).toMatch(/^Interrupted\. .* are kept: run the cell again to go on\.\n$/);
  }, 180_000);

  it('is found by other programs once it is installed for the user, as the README says', () => {
    const folder = temporaryFolder();
    const env = { ...process.env, JUPYTER_DATA_DIR: folder, JUPYTER_PREFER_ENV_PATH: '0' };
    const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
    const [line = ''] = /\.venv\/bin\/jupyter kernelspec install .*/.exec(readme) ?? [];
    execSync(line, { cwd: root, env, stdio: 'ignore' });
    const listed = execSync('.venv/bin/jupyter kernelspec list --json', { cwd: root, env, encoding: 'utf8' });
    expect(JSON.parse(listed).kernelspecs.tslab).toMatchObject({
      resource_dir: path.join(folder, 'kernels', 'tslab'),
      spec: { display_name: 'TypeScript (report)', language: 'typescript' },
    });
    expect(kernel({ cells: ['console.log(1 + 1);'] }, env).cells[0]?.stdout).toBe('2\n');
  }, 180_000);

  it('completes names of lib/, and shows a signature with its doc comment inside a call', () => {
    expect(answer.complete).toContain('parseAppId');
    expect(answer.inspect).toContain('parseAppId(text: string): string | null');
    expect(answer.inspect).toContain('The appid that');
  });
});

describe('the changes to tslab', () => {
  it('are made for the version that is installed, and each fits exactly once', () => {
    const folder = path.join(root, 'node_modules', 'tslab');
    expect(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).version).toBe(VERSION);
    for (const file of Object.keys(edits(root))) {
      const source = readFileSync(path.join(folder, file), 'utf8');
      expect(patch(root, file, source)).not.toBe(source);
    }
  });

  it('stop with a clear message when tslab is another one', () => {
    expect(() => patch(root, 'dist/converter.js', 'something else')).toThrow(/made for tslab 1\.0\.22/);
  });
});

describe('the transpiled sources of lib/', () => {
  const require = createRequire(__filename);
  const { transpile } = require(path.join(root, 'lib', 'cli', 'kernel', 'transpile.cjs')) as {
    transpile: (ts: unknown, root: string, file: string, target: number) => { key: string; data: string };
  };
  const ts = require('@tslab/typescript-for-tslab') as { ScriptTarget: { ES2022: number } };

  it('are kept by content, so that a changed file is transpiled anew, and keep import()', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'transpiled-'));
    const file = path.join(folder, 'x.ts');
    const made = (source: string): string => {
      writeFileSync(file, source);
      return transpile(ts, folder, file, ts.ScriptTarget.ES2022).data;
    };
    const first = made("export const x: number = 1;\nexport const load = () => import('h5wasm/node');\n");
    expect(first).toContain('exports.x = 1');
    expect(first).toContain("import('h5wasm/node')");
    expect(made('export const x: number = 2;\n')).toContain('exports.x = 2');
    expect(readdirSync(path.join(folder, '.cache', 'transpiled'))).toHaveLength(2);
    rmSync(folder, { recursive: true });
  });
});

describe('what cells were converted to', () => {
  const require = createRequire(__filename);
  const kernelFile = (name: string): string => path.join(root, 'lib', 'cli', 'kernel', name);
  const { keptConverter } = require(kernelFile('converter.cjs')) as {
    keptConverter: (
      root: string,
      create: () => object,
    ) => { convert: (before: string, source: string) => Converted };
  };
  const { transpile } = require(kernelFile('transpile.cjs'));
  const ts = require('@tslab/typescript-for-tslab');

  interface Converted {
    output: string;
    sideOutputs: { path: string; data: string }[];
    diagnostics: unknown[];
  }

  /** A project with one file, and kernels in it; `converted` names the cells that had to be converted. */
  function project() {
    const folder = temporaryFolder();
    const file = path.join(folder, 'x.ts');
    const converted: string[] = [];
    const convert = (_: string, source: string) => {
      converted.push(source);
      if (source.includes('wrong')) return { diagnostics: ['wrong'] };
      const kept = { path: 'x.js', file, ...transpile(ts, folder, file, ts.ScriptTarget.ES2022) };
      return { output: `${source}!`, diagnostics: [], sideOutputs: [kept] };
    };
    const write = (text: string): void => writeFileSync(file, text);
    write('export const x = 1;');
    return { write, converted, start: () => keptConverter(folder, () => ({ convert })) };
  }

  it('is found again by another kernel, with the files that the cell depends on', () => {
    const { converted, start } = project();
    const first = start().convert('', 'a');
    expect(first.sideOutputs).toEqual([{ path: 'x.js', data: expect.stringContaining('exports.x = 1') }]);
    expect(start().convert('', 'a')).toEqual(first);
    expect(converted).toEqual(['a']);
    start().convert('declare const b: number', 'a');
    expect(converted).toEqual(['a', 'a']);
  });

  it('is converted anew once such a file has changed, which the kernel then has as it is', () => {
    const { write, converted, start } = project();
    const kernel = start();
    kernel.convert('', 'a');
    expect(kernel.convert('', 'b').sideOutputs).toEqual([]);
    write('export const x = 1.5;');
    expect(kernel.convert('', 'a').sideOutputs[0]?.data).toContain('exports.x = 1.5');
    expect(start().convert('', 'a').sideOutputs[0]?.data).toContain('exports.x = 1.5');
    expect(converted).toEqual(['a', 'b', 'a']);
  });

  it('is not kept where it has errors', () => {
    const { converted, start } = project();
    for (const kernel of [start(), start()])
      expect(kernel.convert('', 'wrong').diagnostics).toEqual(['wrong']);
    expect(converted).toHaveLength(2);
  });
});

describe('the types of lib/', () => {
  it('are told to a cell that needs the file, and again once it was changed', () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'lib', 'core', 'wrong.ts');
    const own = path.join('lib', 'cli', 'kernel');
    for (const name of [own, path.dirname(path.relative(folder, file))]) {
      mkdirSync(path.join(folder, name), { recursive: true });
    }
    for (const name of ['tsconfig.json', path.join(own, 'tsconfig.json'), path.join(own, 'types.cjs')]) {
      copyFileSync(path.join(root, name), path.join(folder, name));
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    const require = createRequire(__filename);
    const { typeErrors } = require(path.join(folder, own, 'types.cjs')) as {
      typeErrors: (ts: unknown, root: string, files: { fileName: string }[]) => { messageText: string }[];
    };
    const ts = require('@tslab/typescript-for-tslab') as {
      createSourceFile: (name: string, text: string, target: number) => { fileName: string };
    };
    const errors = (text: string, seconds: number): unknown[] => {
      writeFileSync(file, text);
      utimesSync(file, seconds, seconds);
      return typeErrors(ts, folder, [ts.createSourceFile(file, text, 99)]);
    };
    const wrong = 'export const a = 1;\nexport const b: number = "b";\n';
    const found = { start: wrong.indexOf('b:'), code: 2322, messageText: expect.stringMatching(/'string'/) };
    expect(errors(wrong, 1000)).toEqual([expect.objectContaining(found)]);
    expect(errors('export const b = 1;\n', 2000)).toEqual([]);
    expect(errors(wrong, 3000)).toHaveLength(1);
    expect(typeErrors(ts, folder, [{ fileName: path.join(folder, 'notebooks', 'x.ts') }])).toEqual([]);
  });
});
