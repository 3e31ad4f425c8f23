import type { Provenance } from '../../core/concepts';
import type { ProgressDisplay } from '../../core/run';
import { whatIsWrong } from '../../images/prepare';
import { collect } from '../../report/collected';
import { formatCount } from '../../report/format';
import { type Answers, openAnswers } from '../../storage/answers';
import type { Client } from '../../storage/client';
import { columns, type Details, detailsIn, type Kind, kindOf, pictureAddresses, rowOf } from './steam';

/** Where the store and its lists are. */
export const steamServers = { store: 'https://store.steampowered.com', api: 'https://api.steampowered.com' };

/** All that are asked: pictures lie on several. */
export const steamOrigins = [
  ...Object.values(steamServers),
  'https://*.steamstatic.com',
  'https://*.akamaihd.net',
];

export interface SteamRequest {
  /** Gives the ids in the order in which they are tried. */
  ids: (answers: Answers) => Promise<readonly string[]>;
  /** Games wanted. */
  count: number;
  /** ISO 3166 code of the country whose prices are asked for. */
  country: string;
  size: 'thumbnail' | 'full';
  folder: string;
  client: Client;
  servers?: typeof steamServers;
  signal?: AbortSignal;
  onWait?: (why: string) => void;
  onProgress?: ProgressDisplay['update'];
}

const provenance: Provenance = {
  origin: "Steam's store, by npm run fetch -- steam (manifest.jsonl says when)",
  licence: 'texts and pictures belong to the publishers of the games: for study, not to be passed on',
};

/** What was found, by kind, with how many pictures came and how many did not. */
export interface SteamResult {
  games: number;
  pictures: number;
  faults: readonly string[];
  kinds: Readonly<Partial<Record<Kind | 'no-answer', number>>>;
}

/**
 * Makes a data set of the price study of the store's answers: `games.csv`, `screenshots/<appid>/<n>.jpg`, `answers/` as they came and
 * `manifest.jsonl` with what was asked and when. Asked again it goes on where it was ended. Throws what `Answers.take` throws, after `games.csv` is written of what is there.
 */
export async function fetchSteam(request: SteamRequest): Promise<SteamResult> {
  const { count, folder, client, signal, onWait, onProgress } = request;
  const kinds: Partial<Record<Kind | 'no-answer', number>> = {};
  const faults: string[] = [];
  let pictures = 0;
  const set = { folder, onWait, signal, table: 'games.csv', columns, provenance, items: 'games' };
  return collect(set, async (rows) => {
    const answers = await openAnswers(folder, client);
    const ids = await request.ids(answers);
    for (const id of ids) {
      if (rows.length >= count) break;
      const game = await fetchGame(request, answers, id, faults);
      kinds[game.kind] = (kinds[game.kind] ?? 0) + 1;
      if (game.row) rows.push(game.row);
      pictures += game.pictures;
      onProgress?.(rows.length, Math.min(count, ids.length), kindsText(kinds));
    }
    return { games: rows.length, pictures, kinds, faults };
  });
}

/** `3 dlc, 1 demo` */
export const kindsText = (kinds: SteamResult['kinds']): string =>
  Object.entries(kinds)
    .map(([kind, count]) => `${formatCount(count)} ${kind}`)
    .join(', ');

/** One id: its kind, and for a game its row and pictures. */
async function fetchGame(
  { country, size, servers = steamServers }: SteamRequest,
  { take }: Answers,
  id: string,
  faults: string[],
): Promise<{ kind: Kind | 'no-answer'; row?: string[]; pictures: number }> {
  const details = await take(
    `${servers.store}/api/appdetails?appids=${id}&cc=${country}&l=english`,
    `answers/details/${country}/${id}.json`,
    { understand: wrongJson((body) => detailsIn(body, id)) },
  );
  if ('fault' in details) {
    faults.push(`${id}: ${details.fault}`);
    return { kind: 'no-answer', pictures: 0 };
  }
  const found = detailsIn(await details.body(), id);
  const kind = kindOf(id, found);
  if (found === null || (kind !== 'game' && kind !== 'free')) return { kind, pictures: 0 };
  const files = await fetchPictures(found, id, size, take, faults);
  if (files.length === 0) return { kind: 'no-pictures', pictures: 0 };
  const reviews = await take(
    `${servers.store}/appreviews/${id}?json=1&language=all&purchase_type=all&num_per_page=0`,
    `answers/reviews/${id}.json`,
    { understand: wrongJson((body) => JSON.parse(body.toString('utf8'))) },
  );
  if ('fault' in reviews) faults.push(`${id}: ${reviews.fault}`);
  const review: unknown = 'fault' in reviews ? null : JSON.parse((await reviews.body()).toString('utf8'));
  return { kind, row: rowOf(id, found, review, files), pictures: files.length };
}

async function fetchPictures(
  details: Details,
  id: string,
  size: SteamRequest['size'],
  take: Answers['take'],
  faults: string[],
): Promise<string[]> {
  const files: string[] = [];
  for (const [i, url] of pictureAddresses(details, size).entries()) {
    const name = size === 'full' ? `${i}.full.jpg` : `${i}.jpg`;
    const taken = await take(url, `screenshots/${id}/${name}`, { judge: whatIsWrong });
    if ('fault' in taken) faults.push(`${id}, ${name}: ${taken.fault}`);
    else files.push(name);
  }
  return files;
}

/** Says why an answer cannot be read, or null. */
export const wrongJson =
  (read: (body: Buffer) => unknown) =>
  (body: Buffer): string | null => {
    try {
      read(body);
      return null;
    } catch (error) {
      return `the answer is not what it should be (${error instanceof Error ? error.message : error})`;
    }
  };
