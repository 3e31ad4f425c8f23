import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { command } from '../../../core/command';
import { ReportError } from '../../../core/errors';
import { withProgress } from '../../../core/run';
import { choice, place, text, whole } from '../../../core/settings';
import { createClient } from '../../../storage/client';
import type { Config } from '../settings';
import { idsIn, knownGames } from '../steam';
import { fetchSteam, kindsText, type SteamRequest, steamOrigins, steamServers } from '../steamFetch';
import { listedIds } from '../steamList';

const options = {
  count: whole(100, [1, 100_000], 'games with pictures; a game takes a quarter of a minute'),
  appids: place(null, 'FILE', 'a file with the appids to try. Without one, those of --list'),
  list: choice('known', ['known', 'key'], 'some 75 known games, or all of the store by STEAM_API_KEY'),
  country: text('de', 'whose prices and currency', {
    pattern: /^[a-z]{2}$/i,
    expected: 'a code of two letters, such as de or us',
    placeholder: 'CODE',
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
  run: async ({ config, progress, signal }, { options: given }) => {
    const folder = given.data ?? path.join(config.work, 'steam');
    const key = process.env.STEAM_API_KEY ?? '';
    const onWait = (why: string): void => console.log(`  ${why}`);
    const headers = (origin: string): Record<string, string> =>
      origin === steamServers.api ? { 'x-webapi-key': key } : {};
    const client = createClient({ origins: steamOrigins, headers, signal, onWait });
    const ids = await wantedIds(given, key);
    const { count, size } = given;
    const country = given.country.toLowerCase();
    const request = { ids, count, country, size, folder, client, signal, onWait };
    const result = await withProgress({ progress }, 'Games', (onProgress) =>
      fetchSteam({ ...request, onProgress }),
    );
    console.log(`${result.games} games with ${result.pictures} pictures in ${folder}.`);
    console.log(`Of the ids that were tried: ${kindsText(result.kinds)}.`);
    for (const fault of result.faults.slice(0, 5)) console.log(`  ${fault}`);
    if (result.faults.length > 5) console.log(`  and ${result.faults.length - 5} more like these`);
    if (result.games < count) console.log(`${count} were wanted: name more ids by --appids or --list key.`);
    console.log(`\nNow: npm run report -- --data ${folder}`);
  },
});

/** Where the ids to try come from. */
async function wantedIds(
  { appids, list }: { appids: string | null; list: string },
  key: string,
): Promise<SteamRequest['ids']> {
  if (appids !== null) {
    const text = await readFile(appids, 'utf8').catch((cause: unknown) => {
      throw new ReportError('NO_TABLE', `${appids} cannot be read: give a file with appids.`, { cause });
    });
    const { ids, malformed } = idsIn(text);
    if (malformed.length > 0) console.log(`${malformed.length} are no appids, such as "${malformed[0]}".`);
    if (ids.length > 0) return async () => ids;
    throw new ReportError('EMPTY_TABLE', `${appids} has no appids: write one a line.`);
  }
  if (list === 'known') return async () => idsIn(knownGames).ids;
  if (key !== '') return listedIds;
  const advice =
    'Get one at https://steamcommunity.com/dev/apikey and set STEAM_API_KEY; it is written nowhere.';
  throw new ReportError('BAD_SETTING', `--list key needs a key of Steam's Web API. ${advice}`);
}
