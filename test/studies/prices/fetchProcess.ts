import { createClient } from '../../../lib/storage/client';
import { fetchSteam } from '../../../lib/studies/prices/steamFetch';

/** Fetches from the server of a test in a process that can be killed: origin, folder, folder of the pace, ids. */
const [origin = '', folder = '', paceFolder = '', ids = ''] = process.argv.slice(2);
const pace = { gap: 0, most: 1e9, within: 0 };
const client = createClient({ origins: [origin], paceFolder, pace });
const servers = { store: origin, api: origin };
void fetchSteam({
  ids: async () => ids.split(','),
  count: 100,
  country: 'de',
  size: 'thumbnail',
  folder,
  client,
  servers,
});
