import { existsSync } from 'node:fs';
import path from 'node:path';
import { ReportError } from '../../core/errors';
import { mapBounded } from '../../core/pool';
import { listFolder } from '../../data/folders';
import { byId } from '../../data/split';
import type { PictureFile } from '../../images/pictureKey';
import type { Catalogue, Game } from './catalogue';
import { type AppId, parseAppId } from './units';

/** Which pictures belong to which game. */
export interface ScreenshotIndex {
  /** The data folder. */
  folder: string;
  /** Games with at least one picture, by ascending numeric appid; pictures in the table's order, else by name, 2 before 10. */
  games: ReadonlyMap<AppId, readonly PictureFile[]>;
  /** Games of the table that have none, ascending. */
  withoutPictures: readonly AppId[];
  /** Folders whose pictures no game of the table claims, ascending. */
  withoutGame: readonly { folder: string; images: number }[];
  /** Folders whose name is not an appid. */
  malformedFolders: readonly string[];
  /** Files that rows list and that are not there. */
  missing: readonly PictureFile[];
  /** Files in the folders of games that list others, and loose ones, which no row lists. */
  unlisted: readonly string[];
}

const collator = new Intl.Collator('en', { numeric: true });
const FOLDERS_AT_ONCE = 32; // directory reads in flight: enough to hide a slow disk's latency, far below any limit of open files

/** Finds the pictures of `games`: those the table lists, or else all in `folder/screenshots/<appid>/`. Throws `NO_SCREENSHOTS`. */
export async function indexScreenshots(folder: string, games: readonly Game[]): Promise<ScreenshotIndex> {
  const root = path.join(folder, 'screenshots');
  const top = await listFolder(root).catch((error: unknown) => {
    throw noScreenshots(folder, error);
  });
  const contents = await readFolders(root, top.folders);
  const folders = new Set(top.folders);
  const loose = new Set([...top.files, ...top.hidden]);
  const inFolders = new Map([...contents].map(([name, files]) => [name, new Set(files)]));
  const isThere = (name: string): boolean => {
    const [first = '', second, ...deeper] = name.split('/');
    if (second === undefined) return loose.has(first);
    const listed = deeper.length === 0 && !second.startsWith('.');
    return listed
      ? inFolders.get(first)?.has(second) === true
      : folders.has(first) && existsSync(path.join(root, name));
  };
  const found = new Map<AppId, readonly PictureFile[]>();
  const missing: PictureFile[] = [];
  const listedThere = new Set<string>();
  const withoutPictures: AppId[] = [];
  for (const { id, screenshots, otherNames } of [...games].sort(ascending)) {
    // With a slash a name counts from screenshots/ first; without one, from the game's own folder.
    const places = (name: string): string[] => {
      const both = [`${id}/${name}`, name];
      return name.includes('/') && folders.has(name.split('/')[0] ?? '') ? both.reverse() : both;
    };
    const own = contents.get(id)?.map((name) => `${id}/${name}`) ?? [];
    const files = new Set(screenshots.length > 0 ? [] : own);
    for (const listed of screenshots) {
      const names = [listed, ...(otherNames?.get(listed) ?? [])].flatMap(plainNames);
      const there = names.flatMap(places).filter(isThere);
      const [file] = there;
      if (file === undefined) missing.push({ id, file: `screenshots/${places(names[0] ?? listed)[0]}` });
      else files.add(file);
      for (const other of there) listedThere.add(other); // the same in another size
    }
    for (const file of files) listedThere.add(file);
    if (files.size === 0) withoutPictures.push(id);
    else
      found.set(
        id,
        [...files].map((file) => ({ id, file: `screenshots/${file}` })),
      );
  }
  const claimed = new Set<string>(games.map(({ id }) => id));
  const sorted = [...folders].sort(collator.compare);
  return {
    folder,
    games: found,
    withoutPictures,
    withoutGame: sorted
      .filter((name) => parseAppId(name) === name && !claimed.has(name))
      .map((name) => ({ folder: name, images: contents.get(name)?.length ?? 0 }))
      .filter(({ images }) => images > 0),
    malformedFolders: sorted.filter((name) => parseAppId(name) !== name && !claimed.has(name)),
    missing,
    unlisted: [
      ...top.files,
      ...sorted.flatMap((name) =>
        claimed.has(name) ? contents.get(name)!.map((file) => `${name}/${file}`) : [],
      ), // read above
    ].filter((file) => !listedThere.has(file)),
  };
}

