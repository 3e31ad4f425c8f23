import type { Network } from '../../core/concepts';
import { ReportError } from '../../core/errors';
import { backboneNames } from '../../core/settings';
import type { Staged } from '../../core/stage';
import { type BaseWeights, scaledPixels } from '../../networks/backbone';
import { openBackbone } from '../../networks/backbones';
import { computeFeatures, shownPixels } from '../../networks/featureStage';
import { smallCnn, vggLike } from '../../networks/smallCnn';
import { trainableCount } from '../../networks/summary';
import { judgeEach } from '../../training/judgeEach';
import { validationError } from './predictions';
import type { PreparedData } from './preparedData';
import { type PriceModel, type PriceTraining, trainPriceModel } from './priceModel';
import type { Run } from './settings';

export type NetworkResult = Awaited<ReturnType<typeof judged>>;

/** The errors on validation games of `model`, of the head on every backbone that can be had, and of networks from scratch; and which are missing. */
export async function compareNetworks(run: Run, prepared: PreparedData, model: Staged<PriceModel>) {
  const own = prepared.weights;
  const { found, missing } = await others(run, own);
  const inputs = { model: model.key, others: found.map(({ sha256 }) => sha256) };
  const stage = { name: 'networks', version: 2, inputs };
  const { kind } = model.scaler;
  const rows = await judgeEach(run, 'Networks', stage, [own, ...found, ...scratch], (choice) => {
    if (choice === own) return judged(run, prepared, model, own.architecture);
    if ('sha256' in choice) return onBackbone(run, prepared, choice, kind);
    return fromScratch(run, prepared, choice, kind);
  });
  return { rows, missing };
}

/** Networks that learn from their first weights. */
const scratch: readonly Network[] = [smallCnn, vggLike];

/** The backbones beside that of the run, or why one cannot be had. */
async function others(run: Run, own: BaseWeights) {
  const found: BaseWeights[] = [];
  const missing: string[] = [];
  for (const backbone of backboneNames) {
    try {
      const weights = await openBackbone({ ...run, config: { ...run.config, weights: null, backbone } });
      const named = backbone === run.config.backbone || weights.warning === null;
      if (weights.sha256 === own.sha256 && named) continue;
      if (weights.warning === null) found.push(weights);
      else missing.push(`${backbone}: ${weights.warning}`);
    } catch (error) {
      if (!(error instanceof ReportError) || error.code === 'INTERRUPTED') throw error;
      missing.push(`${backbone}: ${error.message}`);
    }
  }
  return { found, missing };
}

async function onBackbone(run: Run, prepared: PreparedData, weights: BaseWeights, kind: Kind) {
  const features = await computeFeatures(run, prepared.images, weights, prepared.rows);
  const stages = { ...prepared.stages, features };
  try {
    const data = { ...prepared, weights, features: features.value, stages };
    return await learnt(run, data, kind, weights.architecture);
  } finally {
    features.value.close();
  }
}

/** Learns from the pictures as they are, without the copies: each costs as much as its features did. */
function fromScratch(run: Run, prepared: PreparedData, network: Network, kind: Kind) {
  const rows = prepared.rows.filter(({ variant }) => variant === 0);
  const { imageSize: size, seed } = run.config;
  const read = (own: readonly number[]): Float32Array => {
    const shown = own.map((row) => rows[row]!); // below the count
    return scaledPixels(shownPixels(run, prepared.images, shown), { offset: 0, scale: 1 / 255 });
  };
  const features = { count: rows.length, shape: [size, size, 3] as const, read, close: () => {} };
  return learnt(run, { ...prepared, rows, features }, kind, network.name, (shape, task) =>
    network.build(shape, task, seed),
  );
}

type Kind = PriceModel['scaler']['kind'];

async function learnt(
  run: Run,
  data: PreparedData,
  kind: Kind,
  name: string,
  build?: PriceTraining['build'],
) {
  const trained = await trainPriceModel(run, data, kind, { build });
  try {
    return await judged(run, data, trained, name, !build);
  } finally {
    trained.dispose();
  }
}

async function judged(run: Run, data: PreparedData, model: PriceModel, name: string, frozen = true) {
  const { epochs, bestEpoch, seconds } = model.history;
  const error = await validationError(run, data, model); // EUR cents
  const weights = trainableCount(model.layers);
  return { name, frozen, weights, epochs: epochs.length, bestEpoch, seconds, error };
}
