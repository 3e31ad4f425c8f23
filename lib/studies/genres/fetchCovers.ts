import { ReportError } from '../../core/errors';
import { random } from '../../core/random';
import { whatIsWrong } from '../../images/prepare';
import { type Collection, type CollectRequest, collect, count } from '../../report/collected';
import type { Answers } from '../../storage/answers';
import { blocksIn, genresOf, plainTitle } from './libretro';

/** Where the lists of genres and the pictures are, and where it says which pictures there are. */
export const coverServers = { raw: 'https://raw.githubusercontent.com', api: 'https://api.github.com' };

export interface CoverRequest extends CollectRequest {
  /** Consoles, as libretro calls them: `Nintendo - Game Boy`. */
  systems: readonly string[];
  /** Genres that are taken. */
  genres: readonly string[];
  /** Covers wanted, drawn from those of all consoles. */
  count: number;
  seed: number;
  servers?: typeof coverServers;
}

const set = {
  ...{ table: 'labels.csv', columns: ['file', 'class', 'title', 'system'], items: 'covers' },
  provenance: {
    origin:
      'libretro-thumbnails and libretro-database, by npm run fetch -- covers (manifest.jsonl says when)',
    licence:
      'genres CC BY-SA 4.0 (libretro); covers belong to their publishers: for study, not to be passed on',
  },
};

/**
 * Makes a data set of the study of libretro's box art and lists of genres: `labels.csv`, `covers/`, `answers/` and `manifest.jsonl` with what was asked and
 * when. Asked again it goes on where it was ended. Throws `BAD_INPUT` for a console that is not there, `DOWNLOAD_FAILED`, `INTERRUPTED`, `DISK_FULL`, `BROKEN_STAGE`.
 */
export const fetchCovers = (request: CoverRequest): Promise<Collection> =>
  collect(request, set, async (answers, found, onProgress) => {
    const { rows, faults } = found;
    const all: Cover[] = [];
    for (const system of request.systems) {
      for (const cover of await listCovers(request, answers, found, system)) all.push(cover);
    }
    for (const { system, name, genres, url } of random(request.seed, 'covers').shuffle(all)) {
      if (rows.length >= request.count) break;
      const file = `covers/${system}/${name}.png`;
      const taken = await answers.take(url, file, whatIsWrong);
      if ('fault' in taken) faults.push(`${file}: ${taken.fault}`);
      else rows.push([file, genres.join(';'), plainTitle(name), system]);
      onProgress(Math.min(request.count, all.length));
    }
    count(found, 'of the genres', all.length);
  });

interface Cover {
  system: string;
  name: string;
  genres: readonly string[];
  url: string;
}

/** The covers of a console that have one of the genres; the others are counted. */
async function listCovers(
  { servers: { raw, api } = coverServers, genres }: CoverRequest,
  answers: Answers,
  collection: Collection,
  system: string,
): Promise<Cover[]> {
  const repository = `libretro-thumbnails/${encodeURIComponent(system.replaceAll(' ', '_'))}`;
  const list = (kind: string) => {
    const file = `metadat/${kind}/${encodeURIComponent(system)}.dat`;
    return answers.take(`${raw}/libretro/libretro-database/master/${file}`, `answers/${kind}/${system}.dat`);
  };
  const folder = (name: string, kind: string) =>
    answers.json(`${api}/repos/${repository}/git/trees/${name}`, `answers/${kind}/${system}.json`, entriesIn);
  const labels = await list('genre');
  const cartridges = await list('no-intro'); // consoles with discs have none
  const top = await folder('master', 'folders');
  const boxArt = 'fault' in top ? '' : top.value.find(({ path }) => path === 'Named_Boxarts')?.sha;
  const files = 'fault' in top ? top : await folder(boxArt ?? 'none', 'covers');
  if ('fault' in labels || 'fault' in files) {
    const why = 'fault' in labels ? labels.fault : 'fault' in files ? files.fault : '';
    const advice = 'Give names as libretro has them, such as "Nintendo - Game Boy"';
    throw new ReportError('BAD_INPUT', `There are no covers with genres of "${system}" (${why}). ${advice}.`);
  }
  const names = files.value.flatMap(({ path, mode }) => {
    if (mode === '120000') count(collection, 'links to another cover');
    return path.endsWith('.png') && mode !== '120000' ? path.slice(0, -4) : [];
  });
  const more = 'fault' in cartridges ? '' : cartridges.body.toString('utf8');
  const found = genresOf(names, blocksIn(labels.body.toString('utf8')), blocksIn(more));
  return names.flatMap((name) => {
    const own = found.get(name) ?? [];
    const wanted = own.filter((genre) => genres.includes(genre));
    if (wanted.length === 0) count(collection, own.length === 0 ? 'without a genre' : 'of other genres');
    const url = `${raw}/${repository}/master/Named_Boxarts/${encodeURIComponent(name)}.png`;
    return wanted.length > 0 ? { system, name, genres: wanted, url } : [];
  });
}

/** The entries of a folder in a repository; `mode` tells links from files. Throws for what is no whole list. */
function entriesIn(answer: unknown): { path: string; mode: string; sha: string }[] {
  const { tree, truncated } = answer as { tree?: unknown; truncated?: unknown };
  if (Array.isArray(tree) && truncated !== true)
    return tree.filter((entry) => typeof entry?.path === 'string');
  throw new Error('it is no whole list of files');
}
