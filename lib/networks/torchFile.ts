import { ReportError } from '../core/errors';
import type { NamedArray } from './hdf5';
import { asArray, asCount, asCounts, asMap, Global, type Pickled, unpickle } from './pickle';

/** A tensor of a file: a view of numbers that lie there in some order. */
export interface TorchTensor {
  name: string;
  shape: readonly number[];
  /** The tensor's values with its axes in this order, as TensorFlow lays them out. */
  ordered(axes: readonly number[]): NamedArray;
}

/** A run of numbers in the file, which tensors are views of. */
class Storage {
  constructor(
    readonly type: string,
    readonly key: string,
    readonly count: number,
  ) {}
}

/** A tensor before its numbers have been found. */
class View {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** Bytes of a number by the name of torch's class for its storage. Whole numbers are counters, which no network needs. */
const sizes: Readonly<Record<string, number>> = { 'torch FloatStorage': 4, 'torch LongStorage': 8 };

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
const MOST_AXES = 6;

/**
 * The float32 tensors of a state dict in torch's format before version 1.6, in its order: pickles of a magic number, a version, the system, the
 * tensors and the keys of their storages; then each storage as a count of 64 bits and its numbers. Nothing of the file is executed. Throws
 * `BAD_WEIGHTS` for a file that is damaged or holds anything else; `name` is what the message calls it.
 */
export function readTorchFile(bytes: Buffer, name: string): TorchTensor[] {
  const damaged = (what: string, cause?: unknown): ReportError =>
    new ReportError(
      'BAD_WEIGHTS',
      `${name} cannot be read as weights of torch: ${what}. Delete it to have it fetched again, or give another file.`,
      { cause },
    );
  try {
    return tensorsOf(bytes);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw damaged(error.message, error);
    throw error;
  }
}

function tensorsOf(bytes: Buffer): TorchTensor[] {
  let at = 0;
  const next = (): Pickled => {
    const { value, end } = unpickle(bytes, at, { call, find });
    at = end;
    return value;
  };
  if (next() !== MAGIC || next() !== PROTOCOL) throw new TypeError('it does not begin as such a file does');
  if (asMap(next()).get('little_endian') !== true) throw new TypeError('its numbers are big-endian');
  const views = [...asMap(next())].map(([key, view]) => {
    if (typeof key === 'string' && view instanceof View) return [key, view] as const;
    throw new TypeError('a value of it is not a tensor');
  });
  const storages = new Map<string, Buffer>();
  const declared = new Map(views.map(([, { storage }]) => [storage.key, storage]));
  for (const key of asArray(next())) {
    const storage = typeof key === 'string' ? declared.get(key) : undefined;
    if (!storage || storages.has(storage.key)) throw new TypeError('a storage of it is of no tensor');
    const count = Number(bytes.readBigInt64LE(at));
    const start = at + 8;
    at = start + count * sizes[storage.type]!; // of one of the types below
    if (count !== storage.count || at > bytes.length)
      throw new RangeError(`storage ${storage.key} is not whole`);
    storages.set(storage.key, bytes.subarray(start, at));
  }
  if (at !== bytes.length) throw new RangeError(`${bytes.length - at} bytes are left over`);
  const floats = views.filter(([, { storage }]) => storage.type === 'torch FloatStorage');
  const numbers = floats.reduce((sum, [, { shape }]) => sum + product(shape), 0);
  if (4 * numbers > bytes.length) throw new RangeError(`${numbers} numbers do not fit it`);
  return floats.map(([key, view]) => tensorOf(key, view, storages.get(view.storage.key)));
}

function tensorOf(name: string, view: View, storage: Buffer | undefined): TorchTensor {
  const { shape, strides, offset } = view;
  if (!storage) throw new TypeError(`the storage of ${name} is missing`);
  const last = shape.reduce((sum, size, i) => sum + (size - 1) * strides[i]!, offset); // as many strides
  if (product(shape) === 0 || last >= view.storage.count)
    throw new RangeError(`${name} is not in its storage`);
  const ordered = (axes: readonly number[]): NamedArray => {
    const sides = axes.map((axis) => shape[axis]!); // axes of this tensor, as below
    const steps = axes.map((axis) => strides[axis]!);
    const data = new Float32Array(product(shape));
    const place = sides.map(() => 0);
    let from = offset;
    for (let i = 0; i < data.length; i++) {
      data[i] = storage.readFloatLE(4 * from);
      for (let axis = sides.length - 1; axis >= 0; axis--) {
        from += steps[axis]!; // an axis of both, as below
        if (++place[axis]! < sides[axis]!) break;
        from -= steps[axis]! * sides[axis]!;
        place[axis] = 0;
      }
    }
    if (data.every(Number.isFinite)) return { name, shape: sides, data };
    throw new ReportError('BAD_WEIGHTS', `${name} holds NaN or infinity: give another file.`);
  };
  return { name, shape, ordered };
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The only two functions of Python that such a file may name with arguments; neither is run. */
function call(made: Global, args: readonly Pickled[]): Pickled {
  if (made.name === 'collections OrderedDict' && args.length === 0) return new Map();
  const [storage, offset, shape, strides] = args;
  if (made.name !== 'torch._utils _rebuild_tensor_v2' || !(storage instanceof Storage)) {
    throw new TypeError(`it calls ${made.name}, which no tensor needs`);
  }
  const view = new View(storage, asCount(offset), asCounts(shape), asCounts(strides));
  if (view.shape.length === view.strides.length && view.shape.length <= MOST_AXES) return view;
  throw new TypeError('a tensor has not as many strides as axes, or too many');
}

/** The storage that a persistent id stands for: `('storage', class, key, device, count, view)`. */
function find(id: Pickled): Pickled {
  const [kind, type, key, , count, view] = asArray(id);
  if (kind === 'storage' && type instanceof Global && typeof key === 'string' && view === null) {
    if (type.name in sizes) return new Storage(type.name, key, asCount(count));
    throw new TypeError(`it holds a ${type.name}, expected a torch FloatStorage`);
  }
  throw new TypeError('an object of it is no storage');
}
