import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ReportError } from '../core/errors';
import { projectRoot, removeWhole } from '../core/files';
import { readResults } from '../core/results';
import { stageFolder, stageNames } from '../core/run';
import { asEnvironment } from '../core/settings';
import { writeFrontPages } from '../report/writeFrontPages';
import { headline } from './headline';
import { forgetPages, notebookFile, pageInputs, pageStage } from './pageStage';
import { parseReport, type ReportRequest, reportUsage } from './reportRequest';
import { loadStudy, studyNames } from './studies';
import { runMain } from './terminal';

/** `npm run report`: runs a study's notebooks in order and writes their pages, the front pages and the headline figures. */
const root = projectRoot();

/** Runs one notebook through nbconvert; its page appears among the study's pages only when every cell has succeeded. */
async function runNotebook({ study, config }: ReportRequest, name: string): Promise<void> {
  const folder = config.reports;
  const partial = path.join(folder, '.partial');
  await mkdir(partial, { recursive: true });
  const options = ['--to', 'html', '--execute', '--log-level=ERROR', '--output-dir', partial];
  const notebook = notebookFile(study.name, name);
  // A file and not a pipe: the kernel shares it and makes a pipe non-blocking, so that an error written in many pieces would be cut off.
  const logFile = path.join(partial, `${name}.log`);
  const log = await open(logFile, 'w');
  const child = spawn(path.join(root, '.venv', 'bin', 'jupyter'), ['nbconvert', ...options, notebook], {
    cwd: root,
    env: { ...process.env, ...asEnvironment(config) },
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

/** Shows the seconds go by on a terminal; elsewhere one line at the end. `work` gives whether there was something to do. */
async function timed(label: string, work: () => Promise<boolean>): Promise<void> {
  const start = performance.now();
  const line = (text: string): string => `  ${label.padEnd(24)}${text} `;
  const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  const live = process.stdout.isTTY
    ? setInterval(() => process.stdout.write(`\r${line(seconds())}`), 200)
    : undefined;
  try {
    const text = (await work()) ? seconds() : 'up to date';
    console.log(`${process.stdout.isTTY ? '\r' : ''}${line(text)}`);
  } finally {
    clearInterval(live);
  }
}

async function runStudy(request: ReportRequest): Promise<void> {
  const { study, notebooks, config, fresh } = request;
  if (fresh) {
    await Promise.all(stageNames.map((stage) => removeWhole(stageFolder(config, stage))));
    await rm(path.join(config.reports, 'results.json'), { force: true });
  }
  await forgetPages(request);
  console.log(
    `The ${notebooks.length === 1 ? 'page' : `${notebooks.length} pages`} of ${study.name} on ${config.data ?? 'generated pictures'}`,
  );
  const inputs = await pageInputs(request);
  for (const { name } of notebooks) {
    await timed(name, () => pageStage(request, name, inputs, () => runNotebook(request, name)));
  }
  await writeFrontPages(path.dirname(config.reports), await Promise.all(studyNames().map(loadStudy)));
  const index = path.join(config.reports, 'index.html');
  console.log(`\n${headline(study, readResults(config.reports))}\n\nReport: ${index}\n`);
}

runMain(async () => {
  const requests = await parseReport(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  const helped = requests.find(({ help }) => help);
  if (helped) return console.log(reportUsage(helped.study));
  for (const request of requests) await runStudy(request);
}, 'The report stopped');
