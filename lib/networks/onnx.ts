import { readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ReportError } from '../core/errors';
import { type NpmPackage, npmPackage, type PackageOptions } from '../storage/packages';

/** An array that goes into a network or comes out of it. */
export interface OnnxArray {
  data: Float32Array;
  dims: readonly number[];
}

/** A ready-made network. */
export interface OnnxModel {
  /** With their shapes, in which a word stands for any number. */
  inputs: readonly { name: string; shape: readonly (number | string)[] }[];
  outputs: readonly { name: string }[];
  /** What comes out, by name, for what goes in, by name. Throws `BAD_WEIGHTS` where it cannot be run on that. */
  run(inputs: Readonly<Record<string, OnnxArray>>): Promise<Record<string, OnnxArray>>;
  dispose(): Promise<void>;
}

/** What is used of the package. */
interface Runtime {
  Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OnnxArray;
  InferenceSession: {
    create(file: string): Promise<{
      inputMetadata: OnnxModel['inputs'];
      outputMetadata: OnnxModel['outputs'];
      run(feeds: Record<string, OnnxArray>): Promise<Record<string, OnnxArray>>;
      release(): Promise<void>;
    }>;
  };
}

/** What runs ONNX files. */
export const onnxRuntime: NpmPackage = { name: 'onnxruntime-node', version: '1.30.0' };

/** Opens an ONNX file of float32 arrays; npm fetches what runs it the first time. The caller disposes it. Throws `DOWNLOAD_FAILED`, `INTERRUPTED`, `DISK_FULL`, `BAD_WEIGHTS`. */
export async function openOnnx(file: string, options: PackageOptions = {}): Promise<OnnxModel> {
  const folder = await npmPackage(onnxRuntime, { ...options, trim: withoutOtherSystems });
  const runtime = createRequire(path.join(folder, 'package.json'))(folder) as Runtime; // of this version
  const refused = (cause: unknown): never => {
    throw new ReportError('BAD_WEIGHTS', `${file} is no network that can be run (${cause}).`, { cause });
  };
  const session = await runtime.InferenceSession.create(file).catch(refused);
  return {
    inputs: session.inputMetadata,
    outputs: session.outputMetadata,
    run: (inputs) => {
      const tensor = ({ data, dims }: OnnxArray) => new runtime.Tensor('float32', data, dims);
      const feeds = Object.entries(inputs).map(([name, one]) => [name, tensor(one)]);
      return session.run(Object.fromEntries(feeds)).catch(refused);
    },
    dispose: () => session.release(),
  };
}

/** Removes the libraries of other systems from `bin/<version>/<platform>/<architecture>`: of 290 MB fifty are left. */
export async function withoutOtherSystems(modules: string): Promise<void> {
  const bin = path.join(modules, onnxRuntime.name, 'bin');
  for (const version of await readdir(bin)) {
    for (const platform of await readdir(path.join(bin, version))) {
      for (const arch of await readdir(path.join(bin, version, platform))) {
        const own = platform === process.platform && arch === process.arch;
        if (!own) await rm(path.join(bin, version, platform, arch), { recursive: true });
      }
    }
  }
}

/** Bytes `[count, height, width, 3]` as networks in the format ONNX take them, `[count, 3, height, width]`; `scaled` gives the number for a value of a channel. */
export function channelsFirst(
  pixels: Uint8Array,
  count: number,
  scaled: (value: number, channel: 0 | 1 | 2) => number,
): Float32Array {
  const area = pixels.length / 3 / count;
  return new Float32Array(pixels.length).map((_, i) => {
    const channel = (Math.floor(i / area) % 3) as 0 | 1 | 2;
    const pixel = Math.floor(i / area / 3) * area + (i % area);
    return scaled(pixels[3 * pixel + channel]!, channel); // three a pixel
  });
}
