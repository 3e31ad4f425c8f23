import { command } from '../../../core/command';
import { ReportError } from '../../../core/errors';
import { text } from '../../../core/settings';
import { parseShard } from '../../../storage/shard';
import type { Config } from '../settings';
import { makeShard, mergeShards, type ShardedStage } from '../shards';

const options = {
  shard: text(null, 'make only this part, such as 2/8, counted from 1', { placeholder: 'N/COUNT' }),
};

const shardCommand = (stage: ShardedStage) =>
  command<Config, typeof options>({
    about: `Makes the ${stage} of the report, as a whole or in shards. What is there already is not made again.`,
    operands: ['[merge]', 'join what all shards made into the files that one run would have made'],
    settings: ['data', 'weights', 'imageSize', 'seed'],
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
