import { ReportError } from '../../core/errors';
import { random } from '../../core/random';
import { whatIsWrong } from '../../images/prepare';
import { type Collection, type CollectRequest, collect, count } from '../../report/collected';
import type { Answers } from '../../storage/answers';
import { columns, detailsIn, kindOf, pageIn, pictureAddresses, rowOf } from './steam';

/** Where the store and its lists are. */
export const steamServers = { store: 'https://store.steampowered.com', api: 'https://api.steampowered.com' };

export interface SteamRequest extends CollectRequest {
  /** In the order in which they are tried, or `all` of the store in any. */
  ids: readonly string[] | 'all';
  /** Games wanted. */
  count: number;
  /** Two letters, in lower case: whose prices are asked for. */
  country: string;
  size: 'thumbnail' | 'full';
  servers?: typeof steamServers;
}

const set = {
  ...{ table: 'games.csv', columns, items: 'games' },
  provenance: {
    origin: "Steam's store, by npm run fetch -- steam (manifest.jsonl says when)",
    licence: 'texts and pictures belong to the publishers of the games: for study, not to be passed on',
  },
};

/** Makes a data set of the price study from the store, or goes on with it. Throws `DOWNLOAD_FAILED`, `INTERRUPTED`, `DISK_FULL`, `BROKEN_STAGE`. */
export const fetchSteam = (request: SteamRequest): Promise<Collection> =>
  collect(request, set, async (answers, found, onProgress) => {
    const ids = request.ids === 'all' ? await listedIds(request, answers) : request.ids;
    for (const id of ids) {
      if (found.rows.length >= request.count) break;
      await fetchGame(request, answers, found, id);
      onProgress(Math.min(request.count, ids.length));
    }
  });

/** One id: counted by its kind, and for a game its row and pictures. */
async function fetchGame(
  { country, size, servers = steamServers }: SteamRequest,
  answers: Answers,
  found: Collection,
  id: string,
): Promise<void> {
  const address = `${servers.store}/api/appdetails?appids=${id}&cc=${country}&l=english`;
  const told = await answers.json(address, `answers/details/${country}/${id}.json`, (answer) =>
    detailsIn(answer, id),
  );
  if ('fault' in told) {
    found.faults.push(`${id}: ${told.fault}`);
    return count(found, 'no-answer');
  }
  const kind = kindOf(id, told.value);
  if (told.value === null || (kind !== 'game' && kind !== 'free')) return count(found, kind);
  const files: string[] = [];
  for (const [i, url] of pictureAddresses(told.value, size).entries()) {
    const name = size === 'full' ? `${i}.full.jpg` : `${i}.jpg`;
    const taken = await answers.take(url, `screenshots/${id}/${name}`, whatIsWrong);
    if ('fault' in taken) found.faults.push(`${id}, ${name}: ${taken.fault}`);
    else files.push(name);
  }
  if (files.length === 0) return count(found, 'no-pictures');
  const question = 'json=1&language=all&purchase_type=all&num_per_page=0';
  const reviews = await answers.json(
    `${servers.store}/appreviews/${id}?${question}`,
    `answers/reviews/${id}.json`,
    (answer) => answer,
  );
  if ('fault' in reviews) found.faults.push(`${id}: ${reviews.fault}`);
  found.rows.push(rowOf(id, told.value, 'fault' in reviews ? null : reviews.value, files));
  count(found, kind);
  count(found, 'pictures', files.length);
}

/** The ids of all games of the store, page by page; the client sends the key. They are shuffled, so that the first of them are some of all. */
async function listedIds(
  { servers: { api } = steamServers }: SteamRequest,
  answers: Answers,
): Promise<string[]> {
  const ids: string[] = [];
  const wanted = 'include_games=true&include_dlc=false&include_software=false&include_videos=false';
  let next: number | null = 0;
  while (next !== null) {
    const last: number = next;
    const url = `${api}/IStoreService/GetAppList/v1/?${wanted}&max_results=50000&last_appid=${last}`;
    const page = await answers.json(url, `answers/list/${last}.json`, pageIn);
    if ('fault' in page) {
      throw new ReportError('DOWNLOAD_FAILED', `The list of ids cannot be had: ${page.fault}.`);
    }
    for (const id of page.value.ids) ids.push(id);
    next = page.value.last === last ? null : page.value.last;
  }
  return random(42, 'appids').shuffle(ids);
}
