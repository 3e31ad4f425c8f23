import type { BaseWeights } from '../../../networks/backbone';
import { openBackbone } from '../../../networks/backbones';
import { openReport as openPage, type Report } from '../../../report/openReport';
import { openingOf } from '../../../report/openStudy';
import { progress } from '../../../report/progress';
import { tensorflow } from '../../../tensorflow/backend';
import { pricePages } from '../pages';
import { type Config, loadConfig } from '../settings';

/** A notebook's report on prices, with the weights of the base in notebooks that use the model. */
export type OpenReport = Report<Config> & { weights?: BaseWeights };

/** Opens a notebook's report, with `model` also TensorFlow and the base's weights. Throws `BAD_SETTING`, `UNKNOWN_NOTEBOOK` and what `openBackbone` throws. */
export async function openReport(name: string, { model = false } = {}): Promise<OpenReport> {
  const start = performance.now();
  const config = loadConfig();
  const weights = model ? await openBackbone({ config, progress }) : undefined;
  const { facts, figures, ...opening } = openingOf(config, drawn, model ? tensorflow() : null);
  const own = weights && {
    'Base network': weights.architecture,
    Weights: `${weights.name} (${weights.source}, SHA-256 ${weights.sha256.slice(0, 12)}…)`,
  };
  const found = weights && { 'warning.weights': weights.warning, 'model.settings': settingsOf(config) };
  const report = openPage(
    pricePages,
    name,
    { ...opening, facts: { ...facts, ...own }, figures: { ...figures, ...found }, allWarnings: model },
    start,
  );
  return Object.assign(report, { weights });
}

const drawn = {
  name: 'generated sample',
  text:
    'No data set was given, so this run uses games and screenshots drawn by the project itself, whose looks follow their prices by a rule of our own. ' +
    'The figures show that the method works, not what Steam is like. Give your own data with npm run report -- --data DIR.',
};

/** What the head is trained with, in words. */
const settingsOf = (config: Config): string =>
  `Adam, at most ${config.epochs} epochs, patience ${config.patience}, batches of ${config.batchSize}, learning rate ${config.learningRate}, ` +
  `L2 ${config.l2}, dropout ${config.dropout1} and ${config.dropout2}, ${config.variants} augmented copies of each picture`;
