import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { explainDiskError, ReportError, systemCode } from './errors';
import { partialName, removeAbandoned, removeWhole, sha256, stableJson, writeAtomic } from './files';

/** What a stage's folder was made from; it lies beside the result as `manifest.json`. */
export interface Manifest {
  stage: string;
  /** SHA-256 of stage, version and inputs: two results with the same key are the same. */
  key: string;
  /** Raised by hand when the code that makes the stage changes its result. */
  version: number;
  inputs: Record<string, unknown>;
  seconds: number;
  /** Of a stage that grows: how many rows were made in these seconds. */
  made?: number;
  node: string;
}

export interface StageSpec<T> {
  name: string;
  version: number;
  folder: string;
  inputs: Record<string, unknown>;
  /** Writes the result into the folder it is given, which is empty and becomes `folder` only when this succeeds. */
  make: (folder: string) => Promise<void>;
  load: (folder: string) => T | Promise<T>;
}

export interface StageResult<T> {
  value: T;
  key: string;
  folder: string;
  /** True when the result of an earlier run was taken as it is. */
  reused: boolean;
  /** Seconds it took to make, in this run or the earlier one. */
  seconds: number;
}

/** The last call of `stage` for each folder in this process that has not ended yet. */
const underWay = new Map<string, Promise<unknown>>();

/** A stage's result, made only if what lies in `folder` was made from something else. Calls for one folder take turns. Throws what `make` throws; `DISK_FULL`. */
export const stage = <T>(spec: StageSpec<T>): Promise<StageResult<T>> =>
  inTurn(spec.folder, () => takeOrMake(spec));

/** A record with how it was made, or taken from an earlier run. */
export type Staged<T> = T & Omit<StageResult<T>, 'value'>;

/** As `stage`, for a record, which is given together with how it was made. */
export async function recordStage<T extends object>(spec: StageSpec<T>): Promise<Staged<T>> {
  const { value, ...made } = await stage(spec);
  return { ...value, ...made };
}

interface JsonSpec<T> extends Omit<StageSpec<T>, 'make' | 'load'> {
  file: string;
  make: () => T | Promise<T>;
}

/** A stage whose result is a plain record, kept as JSON in `file`. */
export const jsonStage = <T>({ file, make, ...spec }: JsonSpec<T>): Promise<StageResult<T>> =>
  stage<T>({
    ...spec,
    make: async (folder) =>
      writeAtomic(path.join(folder, file), `${JSON.stringify(await make(), null, 1)}\n`),
    load: (folder) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as T, // as written above
  });

interface GrowingSpec<T> {
  name: string;
  version: number;
  folder: string;
  /** What the rows are made from, those that are there included: two results with equal inputs are the same. */
  inputs: (value: T) => Record<string, unknown>;
  /** Makes what is missing in `folder`, and gives the number of rows made. */
  grow: () => Promise<number>;
  load: () => T;
}

/** A stage whose rows are kept when others come, and how many were made in the run that `seconds` tells of. */
export interface GrownResult<T> extends StageResult<T> {
  made: number;
}

/** As `stage`, for a result made of rows that stay: only those that are missing are made, and `reused` is true when none was. */
export const growingStage = <T>(spec: GrowingSpec<T>): Promise<GrownResult<T>> =>
  inTurn(spec.folder, async () => {
    const { name, version, folder } = spec;
    const start = performance.now();
    await removeAbandoned(folder);
    const made = await spec.grow();
    const seconds = (performance.now() - start) / 1000;
    const value = spec.load();
    const inputs = spec.inputs(value);
    const key = sha256(stableJson({ name, version, inputs }));
    const last = made === 0 ? readManifest(folder) : null; // none after a run that was killed behind its last row
    if (last) return { value, key, folder, reused: true, seconds: last.seconds, made: last.made ?? 0 };
    const manifest: Manifest = { stage: name, key, version, inputs, seconds, made, node: process.version };
    await writeAtomic(manifestFile(folder), `${stableJson(manifest, 2)}\n`);
    return { value, key, folder, reused: made === 0, seconds, made };
  });

/** Does `work` when every earlier call for the same folder has ended. */
async function inTurn<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const place = path.resolve(folder);
  const start = (): Promise<T> => work();
  const turn = underWay.get(place)?.then(start, start) ?? start(); // an error of the call before belongs to its caller
  underWay.set(place, turn);
  try {
    return await turn;
  } finally {
    if (underWay.get(place) === turn) underWay.delete(place);
  }
}

/** At the end of the name of a folder whose stages take results of the folder without it where they are the same, and leave their own here. */
export const APART = '-apart';

async function takeOrMake<T>(spec: StageSpec<T>): Promise<StageResult<T>> {
  const { name, version, inputs, folder } = spec;
  const key = sha256(stableJson({ name, version, inputs }));
  const parent = path.dirname(folder);
  const shared = path.join(parent.replace(new RegExp(`${APART}$`), ''), path.basename(folder));
  for (const place of new Set([folder, shared])) {
    const found = readManifest(place);
    if (found?.key !== key) continue;
    return { value: await spec.load(place), key, folder: place, reused: true, seconds: found.seconds };
  }
  const partial = partialName(folder);
  const start = performance.now();
  try {
    await removeAbandoned(path.dirname(path.resolve(folder)));
    await mkdir(partial, { recursive: true });
    await spec.make(partial);
    const seconds = (performance.now() - start) / 1000;
    const manifest: Manifest = { stage: name, key, version, inputs, seconds, node: process.version };
    await writeAtomic(manifestFile(partial), `${stableJson(manifest, 2)}\n`);
    await putInPlace(partial, folder, key);
    return { value: await spec.load(folder), key, folder, reused: false, seconds };
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => {}); // what went wrong first says more
    throw explainDiskError(error, folder);
  }
}

/** Makes `partial` the stage's folder. When another process has meanwhile put the same result there, that one stays. */
async function putInPlace(partial: string, folder: string, key: string): Promise<void> {
  for (;;) {
    try {
      return await rename(partial, folder);
    } catch (error) {
      const code = systemCode(error) ?? '';
      if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(code)) throw error; // these: something lies there
    }
    if (readManifest(folder)?.key === key) return rm(partial, { recursive: true, force: true });
    await removeWhole(folder);
  }
}

const manifestFile = (folder: string): string => path.join(folder, 'manifest.json');

/** The manifest in `folder`, or null when there is none. Throws `BROKEN_STAGE` when it is damaged. */
export function readManifest(folder: string): Manifest | null {
  const file = manifestFile(folder);
  if (!existsSync(file)) return null;
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest | null; // written by takeOrMake above, unless damaged
    if (typeof manifest?.key === 'string' && typeof manifest.seconds === 'number') return manifest;
    throw new Error('it has no key or no seconds');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return null; // gone since: another process is replacing the folder
    const advice = `${file} is damaged: delete the folder ${folder} and run again.`;
    throw new ReportError('BROKEN_STAGE', advice, { cause });
  }
}
