import { type Config, loadConfig } from '../../../core/config';
import { ReportError } from '../../../core/errors';
import { listenForInterrupt } from '../../../core/interrupt';
import { type Results, recordResults, resultsOf, warningsIn } from '../../../core/results';
import { backendWarning, type Run } from '../../../core/run';
import type { BaseWeights } from '../../../networks/weights';
import { banner } from '../../../report/banner';
import { findings } from '../../../report/findings';
import { startCharts } from '../../../report/plotly';
import { progress } from '../../../report/progress';
import { runHeader } from '../../../report/runHeader';
import { type Backend, tensorflow } from '../../../tensorflow/backend';
import { baseWeights } from '../featureStage';
import { findNotebook, notebooks } from '../notebooks';

/** A notebook's side of the run: settings and progress for the stages, and where its figures go. */
export interface OpenReport extends Run {
  /** What TensorFlow runs on, such as `tensorflow 2.15.1 (CPU)`; in notebooks that use the model. */
  backend: string | null;
  /** The figures that this run has recorded so far, in this notebook and others. */
  figures: () => Results;
  /** Adds figures to `reports/results.json`; warnings among them (`warning.…`) appear at the top of the page at once. */
  record: (figures: Results) => Promise<void>;
  /** Ends the notebook: shows what was found and records how long it took. */
  close: (found: readonly string[]) => Promise<void>;
}

/**
 * Opens a notebook's report: reads the settings, shows the header with everything the run was made with and every warning, and puts
 * the charts' library into the page. With `model`, loads TensorFlow and finds the weights of the base first, and warns also of what other
 * notebooks of the run have found. Throws `BAD_SETTING`, `UNKNOWN_NOTEBOOK` and what `findWeights` throws.
 */
export async function openReport(name: string, options: { model?: boolean } = {}): Promise<OpenReport> {
  const start = performance.now();
  const notebook = findNotebook(name);
  if (!notebook)
    throw new ReportError('UNKNOWN_NOTEBOOK', `There is no notebook "${name}": see lib/notebooks.ts.`);
  const config = loadConfig();
  const weights = options.model ? await baseWeights({ config, progress }) : undefined;
  const backend = options.model ? describeBackend(tensorflow()) : null;
  const backendProblem = backendWarning() ?? (options.model ? tensorflow().warning : null);
  const common: Results = {
    'data.name': config.data ?? 'generated sample',
    'image.size': config.imageSize,
    seed: config.seed,
    'warning.backend': backendProblem,
    ...(weights ? { 'warning.weights': weights.warning } : {}),
  };
  let known: Results = { ...(options.model ? resultsOf(config) : {}), ...common };
  const showHeader = runHeader({
    number: notebooks.indexOf(notebook) + 1,
    title: notebook.title,
    question: notebook.question,
    facts: { ...factsOf(config, weights), ...(backend ? { Backend: backend } : {}) },
    warnings: warningsIn(known),
  });
  if (config.data === null) banner('note', 'Generated pictures', sampleNote);
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
    weights,
    backend,
    figures: () => resultsOf(config),
    record,
    close: async (found) => {
      findings(found);
      await record({ [`seconds.${notebook.name}`]: round((performance.now() - start) / 1000) });
    },
  };
}

let interrupt: AbortSignal | undefined;

/** The signal of the next interrupt; a fresh one after each, so that the cell that was interrupted can be run again. */
function interruptSignal(): AbortSignal {
  if (!interrupt || interrupt.aborted) interrupt = listenForInterrupt().signal;
  return interrupt;
}

const sampleNote =
  'No data set was given, so this run uses games and screenshots drawn by the project itself, whose looks follow their prices by a rule of our own. ' +
  'The figures show that the method works, not what Steam is like. Give your own data with npm run report -- --data DIR.';

const round = (seconds: number): number => Math.round(seconds * 10) / 10;

function factsOf(config: Config, weights: BaseWeights | undefined): Record<string, string> {
  return {
    'Data set': config.data ?? 'generated sample',
    'Image size': `${config.imageSize} × ${config.imageSize} pixels`,
    Seed: String(config.seed),
    ...(weights
      ? {
          'Base network': `MobileNetV2, alpha ${weights.alpha}`,
          Weights: `${weights.name} (${weights.source}, SHA-256 ${weights.sha256.slice(0, 12)}…)`,
        }
      : {}),
  };
}

const describeBackend = ({ name, version, gpu }: Backend): string =>
  `${name} ${version} (${name === 'wasm' ? 'WebAssembly' : gpu ? 'GPU' : 'CPU'})`;
