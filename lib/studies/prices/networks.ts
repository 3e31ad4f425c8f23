import type { Network } from '../../core/concepts';
import { ReportError } from '../../core/errors';
import { dataName, stageFolder, withProgress } from '../../core/run';
import { backboneNames } from '../../core/settings';
import { jsonStage, type Staged } from '../../core/stage';
import { type BaseWeights, scaledPixels } from '../../networks/backbone';
import { openBackbone } from '../../networks/backbones';
import { computeFeatures, shownPixels } from '../../networks/featureStage';
import { smallCnn, vggLike } from '../../networks/smallCnn';
import { trainableCount } from '../../networks/summary';
import { validationError } from './predictions';
import type { PreparedData } from './preparedData';
import { type PriceModel, type PriceTraining, trainPriceModel } from './priceModel';
import type { Run } from './settings';

export type NetworkResult = Awaited<ReturnType<typeof judged>>;

/** Networks on the same split, each by its error on validation games, and why those are missing that are. */
export interface NetworkComparison {
  rows: NetworkResult[];
  missing: string[];
}

/** The head on every backbone that can be had, and networks that learn from their first weights, beside `model`; or what an earlier run found. */
export async function compareNetworks(
  run: Run,
  prepared: PreparedData,
  model: Staged<PriceModel>,
): Promise<NetworkComparison> {
  const own = prepared.weights;
  const found = await others(run, own);
  const { kind } = model.scaler;
  const { value } = await jsonStage<NetworkComparison>({
    name: 'networks',
    version: 1,
    folder: stageFolder(run.config, 'models', `${dataName(run.config)}-networks`),
    inputs: { model: model.key, others: found.map(({ weights, missing }) => weights?.sha256 ?? missing) },
    file: 'networks.json',
    make: () =>
      withProgress(run, 'Networks', async (onProgress) => {
        const rows = [await judged(run, prepared, model, own.architecture)];
        const total = found.length + scratch.length + 1;
        for (const { weights } of found) {
          onProgress(rows.length, total);
          if (weights) rows.push(await onBackbone(run, prepared, weights, kind));
        }
        for (const network of scratch) {
          onProgress(rows.length, total);
          rows.push(await fromScratch(run, prepared, network, kind));
        }
        onProgress(total, total);
        return { rows, missing: found.flatMap(({ missing }) => missing ?? []) };
      }),
  });
  return value;
}

/** Networks that learn from their first weights. */
const scratch: readonly Network[] = [smallCnn, vggLike];

/** The backbones beside that of the run, or why one cannot be had. */
async function others(run: Run, own: BaseWeights) {
  const found: { weights?: BaseWeights; missing?: string }[] = [];
  for (const backbone of backboneNames) {
    try {
      const weights = await openBackbone({ ...run, config: { ...run.config, weights: null, backbone } });
      const named = backbone === run.config.backbone || weights.warning === null;
      if (weights.sha256 === own.sha256 && named) continue;
      found.push(weights.warning === null ? { weights } : { missing: `${backbone}: ${weights.warning}` });
    } catch (error) {
      if (!(error instanceof ReportError) || error.code === 'INTERRUPTED') throw error;
      found.push({ missing: `${backbone}: ${error.message}` });
    }
  }
  return found;
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
