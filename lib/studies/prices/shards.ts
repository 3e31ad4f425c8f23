import { dealRows } from '../../data/partRows';
import { fillPictures } from '../../images/pictureStage';
import { mergeStore, openStore } from '../../images/store';
import {
  baseWeights,
  type FeaturePlan,
  featureRows,
  fillFeatures,
  mergeFeatures,
  planFeatures,
} from '../../networks/featureStage';
import type { Shard } from '../../storage/shard';
import { selectGames } from './games';
import { planPictures } from './preparedData';
import type { Run } from './settings';

/** What can be made in shards. Pictures come first: features are made of all of them. */
export type ShardedStage = 'pictures' | 'features';

/**
 * Makes one shard of a stage, or what is missing of it, and gives the number of rows made. Each can be made in a process or on a machine of its own, as long
 * as all write into one `data/` folder. Throws `BAD_STORE` for features while pictures are missing, and what preparing or computing throws.
 */
export async function makeShard(run: Run, stage: ShardedStage, shard: Shard): Promise<number> {
  if (stage === 'pictures') return fillPictures(run, await planPictures(run, await selectGames(run)), shard);
  return withFeaturePlan(run, (plan) => fillFeatures(run, plan, shard));
}

/** Joins what all shards made into the very files that one run would have made. Throws `BAD_STORE` when a shard is missing. */
export async function mergeShards(run: Run, stage: ShardedStage): Promise<void> {
  if (stage === 'features') return withFeaturePlan(run, (plan) => mergeFeatures(run, plan));
  const { folder, settings, wanted } = await planPictures(run, await selectGames(run));
  return mergeStore(folder, settings.size, wanted, { signal: run.signal });
}

async function withFeaturePlan<T>(run: Run, use: (plan: FeaturePlan) => Promise<T>): Promise<T> {
  const selection = await selectGames(run);
  const { folder, settings, wanted } = await planPictures(run, selection);
  const store = openStore(folder, settings.size, wanted);
  try {
    const rows = featureRows(dealRows(store, selection.split), run.config.variants);
    return await use(planFeatures(run, store, await baseWeights(run), rows));
  } finally {
    store.close();
  }
}
