import path from 'node:path';
import { command } from '../../../core/command';
import { writeAtomic } from '../../../core/files';
import { dataName } from '../../../core/run';
import { whole } from '../../../core/settings';
import { splitsTable } from '../report/splitsTable';
import { type Config, dataSettings } from '../settings';
import { judgeSplits } from '../splits';

const options = { splits: whole(10, [1, 1000], 'how many, with the given seed and those after it') };

/** `npm run splits`: how much of the report's figures is the luck of one split. */
export const splits = command<Config, typeof options>({
  about:
    "Trains and judges the report's model on each split. Without data, each has a generated sample of its own.",
  settings: [...dataSettings, 'weights', 'imageSize', 'epochs', 'seed'],
  options,
  run: async (run, given) => {
    const { seed, work } = run.config;
    const seeds = Array.from({ length: given.options.splits }, (_, i) => seed + i);
    const results = await judgeSplits(run, seeds, (result) =>
      console.log(`Seed ${result.seed}: R² ${result.model.r2Log.toFixed(3)}`),
    );
    splitsTable(results);
    const file = path.join(work, 'splits', `${dataName(run.config)}.json`);
    await writeAtomic(file, `${JSON.stringify(results, null, 1)}\n`);
    console.log(`\nWritten: ${file}`);
  },
});
