import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Provenance } from '../core/concepts';
import { ReportError } from '../core/errors';

/** Of the pictures that the project draws. */
export const ownProvenance: Provenance = {
  origin: 'drawn by this project (lib/samples)',
  licence: 'MIT, as the project itself',
};

/** What `about.json` in a data folder says: `{ "origin": "…", "licence": "…" }`, all of which may be missing. Throws what `readAbout` throws. */
export const readProvenance = async (folder: string): Promise<Provenance> => {
  const { origin = null, licence = null } = await readAbout(folder, ['origin', 'licence']);
  return { origin, licence };
};

/** The texts under these names in `about.json`, as far as they are there. Throws `BAD_INPUT` when it is no JSON object or one is no text. */
export const readAbout = <Name extends string>(
  folder: string,
  names: readonly Name[],
): Promise<Partial<Record<Name, string>>> => aboutOf(folder, (about) => textsIn(about, names));

/** What `about.json` calls the `known` columns of the table: `{ "columns": { "ours": "theirs" } }`. Throws what `readAbout` throws, also for a column that is not known. */
export const readColumns = <Name extends string>(
  folder: string,
  known: readonly Name[],
): Promise<Partial<Record<Name, string>>> =>
  aboutOf(folder, ({ columns = {} }) => {
    if (typeof columns !== 'object' || columns === null) throw new Error('its columns are no object');
    const other = Object.keys(columns).find((name) => !known.some((one) => one === name));
    if (other === undefined) return textsIn(columns as Record<string, unknown>, known);
    throw new Error(`its columns have "${other}", which is none of ${known.join(', ')}`);
  });

async function aboutOf<T>(folder: string, take: (about: Record<string, unknown>) => T): Promise<T> {
  const file = path.join(folder, 'about.json');
  try {
    const about: unknown = existsSync(file)
      ? JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''))
      : {};
    if (typeof about !== 'object' || about === null) throw new Error('it is no object');
    return take(about as Record<string, unknown>); // any object has names
  } catch (cause) {
    const advice = 'Write { "origin": "…", "licence": "…" } or delete it.';
    throw new ReportError('BAD_INPUT', `${file} cannot be used: ${cause}. ${advice}`, { cause });
  }
}

function textsIn<Name extends string>(
  about: Record<string, unknown>,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const found = names.flatMap((name) => {
    const value = about[name];
    if (value === undefined) return [];
    if (typeof value === 'string' && value.trim() !== '') return [[name, value.trim()]];
    throw new Error(`its ${name} is no text`);
  });
  return Object.fromEntries(found) as Partial<Record<Name, string>>; // of these names
}
