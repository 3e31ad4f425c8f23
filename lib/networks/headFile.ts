import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs';
import { ReportError, systemCode } from '../core/errors';
import { sha256, stableJson, writeAtomic } from '../core/files';
import { tensorflow } from '../tensorflow/backend';
import { defineDropout } from './dropout';
import type { NamedArray } from './hdf5';
import { assignHeadWeights, headWeights } from './head';

/** What a saved head says of itself beside its weights: the shape of the features, the target's scaler, … Must be plain JSON. */
export type HeadMeta = Record<string, unknown>;

interface HeadRecord {
  format: 'head';
  version: 1;
  meta: HeadMeta;
  /** The model's layers as TensorFlow.js and Keras 2 write them. */
  topology: unknown;
  weights: { name: string; shape: number[] }[];
  /** File beside this one: the weights one after the other, float32, little-endian. */
  file: string;
  sha256: string;
}

const RECORD = 'head.json';

/**
 * Saves a model of one input and one output, its layers and weights, as `head.json` and `weights-….bin` in `folder`, which is
 * made when missing. The record is written last and names its weights by their content, so a folder holds at any moment either
 * the whole old head or the whole new one.
 */
export async function saveHead(folder: string, model: LayersModel, meta: HeadMeta = {}): Promise<void> {
  const weights = headWeights(model);
  const bytes = concatenate(weights);
  const hash = sha256(bytes);
  const record: HeadRecord = {
    format: 'head',
    version: 1,
    meta,
    topology: model.toJSON(null, false),
    weights: weights.map(({ name, shape }) => ({ name, shape })),
    file: `weights-${hash.slice(0, 12)}.bin`,
    sha256: hash,
  };
  await writeAtomic(path.join(folder, record.file), bytes);
  await writeAtomic(path.join(folder, RECORD), `${stableJson(record, 1)}\n`);
  const old = (await readdir(folder)).filter(
    (name) => /^weights-.*\.bin$/.test(name) && name !== record.file,
  );
  await Promise.all(old.map((name) => rm(path.join(folder, name))));
}

/** What was said of the head in `folder` when it was saved; needs no TensorFlow. Throws `BAD_WEIGHTS` as `loadHead`. */
export const readHeadMeta = async (folder: string): Promise<HeadMeta> => (await readRecord(folder)).meta;

/**
 * The model that `saveHead` left in `folder`, ready to predict or to train on, and what was said of it. The caller disposes the
 * model. Throws `BAD_WEIGHTS` when there is none, or when a file is cut off, changed or not of this kind.
 */
export async function loadHead(folder: string): Promise<{ model: LayersModel; meta: HeadMeta }> {
  const { tf } = tensorflow();
  const record = await readRecord(folder);
  const arrays = await readWeights(folder, record);
  defineDropout();
  let model: LayersModel;
  try {
    model = await tf.models.modelFromJSON(record.topology as Parameters<typeof tf.models.modelFromJSON>[0]);
  } catch (error) {
    throw damaged(
      folder,
      `its layers cannot be built (${error instanceof Error ? error.message : error})`,
      error,
    );
  }
  try {
    assignHeadWeights(model, arrays);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return { model, meta: record.meta };
}

/** Bytes of all arrays, one after the other. */
function concatenate(weights: readonly NamedArray[]): Uint8Array {
  const values = new Float32Array(weights.reduce((sum, { data }) => sum + data.length, 0));
  let offset = 0;
  for (const { data } of weights) {
    values.set(data, offset);
    offset += data.length;
  }
  return new Uint8Array(values.buffer);
}

async function readRecord(folder: string): Promise<HeadRecord> {
  const text = await readFile(path.join(folder, RECORD), 'utf8').catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new ReportError(
      'BAD_WEIGHTS',
      `No trained head in ${folder} (${RECORD} is missing): train one first.`,
    );
  });
  try {
    const record = JSON.parse(text) as HeadRecord; // checked in the next line
    if (
      record.format === 'head' &&
      record.version === 1 &&
      typeof record.file === 'string' &&
      Array.isArray(record.weights)
    )
      return record;
  } catch (error) {
    throw damaged(folder, `${RECORD} is not JSON`, error);
  }
  throw damaged(folder, `${RECORD} is not of the kind that this version writes`);
}

async function readWeights(folder: string, record: HeadRecord): Promise<NamedArray[]> {
  const content = await readFile(path.join(folder, path.basename(record.file))).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw damaged(folder, `${record.file} is missing`, error);
  });
  const bytes = new Uint8Array(content); // a copy with memory of its own, which is aligned
  if (sha256(bytes) !== record.sha256) throw damaged(folder, `${record.file} is not the file that was saved`);
  const values = new Float32Array(bytes.buffer);
  let offset = 0;
  return record.weights.map(({ name, shape }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    offset += size;
    return { name, shape, data: values.slice(offset - size, offset) };
  });
}

const damaged = (folder: string, what: string, cause?: unknown): ReportError =>
  new ReportError(
    'BAD_WEIGHTS',
    `The head in ${folder} is damaged: ${what}. Delete the folder and train again.`,
    {
      cause,
    },
  );
