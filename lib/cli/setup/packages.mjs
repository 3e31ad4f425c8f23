// The npm packages, exactly as package-lock.json has them.
import path from 'node:path';
import { fingerprint, root, run, step, textOf } from './steps.mjs';

const lock = path.join(root, 'package-lock.json');

/** `npm ci` without install scripts; again only when the lock file or Node's major version changed. */
export const installPackages = () =>
  step({
    title: 'npm packages (npm ci; about 700 MB on disk)',
    stamp: path.join(root, 'node_modules', '.report-setup', 'packages'),
    print: fingerprint(textOf(lock), process.versions.modules),
    work: () =>
      run(
        'npm',
        ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
        'The npm packages could not be installed: check the network or the registry in .npmrc and run the same command again.',
      ),
  });
