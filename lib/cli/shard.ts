import { ReportError } from '../core/errors';
import { parseShard } from '../storage/shard';
import { makeShard, mergeShards, type ShardedStage } from '../studies/prices/shards';
import { loadSettings, parseOptions, settingsOf } from './arguments';
import { runMain, terminalRun } from './terminal';

/** `npm run pictures` and `npm run features`: one stage of the report, as a whole or a shard of it. */
const usage = (stage: ShardedStage): string => `npm run ${stage} -- [merge] [options]

  merge             join what all shards made into the files that one run would have made
  --shard N/COUNT   make only this part of the ${stage}, such as 2/8 (counted from 1)
  --data DIR        folder with games.csv and screenshots/ (default: the generated sample)
  --weights FILE    Keras H5 file of a MobileNetV2 without top
  --image-size N    side of the network's input in pixels (96)
  --seed N          seed of everything drawn at random (42)
  --help            this text

What is there already is not made again. Other settings: see lib/config.ts.`;

const stages: readonly ShardedStage[] = ['pictures', 'features'];

runMain(async () => {
  const [name, ...args] = process.argv.slice(2);
  const stage = stages.find((known) => known === name);
  if (!stage)
    throw new ReportError('BAD_SETTING', `There is no stage "${name}": use ${stages.join(' or ')}.`);
  const { values, positionals } = parseOptions(args, { shard: { type: 'string' } }, usage(stage));
  if (values.help === true) return console.log(usage(stage));
  const merge = positionals.length === 1 && positionals[0] === 'merge';
  if (positionals.length > (merge ? 1 : 0) || (merge && values.shard !== undefined)) {
    throw new ReportError('BAD_SETTING', `"${positionals.join(' ')}" does not fit.\n\n${usage(stage)}`);
  }
  const settings = settingsOf(values, process.env.INIT_CWD ?? process.cwd());
  const run = terminalRun(loadSettings(process.env, settings));
  if (merge) {
    await mergeShards(run, stage);
    return console.log(`The ${stage} are merged.`);
  }
  const shard = parseShard(typeof values.shard === 'string' ? values.shard : '1/1');
  const made = await makeShard(run, stage, shard);
  console.log(
    `Shard ${shard.number}/${shard.count} of the ${stage}: ${made} rows made, the others were there.`,
  );
});
