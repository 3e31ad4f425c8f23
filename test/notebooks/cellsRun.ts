// A study's notebooks, their cells one after the other in one process without Jupyter, which may end in the middle of a change on the disk.
// usage: node --import ./lib/cli/loader.mjs cellsRun.ts MODULE …    with DIE_LOG = a file for the changes that it makes, or DIE_AT = number of one of those in that
// file; SHOWN = a file for what each module shows, by the number of
// its cell
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { DIE_AT, DIE_LOG = '' } = process.env;
/** The change at which it is to end, and all that came later in the run of the file: where earlier runs have made that one, the first of the others is the end. */
const last = new Set(
  DIE_AT ? (JSON.parse(fs.readFileSync(DIE_LOG, 'utf8')) as string[]).slice(Number(DIE_AT)) : [],
);
/** How often each file or folder was changed. What has no name yet counts under one with `~`. */
const seen = new Map<string, number>();
const log: string[] = [];
const parents = [process.env.REPORT_WORK, process.env.REPORT_REPORTS].map(String);

const changes = ['writeFile', 'rename', 'mkdir', 'rm', 'truncate', 'symlink'] as const;

/** Ends this process and those that work for it, as `kill -9` does, when the change is next at which it is to end. A file is then half written. */
function before(change: (typeof changes)[number], args: readonly unknown[]): void {
  const target = String(change === 'rename' || change === 'symlink' ? args[1] : args[0]);
  const parent = parents.find((folder) => target.startsWith(folder));
  if (parent === undefined) return;
  const name = path.relative(path.dirname(parent), target);
  const plain = name.replace(/\.[^./]+-\d+-[0-9a-f]{8}\.partial/g, '~').replace(/[0-9a-f]{20}\b/, 'rows');
  const number = (seen.get(plain) ?? 0) + 1;
  seen.set(plain, number);
  const label = `${plain}|${number}`;
  log.push(label);
  if (!last.has(label)) return;
  const content = args[1];
  if (change === 'writeFile' && (typeof content === 'string' || content instanceof Uint8Array)) {
    fs.writeFileSync(target, content.slice(0, content.length / 2));
  }
  process.kill(0, 'SIGKILL');
}

interface DisplayMessage {
  data: Record<string, string>;
  transient: { display_id?: string };
}

const disk = fs.promises as unknown as Record<string, (...args: unknown[]) => unknown>;
for (const name of changes) {
  const real = disk[name]!; // node:fs/promises has them all
  disk[name] = (...args) => {
    before(name, args);
    return real(...args);
  };
}
syncBuiltinESMExports();

/** What each module shows, by its file; a later version of a display stands in the place of the earlier one. */
const shown: Record<string, Map<string, Shown>> = {};
let module = '';

interface Shown {
  cell: number;
  data: Record<string, string>;
}

/** Stands in the place of the kernel's own module, which `lib/report/display` looks for. */
function lastWriteDisplayData({ data, transient: { display_id: id } }: DisplayMessage): void {
  shown[module] ??= new Map();
  const displays = shown[module] ?? new Map();
  const key = id ?? `display ${displays.size}`;
  const { cell }: Pick<Shown, 'cell'> = displays.get(key) ?? {
    cell: (globalThis as unknown as Cells).cellNow,
  };
  displays.set(key, { cell, data });
}

/** What `modulesOf` lets the cells write. */
interface Cells {
  cellNow: number;
}

async function main(): Promise<void> {
  const kernel = path.join(path.sep, 'tslab', 'dist', 'jupyter.js');
  const loaded: Partial<NodeJS.Module> = { exports: { lastWriteDisplayData } };
  if (process.env.SHOWN) createRequire(__filename).cache[kernel] = loaded as NodeJS.Module; // only its exports are looked at
  for (const file of process.argv.slice(2)) {
    module = path.basename(file, '.mts');
    await import(pathToFileURL(file).href);
  }
  const all = Object.entries(shown).map(([name, displays]) => [name, [...displays.values()]]);
  if (process.env.SHOWN) fs.writeFileSync(process.env.SHOWN, JSON.stringify(Object.fromEntries(all)));
  if (DIE_LOG && !DIE_AT) fs.writeFileSync(DIE_LOG, JSON.stringify(log));
}
main();
