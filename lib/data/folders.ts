import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** What lies directly in a folder, by name, each list in the order of code points: `img10` before `img2`, capitals first. */
export interface Listing {
  folders: string[];
  files: string[];
  /** Files and folders whose name begins with a dot. */
  hidden: string[];
}

/** Lists a folder. Links are followed; one that leads nowhere counts as a file, to be named when it cannot be read. */
export async function listFolder(folder: string): Promise<Listing> {
  const listing: Listing = { folders: [], files: [], hidden: [] };
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => byCodePoint(a.name, b.name))) {
    if (entry.name.startsWith('.')) listing.hidden.push(entry.name);
    else if (await isFolder(folder, entry)) listing.folders.push(entry.name);
    else listing.files.push(entry.name);
  }
  return listing;
}

/** The order of names as Python sorts them. */
export const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

async function isFolder(parent: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const target = await stat(path.join(parent, entry.name)).catch(() => null); // null: leads nowhere
  return target?.isDirectory() ?? false;
}
