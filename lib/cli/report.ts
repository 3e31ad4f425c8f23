import { rm } from 'node:fs/promises';
import path from 'node:path';
import { removeWhole } from '../core/files';
import { withLock } from '../core/lock';
import { readResults, recordResults } from '../core/results';
import { stageFolder, stageNames } from '../core/run';
import { type Config, changesNoFigure, type Settings, studyFolder } from '../core/settings';
import { ONE_FILE } from '../report/frontPage';
import { readAuthor, type TitlePage, writeOneFile } from '../report/oneFile';
import { removeRuns, runColumns, runRows, runsIn, showRun } from '../report/runs';
import { writeFrontPage, writeFrontPages } from '../report/writeFrontPages';
import { optionName } from './arguments';
import { headline } from './headline';
import { convertAhead, runNotebook } from './notebook';
import { forgetPages, inRun, pageInputs, pageStage } from './pageStage';
import { browserOf, printPdf } from './printPdf';
import { parseReport, type ReportRequest, reportUsage } from './reportRequest';
import { loadStudy, studyNames } from './studies';
import { endSignal, runMain, timed } from './terminal';

async function runStudy(given: ReportRequest, signal: AbortSignal): Promise<void> {
  if (given.asked.pdf) browserOf(); // before anything runs
  const inputs = await pageInputs(given);
  const request = inRun(given, inputs);
  const { study, notebooks, config, asked } = request;
  const folder = studyFolder(config);
  if (asked.fresh) {
    await Promise.all(stageNames.map((stage) => removeWhole(stageFolder(config, stage))));
    await rm(path.join(config.reports, 'results.json'), { force: true });
  }
  await forgetPages(request);
  const what = notebooks.length === 1 ? 'page' : `${notebooks.length} pages`;
  console.log(`The ${what} of ${study.name} on ${config.data ?? 'the data of its own'}, run ${config.run}`);
  let ahead = notebooks.length === 1;
  for (const { name } of notebooks) {
    const make = (onProgress: (text: string) => void): Promise<void> => {
      const others = notebooks.map((one) => one.name).filter((one) => one > name);
      if (!ahead) convertAhead(study.name, others, signal);
      ahead = true;
      return runNotebook(request, name, signal, { onProgress });
    };
    await timed(name, (show) => pageStage(request, name, inputs, () => make(show)));
  }
  const words = settingsInWords(study.settings, config);
  if (readResults(config.reports)['run.settings'] !== words) {
    await recordResults(config, { 'run.settings': words });
  }
  await writeFrontPage(config.reports, study);
  const by = { ...readAuthor(), ...titlePage(asked) };
  await writeOneFile(config.reports, study, by, { settings: study.settings, config });
  const shown = await showRun(folder, study, config.run);
  await writeIndexes(folder);
  const at = shown ? folder : config.reports;
  console.log(`\n${headline(study, readResults(config.reports))}\n\nReport: ${path.join(at, 'index.html')}`);
  if (!shown) {
    const { missing = [] } = runsIn(folder, study).find(({ name }) => name === config.run) ?? {};
    const pages = missing.join(', ');
    console.log(`  the report that is shown stays as it is until this run has its other pages (${pages})`);
  }
  console.log(`  in one file: ${path.join(at, ONE_FILE)}`);
  if (asked.pdf) console.log(`  as PDF: ${await printPdf(path.join(at, ONE_FILE), asked)}`);
}

/** Writes the front pages of all studies anew, beside the folder of one. */
const writeIndexes = async (folder: string): Promise<void> =>
  writeFrontPages(path.dirname(folder), await Promise.all(studyNames().map(loadStudy)));

/** Settings that are not the defaults, as options. */
function settingsInWords(settings: Settings, config: Config): string {
  const words = Object.entries(settings).flatMap(([name, { initial, path: isPath }]) => {
    const value: unknown = { ...config }[name]; // a setting of every study, or one of its own
    if (changesNoFigure.includes(name) || value === initial) return [];
    return `--${optionName(name)} ${isPath ? path.basename(String(value)) : value}`;
  });
  return words.join(' ');
}

/** `npm run report -- STUDY --list`, `--keep N`. */
async function tendRuns({ study, config, asked }: ReportRequest): Promise<void> {
  const folder = studyFolder(config);
  if (asked.keep !== null) {
    const gone = await removeRuns(folder, study, asked.keep);
    await writeIndexes(folder);
    console.log(`${study.name}: ${gone.length === 0 ? 'no run' : gone.join(', ')} removed`);
  }
  const rows = runRows(runsIn(folder, study), study);
  if (rows.length === 0) console.log(`${study.name} has no run yet: npm run report -- ${study.name}`);
  for (const { run, ...row } of rows) {
    const lines = Object.entries(row).map(([key, text]) => `  ${runColumns(study)[key]}: ${text}`);
    console.log(`\n${[run, ...lines].join('\n')}`);
  }
}

/** What the title page says by options, which go before `author.json`. */
const titlePage = ({ author, course, words }: ReportRequest['asked']): Partial<TitlePage> =>
  Object.fromEntries(Object.entries({ author, course, words }).filter(([, value]) => value !== null));

/** `npm run report`: runs a study's notebooks in order and writes their pages, the front pages and the headline figures. */
runMain(async () => {
  const requests = await parseReport(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  const helped = requests.find(({ help }) => help);
  if (helped) return console.log(reportUsage(helped.study));
  const signal = endSignal();
  for (const request of requests) {
    const lock = path.join(studyFolder(request.config), '.lock');
    const { list, keep } = request.asked;
    const work = list || keep !== null ? () => tendRuns(request) : () => runStudy(request, signal);
    const onWait = (): void =>
      console.log(`Another run makes the pages of ${request.study.name}: waiting for it to end (${lock}).`);
    await withLock(lock, work, { onWait, signal });
  }
}, 'The report stopped');
