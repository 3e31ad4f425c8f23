// Sets everything up; run again at any time, it does only what is not done yet. `npm run report`, `npm test` and `npm run lab` call it first.

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { configureJupyter } from './setup/jupyter.mjs';
import { installPackages, installPython, makeEnvironment } from './setup/packages.mjs';
import { SetupError, stopSetUp } from './setup/steps.mjs';
import { checkFlavour, installTensorFlow, prefetchTensorFlow } from './setup/tensorflow.mjs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

/** Every step, side by side where one does not need another. @param {{ retry?: boolean }} [options] `retry` what an earlier set-up had to do without */
export async function setUp(options = {}) {
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(
      `Node ${process.versions.node} is too old: install Node 20.19 or newer from https://nodejs.org and run the same command again.`,
    );
  }
  const stopped = () => {
    console.error('\nSet-up stopped: what is complete is kept, the same command goes on from there.');
    process.exit(130); // what it has started hears Ctrl-C itself
  };
  process.once('SIGINT', stopped);
  checkFlavour();
  const packages = installPackages();
  const environment = makeEnvironment();
  const library = environment.then(() => prefetchTensorFlow(options));
  const steps = await Promise.allSettled([
    packages.then(async () => (await import('./setup/plotly.mjs')).packPlotly()),
    environment.then(installPython).then(configureJupyter),
    Promise.all([packages, library]).then(() => installTensorFlow(options)),
  ]);
  process.off('SIGINT', stopped);
  for (const step of steps) if (step.status === 'rejected') throw step.reason;
}

if (process.argv[1] && import.meta.url === pathToFileURL(path.resolve(process.argv[1])).href) {
  const [given] = process.argv.slice(2);
  if (given !== undefined) {
    console.log(
      'npm run setup\n\nInstalls packages, Jupyter and TensorFlow as far as they are not there yet, and tries again what an earlier set-up had to do without. It takes no options; the README says what REPORT_TENSORFLOW and REPORT_CACHE change.',
    );
    process.exit(['--help', '-h'].includes(given) ? 0 : 1);
  }
  const start = performance.now();
  setUp({ retry: true }).then(() => {
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`Ready in ${seconds} s (packages in node_modules/, Jupyter in .venv/).`);
  }, stopSetUp);
}
