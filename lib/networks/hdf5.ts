import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { explainDiskError, ReportError } from '../core/errors';
import { partialName } from '../core/files';
import { byId } from '../data/split';

type H5 = typeof import('h5wasm/node');
type Group = import('h5wasm/node').Group;
type File = import('h5wasm/node').File;

/** One weight of a network: values in C order, last axis fastest. */
export interface NamedArray {
  /** As in the file: `bn_Conv1/gamma:0` (Keras 2), `layers/conv2d_1/vars/0` (Keras 3). */
  name: string;
  shape: number[];
  data: Float32Array;
}

/** The weights of a Keras file, of Keras 1 and 2 in the model's order, of Keras 3 by class of layer, see `inModelOrder`. Throws `BAD_WEIGHTS`. */
export async function readKerasWeights(file: string): Promise<NamedArray[]> {
  if (!existsSync(file)) throw damaged(file, 'there is no such file');
  try {
    const arrays = await withFile(file, 'r', (opened, h5) => readLayers(h5, opened, file));
    if (arrays.length === 0) throw damaged(file, 'it holds no weights');
    return arrays;
  } catch (error) {
    throw error instanceof ReportError ? error : damaged(file, innermost(error), error);
  }
}

/** Writes weights named `layer/weight:0` as Keras 2 does, whole or not at all. Throws `DISK_FULL`. */
export async function writeKerasWeights(file: string, arrays: readonly NamedArray[]): Promise<void> {
  const layers = new Map<string, NamedArray[]>();
  for (const array of arrays) {
    const layer = array.name.slice(0, array.name.indexOf('/'));
    layers.set(layer, [...(layers.get(layer) ?? []), array]);
  }
  const partial = partialName(file);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await withFile(partial, 'w', (opened) => {
      opened.create_attribute('layer_names', [...layers.keys()]);
      opened.create_attribute('backend', 'tensorflow');
      opened.create_attribute('keras_version', '2.15.0'); // without it Keras takes the kernels for those of Keras 1
      for (const [layer, weights] of layers) {
        const names = weights.map(({ name }) => name);
        const group = opened.create_group(layer);
        group.create_attribute('weight_names', names);
        const inner = group.create_group(layer);
        for (const { name, data, shape } of weights) {
          inner.create_dataset({ name: name.slice(layer.length + 1), data, shape: [...shape], dtype: '<f' });
        }
      }
    });
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw explainDiskError(error, file);
  }
}

async function withFile<T>(file: string, mode: 'r' | 'w', work: (opened: File, h5: H5) => T): Promise<T> {
  const h5: H5 = await import('h5wasm/node');
  const library = await h5.ready;
  // Without it errors are printed and a half-open file comes back; nothing else runs between here and `finally`.
  library.activate_throwing_error_handler();
  let opened: File | undefined;
  try {
    opened = new h5.File(file, mode);
    return work(opened, h5);
  } finally {
    library.deactivate_throwing_error_handler();
    opened?.close();
  }
}

function readLayers(h5: H5, file: File, path: string): NamedArray[] {
  if (file.attrs.layer_names) {
    return names(file, 'layer_names', path).flatMap((layer) => {
      const group = member(file, layer);
      if (!(group instanceof h5.Group)) throw damaged(path, `layer "${layer}" is listed but missing`);
      return names(group, 'weight_names', path).map((weight) => readArray(h5, group, weight, weight, path));
    });
  }
  const layers = member(file, 'layers');
  if (!(layers instanceof h5.Group)) {
    throw damaged(path, 'it has neither the attribute layer_names (Keras 2) nor the group layers (Keras 3)');
  }
  return [...layers.keys()].sort(byId).flatMap((layer) => {
    const group = layers.get(layer);
    const vars = group instanceof h5.Group ? member(group, 'vars') : null;
    if (!(vars instanceof h5.Group)) return [];
    return [...vars.keys()]
      .sort(byId)
      .map((index) => readArray(h5, vars, index, `layers/${layer}/vars/${index}`, path));
  });
}

/** The group or the array of this name, or null when there is none. */
const member = (group: Group, name: string) => (group.keys().includes(name) ? group.get(name) : null);

/** An attribute that holds a list of texts. An empty list is stored as an empty array of floats. */
function names(group: Group, attribute: string, path: string): string[] {
  const found = group.attrs[attribute];
  if (found?.shape?.[0] === 0) return [];
  const value = found?.value;
  if (Array.isArray(value) && value.every((name): name is string => typeof name === 'string')) return value;
  throw damaged(path, `the attribute ${attribute} of ${group.path} is missing or not a list of names`);
}

function readArray(h5: H5, group: Group, key: string, name: string, path: string): NamedArray {
  const dataset = group.get(key); // a path of several groups in Keras 2, so no look at keys() before
  if (!(dataset instanceof h5.Dataset)) throw damaged(path, `weight "${name}" is listed but missing`);
  const { value, shape } = dataset;
  if (!shape || !(value instanceof Float32Array || value instanceof Float64Array)) {
    throw damaged(path, `weight "${name}" is not an array of floating-point numbers`);
  }
  const data = new Float32Array(value); // a copy: the file's own memory goes with the file
  if (!data.every(Number.isFinite)) throw damaged(path, `weight "${name}" holds NaN or infinity`);
  return { name, shape: [...shape], data };
}

/** HDF5 reports a stack of errors, the outermost first; the last one says what is wrong. */
function innermost(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n');
  const last = lines.filter((line) => /^\s*#\d+/.test(line)).pop() ?? lines[0]!; // split gives at least one
  return last.replace(/^.*\(\):\s*/, '').trim();
}

const damaged = (file: string, what: string, cause?: unknown): ReportError =>
  new ReportError(
    'BAD_WEIGHTS',
    `${file} cannot be read as Keras weights: ${what}. Give a MobileNetV2 "no_top" file of Keras, or unset REPORT_WEIGHTS.`,
    { cause },
  );
