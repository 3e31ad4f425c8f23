import { command } from '../../../core/command';
import { ReportError } from '../../../core/errors';
import { text } from '../../../core/settings';
import { dealRows } from '../../../data/partRows';
import { fillPictures } from '../../../images/pictureStage';
import { mergeStore, missingPictures, openStore } from '../../../images/store';
import { openBackbone } from '../../../networks/backbones';
import {
  type FeaturePlan,
  featureRows,
  fillFeatures,
  mergeFeatures,
  planFeatures,
} from '../../../networks/featureStage';
import { parseShard, type Shard } from '../../../storage/shard';
import { selectGames } from '../games';
import { planPictures } from '../preparedData';
import { type Config, dataSettings, type Run } from '../settings';

const options = {
  shard: text(null, 'make only this part, such as 2/8, counted from 1', { placeholder: 'N/COUNT' }),
};

const shardCommand = (stage: ShardedStage) =>
  command<Config, typeof options>({
    about: `Makes the ${stage} of the report, as a whole or in shards. What is there already is not made again.`,
    operands: ['[merge]', 'join what all shards made into the files that one run would have made'],
    settings: [...dataSettings, 'weights', 'imageSize', 'seed'],
    options,
    run: async (run, { options: { shard: part }, operands }) => {
      const merge = operands.length === 1 && operands[0] === 'merge';
      if (operands.length > (merge ? 1 : 0) || (merge && part !== null)) {
        throw new ReportError(
          'BAD_SETTING',
          `"${operands.join(' ')}" does not fit: see npm run ${stage} -- --help.`,
        );
      }
      if (merge) {
        await mergeShards(run, stage);
        return console.log(`The ${stage} are merged.`);
      }
      const shard = parseShard(part ?? '1/1');
      const made = await makeShard(run, stage, shard);
      console.log(
        `Shard ${shard.number}/${shard.count} of the ${stage}: ${made} rows made, the others were there.`,
      );
    },
  });

/** `npm run pictures`: one stage of the report, as a whole or a shard of it. */
export const pictures = shardCommand('pictures');

/** `npm run features`, likewise. */
export const features = shardCommand('features');

/** What can be made in shards. Pictures come first: features are made of all of them. */
export type ShardedStage = 'pictures' | 'features';

/** Makes what is missing of one shard of a stage and gives the number of rows made. Throws `BAD_STORE` for features while pictures are missing. */
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
  const missing = missingPictures(folder, settings.size, wanted).length;
  if (missing > 0) {
    const advice = 'run "npm run pictures" with the same options first';
    throw new ReportError(
      'BAD_STORE',
      `${missing} of ${wanted.length} pictures are not prepared yet: ${advice}.`,
    );
  }
  const store = openStore(folder, settings.size, wanted);
  try {
    const rows = featureRows(dealRows(store, selection.split), run.config.variants);
    return await use(planFeatures(run, store, await openBackbone(run), rows));
  } finally {
    store.close();
  }
}
