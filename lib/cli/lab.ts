import { spawn } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '../core/files';

/** `npm run lab`: JupyterLab on the notebooks. Arguments go to it: `npm run lab -- --no-browser --port 9999`. */
const root = projectRoot();
const args = ['lab', '--notebook-dir', path.join(root, 'notebooks'), ...process.argv.slice(2)];
const lab = spawn(path.join(root, '.venv', 'bin', 'jupyter'), args, { cwd: root, stdio: 'inherit' });
process.on('SIGINT', () => {}); // JupyterLab receives Ctrl-C itself and asks what to do
lab.on('close', (code) => process.exit(code ?? 1));
