import { ReportError } from '../../core/errors';
import { random } from '../../core/random';
import type { Answers } from '../../storage/answers';
import { steamServers, wrongJson } from './steamFetch';

/**
 * The ids of all games of the store, page by page; the client sends the key. They are in no order, so that the first of them are some of all. Throws
 * `DOWNLOAD_FAILED`, `INTERRUPTED`.
 */
export async function listedIds({ take }: Answers, { api } = steamServers): Promise<string[]> {
  const ids: string[] = [];
  const wanted = 'include_games=true&include_dlc=false&include_software=false&include_videos=false';
  for (let last = 0, more = true; more; ) {
    const url = `${api}/IStoreService/GetAppList/v1/?${wanted}&max_results=50000&last_appid=${last}`;
    const taken = await take(url, `answers/list/${last}.json`, { understand: wrongJson(pageIn) });
    if ('fault' in taken) {
      throw new ReportError('DOWNLOAD_FAILED', `The list of ids cannot be had: ${taken.fault}.`);
    }
    const page = pageIn(await taken.body());
    ids.push(...page.ids);
    more = page.more && page.last > last;
    last = page.last;
  }
  return random(42, 'appids').shuffle(ids);
}

/** Throws for what is no page. */
function pageIn(body: Buffer): { ids: string[]; more: boolean; last: number } {
  const { apps = [], have_more_results: more, last_appid: last } = JSON.parse(body.toString('utf8')).response;
  return {
    ids: apps.map(({ appid }: { appid: number }) => String(appid)),
    more: more === true,
    last: Number(last),
  };
}
