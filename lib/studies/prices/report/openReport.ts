import { backendWarning } from '../../../core/run';
import { baseWeights } from '../../../networks/featureStage';
import type { BaseWeights } from '../../../networks/weights';
import { openReport as openPage, type Report, requireNotebook } from '../../../report/openReport';
import { backendText } from '../../../report/openStudy';
import { progress } from '../../../report/progress';
import { tensorflow } from '../../../tensorflow/backend';
import { pricePages } from '../pages';
import { type Config, loadConfig } from '../settings';

/** A notebook's report on prices; those that use the model know its backend and the weights of its base. */
export interface OpenReport extends Report<Config> {
  /** The weights of the base; in notebooks that use the model. */
  weights?: BaseWeights;
  /** What TensorFlow runs on, such as `tensorflow 2.15.1 (CPU)`; in notebooks that use the model. */
  backend: string | null;
}

/**
 * Opens a notebook's report. With `model`, loads TensorFlow and finds the weights of the base first, and warns also of what other
 * notebooks of the run have found. Throws `BAD_SETTING`, `UNKNOWN_NOTEBOOK` and what `baseWeights` throws.
 */
export async function openReport(name: string, options: { model?: boolean } = {}): Promise<OpenReport> {
  const start = performance.now();
  requireNotebook(pricePages, name);
  const config = loadConfig();
  const weights = options.model ? await baseWeights({ config, progress }) : undefined;
  const native = options.model ? tensorflow() : null;
  const backend = native && backendText(native);
  const report = openPage(
    pricePages,
    name,
    {
      config,
      facts: { ...factsOf(config, weights), ...(backend ? { Backend: backend } : {}) },
      figures: {
        'data.name': config.data ?? 'generated sample',
        'image.size': config.imageSize,
        seed: config.seed,
        'warning.backend': backendWarning() ?? native?.warning ?? null,
        ...(weights ? { 'warning.weights': weights.warning, 'model.settings': settingsOf(config) } : {}),
      },
      allWarnings: options.model,
      note: config.data === null ? sampleNote : undefined,
    },
    start,
  );
  return Object.defineProperties(
    { weights, backend } as OpenReport,
    Object.getOwnPropertyDescriptors(report),
  );
}

const sampleNote = {
  title: 'Generated pictures',
  text:
    'No data set was given, so this run uses games and screenshots drawn by the project itself, whose looks follow their prices by a rule of our own. ' +
    'The figures show that the method works, not what Steam is like. Give your own data with npm run report -- --data DIR.',
};

function factsOf(config: Config, weights: BaseWeights | undefined): Record<string, string> {
  const base = weights && {
    'Base network': `MobileNetV2, alpha ${weights.alpha}`,
    Weights: `${weights.name} (${weights.source}, SHA-256 ${weights.sha256.slice(0, 12)}…)`,
  };
  return {
    'Data set': config.data ?? 'generated sample',
    'Image size': `${config.imageSize} × ${config.imageSize} pixels`,
    Seed: String(config.seed),
    ...base,
  };
}

/** What the head is trained with, in words. */
const settingsOf = ({
  epochs,
  patience,
  batchSize,
  learningRate,
  l2,
  dropout1,
  dropout2,
  variants,
}: Config): string =>
  `Adam, at most ${epochs} epochs, patience ${patience}, batches of ${batchSize}, learning rate ${learningRate}, L2 ${l2}, ` +
  `dropout ${dropout1} and ${dropout2}, ${variants} augmented copies of each picture`;
