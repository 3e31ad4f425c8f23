import { fetchSteam } from '../../../lib/studies/prices/steamFetch';

/** Fetches from the server of a test in a process that can be killed: origin, folder, folder of the pace, ids. */
const [origin = '', folder = '', paceFolder = '', ids = ''] = process.argv.slice(2);
const silent = { progress: () => ({ update: () => {}, done: () => {} }) };
const client = { origins: [origin], paceFolder, pace: { gap: 0, most: 1e9, within: 0 } };
const what = { ids: ids.split(','), count: 100, country: 'de', size: 'thumbnail' } as const;
void fetchSteam({ run: silent, ...what, folder, client, servers: { store: origin, api: origin } });
