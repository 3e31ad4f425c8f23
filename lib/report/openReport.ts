import { isReportError, ReportError } from '../core/errors';
import { listenForInterrupt } from '../core/interrupt';
import { type Results, recordResults, resultsOf, warningsIn } from '../core/results';
import type { Run } from '../core/run';
import type { Config } from '../core/settings';
import { banner, findings } from './banner';
import { startCharts } from './plotly';
import { progress } from './progress';
import { runHeader } from './runHeader';
import { findNotebook, type StudyPages } from './study';

/** What a notebook's report is opened with. */
export interface Opening<C extends Config = Config> {
  /** The settings of the run; the pages and results of the study lie in its `reports`. */
  config: C;
  /** What the run was made with, shown at the top in this order. */
  facts: Readonly<Record<string, string>>;
  /** Figures recorded beside every other one of this notebook; those named `warning.…` appear at the top. */
  figures: Results;
  /** Shows at the top also the warnings that other notebooks of the run have found. */
  allWarnings?: boolean;
  /** A banner below the top. */
  note?: { title: string; text: string };
}

/** A notebook's side of the run: settings and progress for the stages, and where its figures go. */
export interface Report<C extends Config = Config> extends Run<C> {
  /** The figures that this run has recorded so far, in this notebook and others. */
  figures: () => Results;
  /** Adds figures to `results.json`; warnings among them (`warning.…`) appear at the top of the page at once. */
  record: (figures: Results) => Promise<void>;
  /** Does `work` in a thorough run; else says on the page that `what` was left out, and gives null. */
  ifThorough: <T>(what: string, work: () => T | Promise<T>) => Promise<T | null>;
  /** Does `work`; where what it needs cannot be downloaded, a warning of that name says at the top that `what` was left out, and null is given. */
  ifAvailable: <T>(what: string, name: `warning.${string}`, work: () => Promise<T>) => Promise<T | null>;
  /** Ends the notebook: shows what was found and records how long it took. */
  close: (found: readonly string[]) => Promise<void>;
}

/** Opens a notebook's report: shows the header and every warning, and puts the charts' library into the page. `start` is when the notebook began, in ms of `performance.now()`. Throws `UNKNOWN_NOTEBOOK`. */
export function openReport<C extends Config>(
  study: StudyPages,
  name: string,
  opening: Opening<C>,
  start = performance.now(),
): Report<C> {
  const { config, facts, note, figures: common } = opening;
  const notebook = findNotebook(study, name);
  if (!notebook) {
    const names = study.notebooks.map((one) => one.name).join(', ');
    const message = `There is no notebook "${name}" in ${study.name}, only ${names}.`;
    throw new ReportError('UNKNOWN_NOTEBOOK', message);
  }
  let known: Results = { ...(opening.allWarnings ? resultsOf(config) : {}), ...common };
  const showHeader = runHeader({ study, notebook, facts, warnings: warningsIn(known) });
  if (note) banner('note', note.title, note.text);
  startCharts();
  const record = async (figures: Results): Promise<void> => {
    await recordResults(config, { ...common, ...figures });
    const before = warningsIn(known);
    known = { ...known, ...figures };
    const now = warningsIn(known);
    if (now.join('\n') !== before.join('\n')) showHeader(now);
  };
  return {
    config,
    get signal() {
      return interruptSignal();
    },
    progress,
    figures: () => resultsOf(config),
    record,
    ifThorough: async (what, work) => {
      if (config.thorough) return work();
      const command = `npm run report -- ${study.name} ${notebook.name.slice(0, 2)} --thorough`;
      banner('note', `${what} was left out`, `It takes minutes: ${command}`);
      return null;
    },
    ifAvailable: async (what, name, work) => {
      try {
        const found = await work();
        await record({ [name]: null });
        return found;
      } catch (error) {
        if (!isReportError(error, 'DOWNLOAD_FAILED')) throw error;
        await record({ [name]: `${what} was left out: ${error.message}` });
        return null;
      }
    },
    close: async (found) => {
      findings(found);
      const seconds = (performance.now() - start) / 1000;
      await record({ [`seconds.${notebook.name}`]: Math.round(10 * seconds) / 10 });
    },
  };
}

let interrupt: AbortSignal | undefined;

/** The signal of the next interrupt; a fresh one after each, so that the cell that was interrupted can be run again. */
function interruptSignal(): AbortSignal {
  if (!interrupt || interrupt.aborted) interrupt = listenForInterrupt().signal;
  return interrupt;
}
