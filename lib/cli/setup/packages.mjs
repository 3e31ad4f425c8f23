// The packages: npm's as package-lock.json has them, JupyterLab and nbconvert as requirements.txt has them, in a Python environment.
import { rmSync } from 'node:fs';
import path from 'node:path';
import {
  fingerprint,
  installCommand,
  output,
  pip,
  root,
  run,
  SetupError,
  step,
  textOf,
  venv,
} from './steps.mjs';

/** `npm ci` without install scripts; again only when the lock file or Node's major version changed. */
export const installPackages = () =>
  step({
    title: 'npm packages (npm ci; about 700 MB on disk)',
    stamp: path.join(root, 'node_modules', '.report-setup', 'packages'),
    print: fingerprint(textOf(path.join(root, 'package-lock.json')), process.versions.modules),
    work: () =>
      run(
        'npm',
        ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
        'The npm packages could not be installed: check the network or the registry in .npmrc and run the same command again.',
      ),
  });

const requirements = path.join(root, 'lib', 'cli', 'setup', 'requirements.txt');
const print = fingerprint(textOf(requirements), venv);
const hint = () => installCommand({ apt: 'python3 python3-venv', dnf: 'python3', brew: 'python@3.12' });

/** The Python to build the environment with: `PYTHON`, else python3; 3.10 or newer, with venv. */
function findPython() {
  const python = process.env.PYTHON || 'python3';
  const version = output(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
  const advice = `install it with "${hint()}" and run the same command again.`;
  if (!version) throw new SetupError(`Python 3.10 or newer is missing: ${advice}`);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 3 || (major === 3 && minor < 10)) {
    throw new SetupError(
      `${python} is Python ${version}, but 3.10 or newer is needed: install one and name it, as in PYTHON=python3.12 npm run setup.`,
    );
  }
  if (output(python, ['-c', 'import ensurepip, venv']) === null) {
    throw new SetupError(`Python's venv module is missing: ${advice}`);
  }
  return python;
}

/** The environment .venv with pip alone; made again when requirements.txt changed or the folder moved. */
export const makeEnvironment = () =>
  step({
    title: 'a Python environment (.venv)',
    stamp: path.join(venv, '.report-environment'),
    print,
    work: async () => {
      const python = findPython();
      rmSync(venv, { recursive: true, force: true });
      const failure = `The virtual environment could not be made: install venv with "${hint()}".`;
      await run(python, ['-m', 'venv', venv], failure);
    },
  });

/** JupyterLab and nbconvert in that environment. */
export const installPython = () =>
  step({
    title: 'JupyterLab and nbconvert (about 240 MB on disk)',
    stamp: path.join(venv, '.report-setup'),
    print,
    work: () =>
      pip(
        ['install', '-r', requirements],
        'JupyterLab could not be installed: check the network or the package index of pip and run the same command again.',
      ),
  });
