import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ReportError } from '../../lib/core/errors';
import { projectRoot, removeWhole, sha256, writeAtomic } from '../../lib/core/files';

/** The Python side's interpreter, in an environment of its own with the packages it pins; made at first use. */
export async function peerPython(): Promise<string> {
  const root = projectRoot();
  const requirements = path.join(root, 'test', 'bench', 'peer', 'requirements.txt');
  const folder = path.join(root, '.cache', 'bench-venv');
  const stamp = path.join(folder, 'requirements.sha256');
  const python = path.join(folder, 'bin', 'python');
  const wanted = sha256(readFileSync(requirements));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  console.error('• Python packages of the other side (about 2 GB on disk) …');
  await removeWhole(folder);
  run('python3', ['-m', 'venv', folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  await writeAtomic(stamp, wanted);
  return python;
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0) return;
  throw new ReportError(
    'BAD_INPUT',
    `"${command} ${args.join(' ')}" failed (${error?.message ?? `status ${status}`}): the benchmark needs Python 3.11 with venv and the package index.`,
  );
}
