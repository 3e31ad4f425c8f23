import { rm } from 'node:fs/promises';
import path from 'node:path';
import { removeWhole } from '../core/files';
import { withLock } from '../core/lock';
import { readResults } from '../core/results';
import { stageFolder, stageNames } from '../core/run';
import { readAuthor, type TitlePage, writeOneFile } from '../report/oneFile';
import { writeFrontPages } from '../report/writeFrontPages';
import { headline } from './headline';
import { runNotebook } from './notebook';
import { filesOfOtherRun, forgetPages, inPlaceOf, pageInputs, pageStage } from './pageStage';
import { browserOf, printPdf } from './printPdf';
import { parseReport, type ReportRequest, reportUsage } from './reportRequest';
import { loadStudy, studyNames } from './studies';
import { endSignal, runMain, timed } from './terminal';

async function runStudy(request: ReportRequest, signal: AbortSignal): Promise<void> {
  const { study, notebooks, config, asked } = request;
  if (asked.pdf) browserOf(); // before anything runs
  const inputs = await pageInputs(request);
  let others = filesOfOtherRun(request, inputs);
  if (asked.fresh) {
    await Promise.all(stageNames.map((stage) => removeWhole(stageFolder(config, stage))));
    await rm(path.join(config.reports, 'results.json'), { force: true });
  }
  await forgetPages(request);
  console.log(
    `The ${notebooks.length === 1 ? 'page' : `${notebooks.length} pages`} of ${study.name} on ${config.data ?? 'the data of its own'}`,
  );
  if (others.size > 0) {
    console.log('  in place of the pages there, which were made from other data, weights or settings');
  }
  for (const { name } of notebooks) {
    const make = async (onProgress: (text: string) => void): Promise<void> => {
      await inPlaceOf(others, request, () => runNotebook(request, name, signal, { onProgress }));
      others = new Map();
    };
    await timed(name, (show) => pageStage(request, name, inputs, () => make(show)));
  }
  const by = { ...readAuthor(), ...given(asked) };
  const whole = await writeOneFile(config.reports, study, by, { settings: study.settings, config });
  await writeFrontPages(path.dirname(config.reports), await Promise.all(studyNames().map(loadStudy)));
  const index = path.join(config.reports, 'index.html');
  console.log(
    `\n${headline(study, readResults(config.reports))}\n\nReport: ${index}\n  in one file: ${whole}`,
  );
  if (asked.pdf) console.log(`  as PDF: ${await printPdf(whole, asked)}`);
}

/** What the title page says by options, which go before `author.json`. */
const given = ({ author, course, words }: ReportRequest['asked']): Partial<TitlePage> =>
  Object.fromEntries(Object.entries({ author, course, words }).filter(([, value]) => value !== null));

/** `npm run report`: runs a study's notebooks in order and writes their pages, the front pages and the headline figures. */
runMain(async () => {
  const requests = await parseReport(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  const helped = requests.find(({ help }) => help);
  if (helped) return console.log(reportUsage(helped.study));
  const signal = endSignal();
  for (const request of requests) {
    const lock = path.join(request.config.reports, '.lock');
    const onWait = (): void =>
      console.log(`Another run makes the pages of ${request.study.name}: waiting for it to end (${lock}).`);
    await withLock(lock, () => runStudy(request, signal), { onWait, signal });
  }
}, 'The report stopped');
