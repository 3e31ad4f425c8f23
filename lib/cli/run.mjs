// `npm run <command>`: sets up what is missing, then starts the TypeScript script of that name with everything it needs in place.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root, stopSetUp, toolEnvironment } from './setup/steps.mjs';
import { setUp } from './setup.mjs';

const [command = '', ...rest] = process.argv.slice(2);

/** Runs the script with the terminal's own streams; its exit status becomes ours. */
function start() {
  const script = path.join(root, 'lib', 'cli', `${command}.ts`);
  const loader = new URL('loader.mjs', import.meta.url).href;
  const args = ['--no-deprecation', '--import', loader, script, ...rest];
  const child = spawn(process.execPath, args, { cwd: root, env: toolEnvironment(), stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the script decides how to end.
  process.on('SIGINT', () => {});
  for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => child.kill('SIGTERM'));
  // npm does not hand on that it was ended.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (!process.env.npm_lifecycle_event || process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 500);
  child.on('close', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

setUp().then(start, stopSetUp);
