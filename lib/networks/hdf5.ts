import { existsSync } from 'node:fs';
import { ReportError } from '../core/errors';

type H5 = typeof import('h5wasm/node');
type Group = import('h5wasm/node').Group;

/** One weight of a network: values in C order, last axis fastest. */
export interface NamedArray {
  /** As in the file: `bn_Conv1/gamma:0` (Keras 2), `layers/conv2d_1/vars/0` (Keras 3). */
  name: string;
  shape: number[];
  data: Float32Array;
}

/**
 * The weights of a Keras file. Keras 1 and 2 (`.h5`, as published by keras-applications): in the model's order, which the attributes
 * `layer_names` and `weight_names` hold and nothing else does. Keras 3 (`.weights.h5`): by class of layer, then by its counter
 * (`conv2d`, `conv2d_1`, …, `conv2d_10`), because such a file does not hold the order between classes; see `inModelOrder`.
 *
 * Throws `BAD_WEIGHTS` when the file is missing, not HDF5, cut short, without these attributes, or holds NaN or infinity.
 */
export async function readKerasWeights(file: string): Promise<NamedArray[]> {
  if (!existsSync(file)) throw damaged(file, 'there is no such file');
  const h5: H5 = await import('h5wasm/node');
  const library = await h5.ready;
  // Without it errors are printed and a half-open file comes back; nothing else runs between here and `finally`.
  library.activate_throwing_error_handler();
  let opened: import('h5wasm/node').File | undefined;
  try {
    opened = new h5.File(file, 'r');
    const arrays = readLayers(h5, opened, file);
    if (arrays.length === 0) throw damaged(file, 'it holds no weights');
    return arrays;
  } catch (error) {
    throw error instanceof ReportError ? error : damaged(file, innermost(error), error);
  } finally {
    library.deactivate_throwing_error_handler();
    opened?.close();
  }
}

function readLayers(h5: H5, file: import('h5wasm/node').File, path: string): NamedArray[] {
  if (file.attrs.layer_names) {
    return names(file, 'layer_names', path).flatMap((layer) => {
      const group = member(file, layer, path);
      if (!(group instanceof h5.Group)) throw damaged(path, `layer "${layer}" is listed but missing`);
      return names(group, 'weight_names', path).map((weight) => readArray(h5, group, weight, weight, path));
    });
  }
  const layers = file.keys().includes('layers') ? file.get('layers') : null;
  if (!(layers instanceof h5.Group)) {
    throw damaged(path, 'it has neither the attribute layer_names (Keras 2) nor the group layers (Keras 3)');
  }
  return [...layers.keys()].sort(byCounter).flatMap((layer) => {
    const group = member(layers, layer, path);
    if (!(group instanceof h5.Group) || !group.keys().includes('vars')) return [];
    const vars = group.get('vars') as Group; // Keras 3 always makes it a group
    return [...vars.keys()]
      .sort((a, b) => Number(a) - Number(b))
      .map((index) => readArray(h5, vars, index, `layers/${layer}/vars/${index}`, path));
  });
}

const member = (group: Group, name: string, path: string) => {
  if (!group.keys().includes(name)) throw damaged(path, `"${name}" is listed but missing`);
  return group.get(name);
};

/** An attribute that holds a list of texts. An empty list is stored as an empty array of floats. */
function names(group: Group, attribute: string, path: string): string[] {
  const found = group.attrs[attribute];
  if (!found) throw damaged(path, `${group.path} has no attribute ${attribute}`);
  if (found.shape?.[0] === 0) return [];
  const { value } = found;
  if (!Array.isArray(value) || !value.every((name): name is string => typeof name === 'string')) {
    throw damaged(path, `the attribute ${attribute} of ${group.path} is not a list of names`);
  }
  return value;
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

/** `conv2d` < `conv2d_1` < `conv2d_2` < `conv2d_10`; classes by name. */
function byCounter(a: string, b: string): number {
  const split = (text: string): [string, number] => {
    const match = /^(.*?)_(\d+)$/.exec(text);
    return match ? [match[1]!, Number(match[2])] : [text, 0]; // both groups take part in every match
  };
  const [classA, counterA] = split(a);
  const [classB, counterB] = split(b);
  return classA === classB ? counterA - counterB : classA < classB ? -1 : 1;
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
