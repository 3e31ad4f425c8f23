import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResults } from '../../lib/core/results';

const project = path.resolve(__dirname, '..', '..');

/** A copy of the project, in which a study can be made, with a kernel of its own. */
function copyOfProject(): string {
  const root = mkdtempSync(path.join(os.tmpdir(), 'new-study-'));
  for (const folder of ['lib', 'test/data', 'notebooks/prices']) {
    cpSync(path.join(project, folder), path.join(root, folder), { recursive: true });
  }
  const charts = readdirSync(path.join(project, '.cache')).filter((name) => name.startsWith('plotly'));
  const files = [
    'package.json',
    'tsconfig.json',
    'test/temporary.ts',
    ...charts.map((name) => `.cache/${name}`),
  ];
  mkdirSync(path.join(root, '.cache'));
  for (const file of files) copyFileSync(path.join(project, file), path.join(root, file));
  for (const tools of ['node_modules', '.venv'])
    symlinkSync(path.join(project, tools), path.join(root, tools));
  const kernels = path.join('share', 'jupyter', 'kernels', 'tslab', 'kernel.json');
  const spec = readFileSync(path.join(project, '.venv', kernels), 'utf8').replaceAll(project, root);
  mkdirSync(path.join(root, 'kernels', 'tslab'), { recursive: true });
  writeFileSync(path.join(root, 'kernels', 'tslab', 'kernel.json'), spec);
  return root;
}

describe('npm run new', () => {
  let root: string;
  /** A program of the project, in the copy. */
  const run = (...args: string[]) => {
    const env = { ...process.env, REPORT_ROOT: root, JUPYTER_PATH: root, INIT_CWD: root };
    const options = { cwd: root, encoding: 'utf8', env } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
    return { status, output: stdout + stderr };
  };
  const script = (name: string, ...args: string[]) =>
    run('--import', './lib/cli/loader.mjs', path.join('lib', 'cli', `${name}.ts`), ...args);

  beforeAll(() => {
    root = copyOfProject();
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it.each(['', 'Demo', '../demo', 'all', '1st'])('refuses the name %j', (name) => {
    expect(script('new', name)).toMatchObject({
      status: 1,
      output: expect.stringContaining('is no name for a study'),
    });
  });

  it('writes a study of a few files that is formatted and type-checks', () => {
    expect(script('new', 'demo')).toMatchObject({
      status: 0,
      output: expect.stringContaining('npm run report -- demo'),
    });
    expect(script('new', 'demo')).toMatchObject({
      status: 1,
      output: expect.stringContaining('There is lib/studies/demo/data.ts already'),
    });
    const checked = run(path.join('node_modules', 'typescript', 'bin', 'tsc'), '-p', '.');
    expect(checked.output).not.toContain('demo'); // what is not copied is missing elsewhere
  }, 120_000);

  it('makes the report of that study, which tells its classes apart', () => {
    const { status, output } = script('report', 'demo');
    expect(status, output).toBe(0);
    const folder = path.join(root, 'reports', 'demo');
    const page = readFileSync(path.join(folder, '01-first.html'), 'utf8');
    expect(page).toContain('least found are the pictures of');
    expect(existsSync(path.join(folder, 'index.html'))).toBe(true);
    expect(readFileSync(path.join(root, 'reports', 'index.html'), 'utf8')).toContain('demo/index.html');
    const results = readResults(folder);
    expect(results['test.accuracy']).toBeGreaterThan(Number(results['baseline.majority.accuracy']));
  }, 300_000);

  it('has a test that passes', () => {
    const { status, output } = run(
      path.join('node_modules', 'vitest', 'vitest.mjs'),
      'run',
      'test/studies/demo',
    );
    expect(status, output).toBe(0);
  }, 300_000);
});