export function noScreenshots(folder: string, cause?: unknown): ReportError {
  const root = path.join(folder, 'screenshots');
  const message = `There is no folder ${root}: put each game's pictures in ${path.join(root, '<appid>')}, or say with --pictures where they are.`;
  return new ReportError('NO_SCREENSHOTS', message, { cause });
}

/** The games of the table that have pictures, by ascending appid. Throws `NO_OVERLAP` when there is none. */
export function alignedGames(catalogue: Catalogue, index: ScreenshotIndex): Game[] {
  const aligned = catalogue.games.filter(({ id }) => index.games.has(id)).sort(ascending);
  if (aligned.length > 0) return aligned;
  const [gone] = index.missing;
  if (gone) {
    throw new ReportError(
      'NO_OVERLAP',
      `None of the ${index.missing.length} pictures that ${catalogue.file} lists is there, such as ${path.join(index.folder, gone.file)}: put ` +
        'them there under these names, or leave the column screenshots empty to take all files in the folder of each game.',
    );
  }
  const rows = catalogue.games.slice(0, 3).map(({ id }) => id);
  const folders = [...index.withoutGame.map(({ folder }) => folder), ...index.malformedFolders].slice(0, 3);
  throw new ReportError(
    'NO_OVERLAP',
    `No game of ${catalogue.file} has pictures in ${path.join(index.folder, 'screenshots')}: the table has appids such as ` +
      `${rows.join(', ')}, the folders are called ${folders.join(', ') || '(there are none)'}. Name each folder after its appid.`,
  );
}

/** Passes `games` on when there are at least ten of them; throws `TOO_FEW_ITEMS`, with what to do, otherwise. */
export function requireGames(
  games: readonly Game[],
  todo = 'add games to games.csv and screenshots/',
): readonly Game[] {
  if (games.length >= 10) return games;
  throw new ReportError(
    'TOO_FEW_ITEMS',
    `Only ${games.length} games have both a price and pictures and are kept, and a split by game needs at least 10: ${todo}.`,
  );
}

const ascending = (a: Game, b: Game): number => byId(a.id, b.id);

/** Names of the pictures in each of `folders` under `root`, sorted. */
async function readFolders(root: string, folders: readonly string[]): Promise<Map<string, string[]>> {
  const contents = await mapBounded(folders, FOLDERS_AT_ONCE, async (name): Promise<[string, string[]]> => {
    const { files } = await listFolder(path.join(root, name));
    return [name, files.sort(collator.compare)];
  });
  return new Map(contents);
}

/** A file as a table lists it, below `screenshots/`; of an address, or a path that leads elsewhere, only the last part counts, as it is or decoded. */
function plainNames(listed: string): string[] {
  const address = /^(?:[a-z]+:)?\/\//i.test(listed);
  const plain = path.posix.normalize(
    (address ? listed.replace(/[?#].*$/, '') : listed).replaceAll('\\', '/'),
  );
  const elsewhere =
    address || path.posix.isAbsolute(plain) || plain.startsWith('..') || /^[a-z]:/i.test(plain);
  if (!elsewhere) return [plain.replace(/^screenshots\//, ''), plain.replace(/[?#].*$/, '')];
  const name = path.posix.basename(plain);
  return [name, decoded(name)];
}

function decoded(name: string): string {
  try {
    return path.posix.basename(decodeURIComponent(name));
  } catch {
    return name; // a per cent sign that is part of it
  }
}
