import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs';
import { ReportError, systemCode } from '../core/errors';
import { sha256, stableJson, writeAtomic } from '../core/files';
import { tensorflow } from '../tensorflow/backend';
import { defineDropout } from './dropout';
import type { NamedArray } from './hdf5';
import { assignWeights, modelWeights } from './modelWeights';

/** What is saved with a model beside its weights: its task, its history, … Must be plain JSON. */
export type ModelMeta = Record<string, unknown>;

/** What `model.json` holds, as TensorFlow.js defines it. */
interface ModelJson {
  format: 'layers-model';
  modelTopology: Parameters<TensorFlowModels['modelFromJSON']>[0];
  weightsManifest: [{ paths: [string]; weights: { name: string; shape: number[]; dtype: 'float32' }[] }];
  userDefinedMetadata: ModelMeta;
  /** Of all the rest: what TensorFlow.js makes of a damaged topology may never end. */
  sha256: string;
}

const hashOf = (json: Omit<ModelJson, 'sha256'>): string => sha256(stableJson(json));

type TensorFlowModels = typeof import('@tensorflow/tfjs')['models'];

const FILE = 'model.json';

/** Saves a model in TensorFlow.js' own format, which a browser loads: `model.json`, written last, and `weights-HASH.bin`. */
export async function saveModel(folder: string, model: LayersModel, meta: ModelMeta = {}): Promise<void> {
  const weights = modelWeights(model);
  const bytes = Buffer.concat(weights.map(({ data }) => Buffer.from(data.buffer)));
  const file = weightsName(bytes);
  const topology = model.toJSON(null, false) as ModelJson['modelTopology']; // no text
  const json: Omit<ModelJson, 'sha256'> = {
    format: 'layers-model',
    modelTopology: withDropout(topology, 'SeededDropout', 'Dropout'),
    weightsManifest: [
      { paths: [file], weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })) },
    ],
    userDefinedMetadata: meta,
  };
  await writeAtomic(path.join(folder, file), bytes);
  await writeAtomic(path.join(folder, FILE), `${stableJson({ ...json, sha256: hashOf(json) }, 1)}\n`);
  const old = (await readdir(folder)).filter((name) => /^weights-.*\.bin$/.test(name) && name !== file);
  await Promise.all(old.map((name) => rm(path.join(folder, name))));
}

/** What was saved with the model in `folder` beside its weights; needs no TensorFlow. Throws `BAD_WEIGHTS` as `loadModel` does. */
export const readModelMeta = async (folder: string): Promise<ModelMeta> =>
  (await readJson(folder)).userDefinedMetadata;

/** The model that `saveModel` left in `folder` and what was saved with it. The caller disposes it. Throws `BAD_WEIGHTS` when it is missing or damaged. */
export async function loadModel(folder: string): Promise<{ model: LayersModel; meta: ModelMeta }> {
  const { models } = tensorflow().tf;
  const json = await readJson(folder);
  const arrays = await readWeights(folder, json);
  defineDropout();
  const topology = withDropout(json.modelTopology, 'Dropout', 'SeededDropout');
  const model = await models.modelFromJSON(topology);
  try {
    assignWeights(model, arrays);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return { model, meta: json.userDefinedMetadata };
}

/** A topology whose seeded dropout layers are of another class: a file names TensorFlow.js' own, for a browser does not know ours. */
function withDropout<T>(topology: T, from: string, to: string): T {
  const text = JSON.stringify(topology, (_, value) => {
    const isSeeded = value?.class_name === from && typeof value.config.seed === 'number';
    return isSeeded ? { ...value, class_name: to } : value;
  });
  return JSON.parse(text) as T; // as it was, but for these names
}

async function readJson(folder: string): Promise<ModelJson> {
  let json: Partial<ModelJson> | null;
  try {
    json = JSON.parse((await readPart(folder, FILE)).toString()) as Partial<ModelJson> | null; // checked below
  } catch (error) {
    throw error instanceof SyntaxError ? damaged(folder, `${FILE} is not JSON`, error) : error;
  }
  const { sha256: hash, ...rest } = json ?? {};
  if (hash && hash === hashOf(rest as ModelJson)) return json as ModelJson; // as saveModel wrote it
  throw damaged(folder, `${FILE} is not what this version has saved`);
}

async function readWeights(folder: string, { weightsManifest }: ModelJson): Promise<NamedArray[]> {
  const [{ paths, weights }] = weightsManifest;
  const file = path.basename(String(paths[0]));
  const content = await readPart(folder, file);
  if (file !== weightsName(content)) throw damaged(folder, `${file} is not the file that was saved`);
  const values = new Float32Array(new Uint8Array(content).buffer); // a copy with memory of its own, which is aligned
  let offset = 0;
  return weights.map(({ name, shape }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    offset += size;
    return { name, shape, data: values.slice(offset - size, offset) };
  });
}

async function readPart(folder: string, name: string): Promise<Buffer> {
  try {
    return await readFile(path.join(folder, name));
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    const advice = `There is no trained model in ${folder} (${name} is missing): train one first.`;
    throw new ReportError('BAD_WEIGHTS', advice);
  }
}

const weightsName = (bytes: Uint8Array): string => `weights-${sha256(bytes).slice(0, 16)}.bin`;

const damaged = (folder: string, what: string, cause?: unknown): ReportError =>
  new ReportError('BAD_WEIGHTS', `The model in ${folder} is damaged: ${what}. Train it again.`, { cause });
