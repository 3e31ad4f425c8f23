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

/** What `about.json` in a data folder says: `{ "origin": "…", "licence": "…" }`, all of which may be missing. Throws `BAD_INPUT` for anything else. */
export async function readProvenance(folder: string): Promise<Provenance> {
  const file = path.join(folder, 'about.json');
  if (!existsSync(file)) return { origin: null, licence: null };
  try {
    const about: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof about !== 'object' || about === null) throw new Error('it is no object');
    return { origin: textOf(about, 'origin'), licence: textOf(about, 'licence') };
  } catch (cause) {
    const advice = 'Write { "origin": "…", "licence": "…" } or delete it.';
    throw new ReportError('BAD_INPUT', `${file} cannot be used: ${cause}. ${advice}`, { cause });
  }
}

function textOf(about: object, key: keyof Provenance): string | null {
  const value: unknown = (about as Record<string, unknown>)[key]; // any object has names
  if (value === undefined) return null;
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw new Error(`its ${key} is no text`);
}
