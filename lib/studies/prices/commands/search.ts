import path from 'node:path';
import { command } from '../../../core/command';
import { whole } from '../../../core/settings';
import { searchTable } from '../../../report/searchTable';
import { prepareData } from '../preparedData';
import { defaultSearch, searchModel } from '../searchStage';
import type { Config } from '../settings';
import { formatEuros } from '../units';

const { rungs } = defaultSearch;
const options = {
  trials: whole(
    defaultSearch.trials,
    [1, 10_000],
    `heads that are tried; after ${rungs.join(', then ')} epochs the best third goes on`,
  ),
};

/** `npm run search`: looks for better settings of the head. */
export const search = command<Config, typeof options>({
  about: 'The first trials are the settings of the report, with each target that it may learn.',
  settings: ['data', 'weights', 'imageSize', 'seed'],
  options,
  run: async (run, { options: { trials } }) => {
    const prepared = await prepareData(run);
    try {
      const progress = run.progress('Heads trained to a rung');
      const plan = { ...defaultSearch, trials };
      const found = await searchModel(run, prepared, plan, (_trial, _rung, done, total) =>
        progress.update(done, total),
      );
      if (!found.reused) progress.done();
      searchTable(found.value.trials, { rungs: found.value.settings.rungs, format: formatEuros });
      const file = path.join(found.folder, 'search.json');
      console.log(`\n${found.reused ? 'Found by an earlier search' : 'Written'}: ${file}`);
    } finally {
      prepared.close();
    }
  },
});
