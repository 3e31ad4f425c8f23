import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ReportError } from '../../core/errors';
import { isPictureName } from '../../data/listCell';
import { byId } from '../../data/split';
import type { PictureFile } from '../../images/pictureKey';
import type { Game } from './catalogue';
import type { ScreenshotIndex } from './screenshots';
import type { AppId } from './units';

/** Finds the pictures of `games` by a pattern for paths, such as `photos/{id}_*.jpg`, whatever rows list. Throws `NO_SCREENSHOTS`, `BAD_SETTING`. */
export async function indexByPattern(
  folder: string,
  games: readonly Game[],
  pattern: string,
): Promise<ScreenshotIndex> {
  if (!pattern.includes('{id}')) {
    const advice = "write {id} where a row's id stands in it, such as photos/{id}_*.jpg";
    throw new ReportError(
      'BAD_SETTING',
      `The pattern for pictures, ${pattern}, fits those of no row: ${advice}.`,
    );
  }
  const fits = pathPattern(pattern);
  const files = (await filesBelow(folder, '')).sort(byId);
  const found = new Map<AppId, PictureFile[]>();
  const unlisted: string[] = [];
  for (const file of files) {
    const id = fits.exec(file)?.groups?.id;
    if (id !== undefined) found.set(id, [...(found.get(id) ?? []), { id, file }]);
    else if (isPictureName(file)) unlisted.push(file);
  }
  if (found.size === 0) {
    const [some = '(there are none)'] = unlisted;
    const advice = `none of the ${unlisted.length} pictures there fits, such as ${some}`;
    throw new ReportError('NO_SCREENSHOTS', `No picture in ${folder} is called ${pattern}: ${advice}.`);
  }
  const ids = games.map(({ id }) => id).sort(byId);
  const claimed = new Set(ids);
  return {
    folder,
    games: new Map(ids.flatMap((id) => (found.has(id) ? [[id, found.get(id)!]] : []))), // has it
    withoutPictures: ids.filter((id) => !found.has(id)),
    withoutGame: [...found].flatMap(([id, { length }]) =>
      claimed.has(id) ? [] : { folder: id, images: length },
    ),
    ...{ malformedFolders: [], missing: [], unlisted },
  };
}

/** A regular expression for a pattern of paths, with a group `id`. */
function pathPattern(pattern: string): RegExp {
  const parts = pattern.replace(/^\.?\//, '').split(/(\{id\}|\*+)/);
  const place = parts.indexOf('{id}');
  const expression = parts.map((part, i) => {
    if (part === '{id}') return i === place ? '(?<id>[^/]+?)' : '\\k<id>';
    if (part === '*') return '[^/]*';
    return part.startsWith('*') ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${expression.join('')}$`);
}

/** Paths of all files below a folder that are not hidden. */
async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ path: parent, name }) => path.relative(root, path.join(parent, name)).replaceAll(path.sep, '/'))
    .filter((file) => !/(?:^|\/)\./.test(file));
}
