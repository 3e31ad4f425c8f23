import path from 'node:path';
import { projectRoot } from '../core/files';
import { endSignal, runMain, runTool } from './terminal';

/** `npm run lab`: JupyterLab on the project, opened at its README; it asks at Ctrl-C what to do. Arguments go to it: `npm run lab -- --no-browser --port 9999`. */
runMain(async () => {
  const root = projectRoot();
  const args = [
    'lab',
    `--ServerApp.root_dir=${root}`,
    '--LabApp.default_url=/lab/tree/README.md',
    ...(process.getuid?.() === 0 ? ['--allow-root'] : []), // as in a container
    ...process.argv.slice(2),
  ];
  process.exitCode = await runTool(
    path.join(root, '.venv', 'bin', 'jupyter'),
    args,
    endSignal({ deaf: true }),
  );
});
