import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

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
function kernel(request: {
  cells: string[];
  complete?: [string, number];
  inspect?: [string, number];
}): Answer {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kernel-'));
  const file = path.join(folder, 'answer.json');
  const python = path.join(root, '.venv', 'bin', 'python');
  const result = spawnSync(python, [path.join(__dirname, 'probe.py'), file], {
    input: JSON.stringify({ cwd: path.join(root, 'notebooks', 'prices'), ...request }),
    encoding: 'utf8',
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
        "throw new Error('a cell that fails');",
        "import { display } from 'tslab';\nconsole.log('before');\ndisplay.html('<b>shown</b>');\nconsole.log('after');",
        'let strict: string | undefined;\nstrict.length;',
        "import * as tf from '@tensorflow/tfjs-node-gpu';\nimport * as dfd from 'danfojs-node';\nconsole.log((dfd as unknown as { tensorflow: unknown }).tensorflow === tf);",
        'console.log(JSON.stringify({ earlier }));',
        "const { value: found } = pairs.find(({ name }) => name === 'a')!;\nlet same = 0;\n({ value: same } = pairs[0]!);\nconsole.log(found, same);",
      ],
      complete: [`${importLine}parseApp`, importLine.length + 8],
      inspect: [`${importLine}parseAppId`, importLine.length + 3],
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

  it('reports a cell that throws as failed, with the message', () => {
    expect(cell(4).status).toBe('error');
    expect(cell(4).stderr).toContain('a cell that fails');
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

  it('completes names of lib/ and shows their doc comments', () => {
    expect(answer.complete).toContain('parseAppId');
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
    transpile: (ts: unknown, root: string, file: string, target: number) => string;
  };
  const ts = require('@tslab/typescript-for-tslab') as { ScriptTarget: { ES2022: number } };

  it('are kept by content, so that a changed file is transpiled anew, and keep import()', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'transpiled-'));
    const file = path.join(folder, 'x.ts');
    const made = (source: string): string => {
      writeFileSync(file, source);
      return transpile(ts, folder, file, ts.ScriptTarget.ES2022);
    };
    const first = made("export const x: number = 1;\nexport const load = () => import('h5wasm/node');\n");
    expect(first).toContain('exports.x = 1');
    expect(first).toContain("import('h5wasm/node')");
    expect(made('export const x: number = 2;\n')).toContain('exports.x = 2');
    expect(readdirSync(path.join(folder, '.cache', 'transpiled'))).toHaveLength(2);
    rmSync(folder, { recursive: true });
  });
});
