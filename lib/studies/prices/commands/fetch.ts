import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { command } from '../../../core/command';
import { ReportError } from '../../../core/errors';
import { choice, place, text, whole } from '../../../core/settings';
import { sayCollected } from '../../../report/collected';
import type { Config } from '../settings';
import { idsIn, knownGames } from '../steam';
import { fetchSteam, steamServers } from '../steamFetch';

const options = {
  count: whole(100, [1, 100_000], 'games with pictures; a game takes a quarter of a minute'),
  appids: place(null, 'FILE', 'a file with the appids to try. Without one, those of --list'),
  list: choice('known', ['known', 'key'], 'some 75 known games, or all of the store by STEAM_API_KEY'),
  country: text('de', 'whose prices and currency', {
    ...{ pattern: /^[a-z]{2}$/, expected: 'a code of two small letters, such as de', placeholder: 'CODE' },
  }),
  size: choice('thumbnail', ['thumbnail', 'full'], '600 × 338 or 1920 × 1080 pixels'),
  data: place(null, 'DIR', 'folder of the data set. Without one, data/prices/steam'),
};

/** `npm run fetch -- steam`. */
export const fetchCommand = command<Config, typeof options>({
  about:
    "Makes a data set of Steam's store: a request a second, 200 in five minutes. Run it again to go on where it was ended.",
  settings: [],
  options,
  run: async (run, { options: { data, appids, list, ...given } }) => {
    const folder = data ?? path.join(run.config.work, 'steam');
    const key = process.env.STEAM_API_KEY ?? '';
    if (list === 'key' && key === '') {
      const advice =
        'set STEAM_API_KEY to one of https://steamcommunity.com/dev/apikey; it is written nowhere';
      throw new ReportError('BAD_SETTING', `--list key needs a key of Steam's Web API: ${advice}.`);
    }
    const { store, api } = steamServers;
    const origins = [store, api, 'https://*.steamstatic.com', 'https://*.akamaihd.net']; // pictures lie on several
    const headers = (origin: string): Record<string, string> =>
      origin === api ? { 'x-webapi-key': key } : {};
    const ids = appids !== null ? await idsOf(appids) : list === 'key' ? 'all' : knownGames;
    const found = await fetchSteam({ ...given, run, folder, ids, client: { origins, headers } });
    sayCollected(found, folder);
    if (found.rows.length < given.count)
      console.log('For more games name more ids, by --appids or --list key.');
    console.log(`\nNow: npm run report -- --data ${folder}`);
  },
});

async function idsOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ReportError('NO_TABLE', `${file} cannot be read: give a file with appids.`, { cause });
  });
  const { ids, malformed } = idsIn(text, file);
  if (malformed.length > 0) console.log(`${malformed.length} are no appids, such as "${malformed[0]}".`);
  if (ids.length > 0) return ids;
  throw new ReportError('EMPTY_TABLE', `${file} has no appids: write one a line.`);
}
