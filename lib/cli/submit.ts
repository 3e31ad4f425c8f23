import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { ReportError } from '../core/errors';
import { sha256, writeAtomic } from '../core/files';
import { withLock } from '../core/lock';
import { readResults } from '../core/results';
import { studyFolder } from '../core/settings';
import { zipOf } from '../networks/zip';
import { formatBytes } from '../report/format';
import { ONE_FILE } from '../report/frontPage';
import { filesOfRun } from '../report/writeFrontPages';
import { runNotebook } from './notebook';
import { requireCurrent } from './pageStage';
import { browserOf, printPdf } from './printPdf';
import { parseReport, type ReportRequest, reportUsage } from './reportRequest';
import { endSignal, runMain } from './terminal';

/** The files of the archive by their names in it; notebooks are run once more, as pages do not hold them. */
async function filesOf(request: ReportRequest, signal: AbortSignal): Promise<Map<string, Buffer>> {
  const { study, notebooks, config } = request;
  const results = readResults(config.reports);
  const beside = filesOfRun(config.reports, study, results).filter((file) => /\.(md|csv)$/.test(file));
  const files = new Map<string, Buffer>();
  const add = async (name: string, file: string): Promise<void> => {
    files.set(name, await readFile(file));
  };
  try {
    browserOf();
    await add('report.pdf', await printPdf(path.join(config.reports, ONE_FILE), request.asked));
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    console.log(`  without a PDF: ${error.message}`);
  }
  for (const name of [ONE_FILE, 'results.json', ...beside]) await add(name, path.join(config.reports, name));
  const folder = await mkdtemp(path.join(config.reports, '.submit-')); // with figures of its own
  try {
    const reports = path.join(folder, study.name);
    await mkdir(reports);
    for (const { name } of notebooks) {
      console.log(`  ${name}`);
      const own = { ...config, reports, run: '' };
      await runNotebook({ study, config: own }, name, signal, { to: 'notebook' });
      await add(`notebooks/${name}.ipynb`, path.join(reports, `${name}.ipynb`));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return files;
}

/** `npm run submit`: packs the report of a study into one archive, with the hash of each file. */
async function submit(given: ReportRequest, signal: AbortSignal): Promise<void> {
  const request = await requireCurrent(given);
  const { study, config } = request;
  console.log(`Packing the report of ${study.name}: its notebooks are run once more, to hold their outputs`);
  const files = await filesOf(request, signal);
  const manifest = [...files].map(([file, content]) => ({
    ...{ file, bytes: content.length, sha256: sha256(content) },
  }));
  files.set(
    'manifest.json',
    Buffer.from(`${JSON.stringify({ study: study.name, files: manifest }, null, 2)}\n`),
  );
  const archive = path.join(studyFolder(config), `${study.name}-submission.zip`);
  const bytes = zipOf(files);
  await writeAtomic(archive, bytes);
  console.log(`\n${archive}: ${files.size} files, ${formatBytes(bytes.length)}`);
}

runMain(async () => {
  const requests = await parseReport(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  const helped = requests.find(({ help }) => help);
  if (helped) return console.log(reportUsage(helped.study, 'submit'));
  const signal = endSignal();
  for (const request of requests) {
    const all = { ...request, notebooks: request.study.notebooks };
    await withLock(path.join(studyFolder(request.config), '.lock'), () => submit(all, signal), { signal });
  }
}, 'Nothing was packed');
