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

/** A file and the folder that it lies in, which says what it is; null for none. */
export interface LabelledFile {
  file: string;
  label: string | null;
}

/** The files of `folder/*` and `folder/<label>/*`. */
export async function labelledFiles(folder: string): Promise<LabelledFile[]> {
  const { folders } = await listFolder(folder);
  const inside = [null, ...folders].map(async (label) => {
    const { files } = await listFolder(path.join(folder, label ?? ''));
    return files.map((name) => ({ file: path.join(folder, label ?? '', name), label }));
  });
  return (await Promise.all(inside)).flat();
}

/** The order of names as Python sorts them. */
export const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

async function isFolder(parent: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const target = await stat(path.join(parent, entry.name)).catch(() => null); // null: leads nowhere
  return target?.isDirectory() ?? false;
}
