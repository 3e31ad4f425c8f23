import path from 'node:path';
import { projectRoot } from '../core/files';
import { endSignal, runMain, runTool } from './terminal';

/** `npm run lab`: JupyterLab on the notebooks; it asks at Ctrl-C what to do. Arguments go to it: `npm run lab -- --no-browser --port 9999`. */
runMain(async () => {
  const root = projectRoot();
  const args = ['lab', '--notebook-dir', path.join(root, 'notebooks'), ...process.argv.slice(2)];
  process.exitCode = await runTool(
    path.join(root, '.venv', 'bin', 'jupyter'),
    args,
    endSignal({ deaf: true }),
  );
});
