// `npm run <command>`: sets up what is missing, then starts the TypeScript script of that name with everything it needs in place.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root, stopSetUp, toolEnvironment } from './setup/steps.mjs';
import { setUp } from './setup.mjs';

const [command = '', ...rest] = process.argv.slice(2);

/** Runs the script with the terminal's own streams; its exit status becomes ours. */
function start() {
  const loader = path.join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const script = path.join(root, 'lib', 'cli', `${command}.ts`);
  const args = ['--no-deprecation', loader, script, ...rest];
  const child = spawn(process.execPath, args, { cwd: root, env: toolEnvironment(), stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the script decides how to end.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('close', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

setUp().then(start, stopSetUp);
