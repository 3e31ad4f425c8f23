import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { explainDiskError, ReportError } from './errors';
import { sha256, stableJson, writeAtomic } from './files';

/** What a stage's folder was made from; it lies beside the result as `manifest.json`. */
export interface Manifest {
  stage: string;
  /** SHA-256 of stage, version and inputs: two results with the same key are the same. */
  key: string;
  /** Raised by hand when the code that makes the stage changes its result. */
  version: number;
  inputs: Record<string, unknown>;
  seconds: number;
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

/**
 * Gives a stage's result, made only if what lies in `folder` was made from something else. A stage killed halfway leaves nothing
 * that could be taken for a result. Throws what `make` throws; a full disk as `DISK_FULL`.
 */
export async function stage<T>(spec: StageSpec<T>): Promise<StageResult<T>> {
  const { name, version, inputs, folder } = spec;
  const key = sha256(stableJson({ name, version, inputs }));
  const found = readManifest(folder);
  if (found?.key === key) {
    return { value: await spec.load(folder), key, folder, reused: true, seconds: found.seconds };
  }
  const partial = `${folder}.${process.pid}.partial`;
  const start = performance.now();
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await spec.make(partial);
    const seconds = (performance.now() - start) / 1000;
    const manifest: Manifest = { stage: name, key, version, inputs, seconds, node: process.version };
    await writeAtomic(path.join(partial, 'manifest.json'), `${stableJson(manifest, 2)}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
    return { value: await spec.load(folder), key, folder, reused: false, seconds };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw explainDiskError(error, folder);
  }
}

/** The manifest in `folder`, or null when there is none. Throws `BROKEN_STAGE` when it cannot be parsed. */
export function readManifest(folder: string): Manifest | null {
  const file = path.join(folder, 'manifest.json');
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest; // written by stage() above
  } catch (error) {
    throw new ReportError('BROKEN_STAGE', `${file} is damaged: delete the folder ${folder} and run again.`, {
      cause: error,
    });
  }
}
