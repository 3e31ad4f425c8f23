import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { explainDiskError, ReportError } from '../core/errors';
import { projectRoot, removeWhole } from '../core/files';
import { readResults } from '../core/results';
import { stageFolder, stageNames } from '../core/run';
import type { Notebook } from '../report/study';
import { writeFrontPages } from '../report/writeFrontPages';
import { pricePages } from '../studies/prices/pages';
import { loadConfig } from '../studies/prices/settings';
import { parseRequest, usage } from './arguments';
import { headline } from './headline';

/** `npm run report`: runs the notebooks in order and writes their pages, the index and the headline figures. */
const root = projectRoot();

/** Runs one notebook through nbconvert; its page appears in `folder` only when every cell has succeeded. */
async function runNotebook(
  { name }: Notebook,
  folder: string,
  settings: Record<string, string>,
): Promise<void> {
  const partial = path.join(folder, '.partial');
  await mkdir(partial, { recursive: true });
  const args = [
    'nbconvert',
    '--to',
    'html',
    '--execute',
    '--log-level=ERROR',
    '--output-dir',
    partial,
    `notebooks/prices/${name}.ipynb`,
  ];
  const env = { ...process.env, ...settings };
  // A file and not a pipe: the kernel shares it and makes a pipe non-blocking, so that an error written in many pieces would be cut off.
  const logFile = path.join(partial, `${name}.log`);
  const log = await open(logFile, 'w');
  const child = spawn(path.join(root, '.venv', 'bin', 'jupyter'), args, {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', log.fd],
  });
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  ).finally(() => log.close());
  if (code === 0) await rename(path.join(partial, `${name}.html`), path.join(folder, `${name}.html`));
  const reason = code === 0 ? '' : reasonIn(await readFile(logFile, 'utf8'));
  await rm(partial, { recursive: true, force: true });
  if (code !== 0) throw new ReportError('BAD_INPUT', `${reason} (notebook ${name})`);
}

/** The sentence of a `ReportError` in a notebook's log, else the end of the log: what the reader needs to see. */
function reasonIn(log: string): string {
  const sentence =
    /ReportError: (.+?)\n(?:\s+at |\s*\{|\s*code:)/s.exec(log)?.[1] ?? /ReportError: (.+)/.exec(log)?.[1];
  return sentence ?? log.trim().split('\n').slice(-25).join('\n');
}

/** Shows the seconds go by on a terminal; elsewhere one line at the end. */
async function timed(label: string, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  const live = process.stdout.isTTY
    ? setInterval(() => process.stdout.write(`\r  ${label.padEnd(24)}${seconds()} `), 200)
    : undefined;
  try {
    await work();
  } finally {
    clearInterval(live);
  }
  console.log(`${process.stdout.isTTY ? '\r' : ''}  ${label.padEnd(24)}${seconds()} `);
}

async function main(): Promise<void> {
  const request = parseRequest(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (request.help) return console.log(usage);
  const config = loadConfig({ ...process.env, ...request.settings });
  const folder = config.reports;
  if (request.fresh) {
    await Promise.all(stageNames.map((stage) => removeWhole(stageFolder(config, stage))));
    await rm(path.join(folder, 'results.json'), { force: true });
  }
  console.log(
    `Running ${request.notebooks.length} notebook${request.notebooks.length === 1 ? '' : 's'} on ${config.data ?? 'the generated sample'}`,
  );
  for (const notebook of request.notebooks) {
    await timed(notebook.name, () => runNotebook(notebook, folder, request.settings));
  }
  await writeFrontPages(path.dirname(folder), [pricePages]);
  console.log(`\n${headline(readResults(folder))}\n\nReport: ${path.join(folder, 'index.html')}`);
}

main().catch((error: unknown) => {
  const known = explainDiskError(error, 'the report');
  console.error(known instanceof ReportError ? `\nThe report stopped: ${known.message}` : known);
  process.exitCode = 1;
});
