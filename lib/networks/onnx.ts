import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { explainDiskError, ReportError } from '../core/errors';
import { cacheFolder, partialName } from '../core/files';

/** An array that goes into a network or comes out of it. */
export interface OnnxArray {
  data: Float32Array;
  dims: readonly number[];
}

/** A ready-made network. */
export interface OnnxModel {
  inputs: readonly string[];
  outputs: readonly string[];
  /** What comes out, by name, for what goes in, by name. */
  run(inputs: Readonly<Record<string, OnnxArray>>): Promise<Record<string, OnnxArray>>;
  dispose(): Promise<void>;
}

/** What is used of the package. */
interface Runtime {
  Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OnnxArray;
  InferenceSession: {
    create(file: string): Promise<{
      inputNames: readonly string[];
      outputNames: readonly string[];
      run(feeds: Record<string, OnnxArray>): Promise<Record<string, OnnxArray>>;
      release(): Promise<void>;
    }>;
  };
}

const PACKAGE = 'onnxruntime-node';
const VERSION = '1.30.0';

export interface OnnxOptions {
  /** Folder that the package is kept in; default the project's cache. */
  cache?: string;
  /** Told before anything is fetched. */
  onFetch?: () => void;
  signal?: AbortSignal;
}

/** Opens an ONNX file of float32 arrays; npm fetches what runs it the first time. The caller disposes it. Throws `DOWNLOAD_FAILED`, `INTERRUPTED`, `DISK_FULL`, `BAD_WEIGHTS`. */
export async function openOnnx(file: string, options: OnnxOptions = {}): Promise<OnnxModel> {
  const folder = await fetchRuntime(options);
  const runtime = createRequire(path.join(folder, 'package.json'))(PACKAGE) as Runtime; // of this version
  const session = await runtime.InferenceSession.create(file).catch((cause: unknown) => {
    throw new ReportError('BAD_WEIGHTS', `${file} is no network that can be run (${cause}).`, { cause });
  });
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    run: (inputs) => {
      const tensor = ({ data, dims }: OnnxArray) => new runtime.Tensor('float32', data, dims);
      return session.run(
        Object.fromEntries(Object.entries(inputs).map(([name, one]) => [name, tensor(one)])),
      );
    },
    dispose: () => session.release(),
  };
}

/** The folder with the package, as npm lays it, without the libraries of other systems. */
async function fetchRuntime({ cache = cacheFolder(), onFetch, signal }: OnnxOptions): Promise<string> {
  const folder = path.join(cache, `${PACKAGE}-${VERSION}`);
  if (existsSync(folder)) return folder;
  onFetch?.();
  const partial = partialName(folder);
  const how = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--fetch-retries=1'];
  try {
    const call = ['install', '--prefix', partial, ...how, `${PACKAGE}@${VERSION}`];
    await promisify(execFile)('npm', call, { signal });
    await removeOthers(path.join(partial, 'node_modules', PACKAGE, 'bin'));
    await rename(partial, folder);
    return folder;
  } catch (error) {
    if (signal?.aborted) throw new ReportError('INTERRUPTED', `Fetching ${PACKAGE} was interrupted.`);
    const explained = explainDiskError(error, folder);
    if (explained instanceof ReportError) throw explained;
    const said = (error as { stderr?: string }).stderr?.trim().split('\n')[0] || String(error); // as `execFile` rejects
    const sentence = `${PACKAGE} ${VERSION} could not be had from the npm registry (${said}).`;
    throw new ReportError('DOWNLOAD_FAILED', sentence, { cause: error });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Of 290 MB a system needs fifty: `bin/<version>/<platform>/<architecture>`. */
async function removeOthers(bin: string): Promise<void> {
  for (const version of await readdir(bin)) {
    for (const platform of await readdir(path.join(bin, version))) {
      for (const arch of await readdir(path.join(bin, version, platform))) {
        const own = platform === process.platform && arch === process.arch;
        if (!own) await rm(path.join(bin, version, platform, arch), { recursive: true });
      }
    }
  }
}
