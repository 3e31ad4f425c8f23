import path from 'node:path';
import { command } from '../../../core/command';
import { whole } from '../../../core/settings';
import { searchTable } from '../../../report/searchTable';
import { prepareData } from '../preparedData';
import { defaultSearch, searchModel } from '../searchStage';
import { type Config, dataSettings } from '../settings';
import { formatPrice } from '../units';

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
  settings: [...dataSettings, 'weights', 'imageSize', 'seed'],
  options,
  run: async (run, { options: { trials } }) => {
    const prepared = await prepareData(run);
    try {
      const found = await searchModel(run, prepared, { ...defaultSearch, trials });
      searchTable(found.trials, { rungs: found.settings.rungs, format: formatPrice });
      console.log(`\nAlso in ${path.join(found.folder, 'search.json')}`);
    } finally {
      prepared.close();
    }
  },
});
