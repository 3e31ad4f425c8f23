import type { Provenance } from '../../core/concepts';
import { ReportError } from '../../core/errors';
import { random } from '../../core/random';
import type { ProgressDisplay } from '../../core/run';
import { whatIsWrong } from '../../images/prepare';
import { collect } from '../../report/collected';
import { type Answers, openAnswers } from '../../storage/answers';
import type { Client } from '../../storage/client';
import { blocksIn, genresOf, plainTitle } from './libretro';

/** Where the lists of genres and the pictures are, and where it says which pictures there are. */
export const coverServers = { raw: 'https://raw.githubusercontent.com', api: 'https://api.github.com' };

export interface CoverRequest {
  /** Consoles, as libretro calls them: `Nintendo - Game Boy`. */
  systems: readonly string[];
  /** Genres that are taken. */
  genres: readonly string[];
  /** Covers wanted, drawn from those of all consoles. */
  count: number;
  seed: number;
  folder: string;
  client: Client;
  servers?: typeof coverServers;
  signal?: AbortSignal;
  onWait?: (why: string) => void;
  onProgress?: ProgressDisplay['update'];
}

const provenance: Provenance = {
  origin: 'libretro-thumbnails and libretro-database, by npm run fetch -- covers (manifest.jsonl says when)',
  licence:
    'genres CC BY-SA 4.0 (libretro); covers belong to their publishers: for study, not to be passed on',
};

/** A cover that may be fetched. */
interface Cover {
  system: string;
  name: string;
  genres: readonly string[];
}

export interface CoverResult {
  covers: number;
  faults: readonly string[];
  /** Pictures that are none of the wanted: a link to another one, without a genre, of other genres. */
  left: { links: number; noGenre: number; otherGenre: number };
}

/**
 * Makes a data set of the study of box art and lists of genres that libretro has: `labels.csv` (file, class, title, system), `covers/`, `answers/` and
 * `manifest.jsonl`. Asked again it goes on where it was ended. Throws what `Answers.take` throws, after the table is written of what is there; `BAD_INPUT` for a console that is not there.
 */
export async function fetchCovers(request: CoverRequest): Promise<CoverResult> {
  const { systems, genres: wanted, count, seed, folder, client, signal, onWait, onProgress } = request;
  const left = { links: 0, noGenre: 0, otherGenre: 0 };
  const faults: string[] = [];
  const columns = ['file', 'class', 'title', 'system'];
  const set = { folder, onWait, signal, table: 'labels.csv', columns, provenance, items: 'covers' };
  return collect(set, async (rows) => {
    const answers = await openAnswers(folder, client);
    const all: Cover[] = [];
    for (const system of systems) all.push(...(await listCovers(request, answers, system, left)));
    const fitting = all.filter(({ genres }) => genres.some((genre) => wanted.includes(genre)));
    left.otherGenre = all.length - fitting.length;
    for (const { system, name, genres } of random(seed, 'covers').shuffle(fitting)) {
      if (rows.length >= count) break;
      const file = `covers/${system}/${name}.png`;
      const url = `${pictures(request, system)}/${encodeURIComponent(name)}.png`;
      const taken = await answers.take(url, file, { judge: whatIsWrong });
      const classes = genres.filter((genre) => wanted.includes(genre)).join(';');
      if ('fault' in taken) faults.push(`${file}: ${taken.fault}`);
      else rows.push([file, classes, plainTitle(name), system]);
      onProgress?.(rows.length, Math.min(count, fitting.length));
    }
    return { covers: rows.length, faults, left };
  });
}

const underscored = (system: string): string => encodeURIComponent(system.replaceAll(' ', '_'));

const pictures = ({ servers = coverServers }: CoverRequest, system: string): string =>
  `${servers.raw}/libretro-thumbnails/${underscored(system)}/master/Named_Boxarts`;

/** The covers of a console that have a genre. */
async function listCovers(
  { servers = coverServers }: CoverRequest,
  answers: Answers,
  system: string,
  left: CoverResult['left'],
): Promise<Cover[]> {
  const list = async (kind: 'genre' | 'no-intro') => {
    const file = `${kind}/${encodeURIComponent(system)}.dat`;
    const url = `${servers.raw}/libretro/libretro-database/master/metadat/${file}`;
    return answers.take(url, `answers/${kind}/${system}.dat`);
  };
  const genres = await list('genre');
  if ('fault' in genres) {
    const advice = 'Give names as libretro has them, such as "Nintendo - Game Boy"';
    throw new ReportError('BAD_INPUT', `There are no genres of "${system}" (${genres.fault}): ${advice}.`);
  }
  const cartridges = await list('no-intro'); // consoles with discs have none
  const trees = `${servers.api}/repos/libretro-thumbnails/${underscored(system)}/git/trees`;
  const top = await tree(answers, `${trees}/master`, `answers/folders/${system}.json`);
  const boxArt = top.find((entry) => entry.path === 'Named_Boxarts')?.sha ?? '';
  const entries = await tree(answers, `${trees}/${boxArt}`, `answers/covers/${system}.json`);
  const files = entries.filter((entry) => entry.path.endsWith('.png'));
  const names = files.filter(({ mode }) => mode !== '120000').map((entry) => entry.path.slice(0, -4));
  const text = async (taken: Awaited<ReturnType<Answers['take']>>) =>
    'fault' in taken ? '' : (await taken.body()).toString('utf8');
  const found = genresOf(names, blocksIn(await text(genres)), blocksIn(await text(cartridges)));
  const covers = names.map((name): Cover => ({ system, name, genres: found.get(name) ?? [] }));
  const labelled = covers.filter((cover) => cover.genres.length > 0);
  left.links += files.length - names.length;
  left.noGenre += names.length - labelled.length;
  return labelled;
}

/** An entry of a folder in a repository; `mode` tells links from files. */
interface Entry {
  path: string;
  mode: string;
  sha: string;
}

async function tree({ take }: Answers, url: string, file: string): Promise<Entry[]> {
  const understand = (body: Buffer): string | null => {
    try {
      return entriesIn(body) ? null : 'it is no list of files';
    } catch {
      return 'it is no JSON';
    }
  };
  const taken = await take(url, file, { understand });
  if ('fault' in taken) {
    throw new ReportError('BAD_INPUT', `There is no list of pictures at ${url} (${taken.fault}).`);
  }
  return entriesIn(await taken.body()) ?? [];
}

/** The entries of a whole list; null for what is none. */
function entriesIn(body: Buffer): Entry[] | null {
  const { tree, truncated } = JSON.parse(body.toString('utf8')) as { tree?: unknown; truncated?: unknown };
  if (!Array.isArray(tree) || truncated === true) return null;
  return tree.filter((entry) => typeof entry?.path === 'string');
}
