import { ReportError } from '../core/errors';
import type { NamedArray } from './hdf5';
import { asList, asMap, Named, OUTSIDE, type Pickled, unpickle } from './pickle';
import { storedEntries } from './zip';

export interface TorchTensor {
  name: string;
  shape: readonly number[];
  /** Its values with its axes in this order. */
  ordered(axes: readonly number[]): NamedArray;
}

/** A tensor as a view of a run of numbers, its storage, which is of this type and key and has `count` numbers. */
type View = ReturnType<typeof viewOf>;

/** Bytes of a number by torch's class for its storage. Whole numbers are counters, which no network needs. */
const sizes: Readonly<Record<string, number>> = { 'torch FloatStorage': 4, 'torch LongStorage': 8 };

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
const MOST_AXES = 6;

/** The float32 tensors of a torch state dict, in its order; nothing of the file is run. Throws `BAD_WEIGHTS`, naming `name`. */
export function readTorchFile(bytes: Buffer, name: string): TorchTensor[] {
  try {
    return tensorsIn(bytes);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    const fault = `${name} cannot be read as weights of torch: ${error.message}`;
    throw new ReportError('BAD_WEIGHTS', `${fault}. Give another file.`, { cause: error });
  }
}

function tensorsIn(bytes: Buffer): TorchTensor[] {
  const zipped = bytes.toString('latin1', 0, 2) === 'PK';
  const { views, storages } = zipped ? archived(storedEntries(bytes)) : inOneRow(bytes);
  const floats = views.filter(({ type }) => type === 'torch FloatStorage');
  const numbers = floats.reduce((sum, { shape }) => sum + product(shape), 0);
  if (4 * numbers > bytes.length) throw new RangeError(`${numbers} numbers do not fit it`);
  return floats.map((view) => tensorOf(view, storages.get(view.key)));
}

/** What a state dict says of its tensors, and the storages by key. */
interface State {
  views: View[];
  storages: ReadonlyMap<string, Buffer>;
}

/** A state in torch's format since 1.6: a zip archive with a pickle and a file for each storage. */
function archived(entries: ReadonlyMap<string, Buffer>): State {
  const pickle = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name)) ?? '';
  const folder = pickle.slice(0, -'data.pkl'.length);
  const order = entries.get(`${folder}byteorder`)?.toString() ?? 'little';
  if (order !== 'little') throw new TypeError('its numbers are big-endian');
  const views = [...asMap(unpickle(entries.get(pickle) ?? Buffer.alloc(0), 0).value)].map(viewOf);
  const storages = views.map(({ key, count, type }): [string, Buffer] => {
    const storage = entries.get(`${folder}data/${key}`);
    if (storage?.length === count * sizes[type]!) return [key, storage]; // see viewOf
    throw new RangeError(`the storage ${key} is missing or not whole`);
  });
  return { views, storages: new Map(storages) };
}

/** A state in torch's format before 1.6: pickles one after the other, and then the storages. */
function inOneRow(bytes: Buffer): State {
  let at = 0;
  const next = (): Pickled => {
    const { value, end } = unpickle(bytes, at);
    at = end;
    return value;
  };
  if (next() !== MAGIC || next() !== PROTOCOL) throw new TypeError('it does not begin as such a file does');
  if (asMap(next()).get('little_endian') !== true) throw new TypeError('its numbers are big-endian');
  const views = [...asMap(next())].map(viewOf);
  const counts = new Map(views.map(({ key, count, type }) => [key, { count, size: sizes[type]! }])); // see viewOf
  const storages = new Map<string, Buffer>();
  for (const key of asList(next())) {
    const storage = typeof key === 'string' ? counts.get(key) : undefined;
    if (typeof key !== 'string' || !storage || storages.has(key))
      throw new TypeError('a storage of it is of no tensor');
    const start = at + 8;
    at = start + storage.count * storage.size;
    const whole = bytes.readBigInt64LE(start - 8) === BigInt(storage.count) && at <= bytes.length;
    if (!whole) throw new RangeError('a storage of it is not whole');
    storages.set(key, bytes.subarray(start, at));
  }
  if (at !== bytes.length) throw new RangeError(`${bytes.length - at} bytes are left over`);
  return { views, storages };
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** What the call of `_rebuild_tensor_v2` would make: its arguments are the storage, an offset, sides and strides; the others do not matter here. */
function viewOf([name, value]: [Pickled, Pickled]) {
  const learnt = value instanceof Named && value.name === 'torch._utils _rebuild_parameter';
  const [storage, offset, sides, steps] = partsOf(
    learnt ? value.parts[0] : value,
    'torch._utils _rebuild_tensor_v2',
  );
  const [, kind, key, , count] = partsOf(storage, OUTSIDE); // the word "storage", class, key, device, count
  const type = kind instanceof Named ? kind.name : 'a plain value';
  if (!(type in sizes)) throw new TypeError(`it holds ${type}, expected torch FloatStorage`);
  const [shape, strides] = [asList(sides).map(asCount), asList(steps).map(asCount)];
  const named = typeof name === 'string' && typeof key === 'string';
  if (named && shape.length === strides.length && shape.length <= MOST_AXES) {
    return { name, type, key, count: asCount(count), offset: asCount(offset), shape, strides };
  }
  throw new TypeError('a tensor has no name, not as many strides as axes, or too many');
}

function partsOf(value: Pickled | undefined, name: string): readonly Pickled[] {
  if (value instanceof Named && value.name === name) return value.parts;
  const found = value instanceof Named ? value.name : 'a plain value';
  throw new TypeError(`it holds ${found}, expected ${name}`);
}

function asCount(value: Pickled | undefined): number {
  if (typeof value === 'number' && value >= 0) return value; // whole, as all numbers of a pickle here
  throw new TypeError('a count was expected');
}

function tensorOf({ name, offset, shape, strides }: View, storage?: Buffer): TorchTensor {
  const last = shape.reduce((sum, side, axis) => sum + (side - 1) * strides[axis]!, offset); // as many, here and below
  if (!storage || product(shape) === 0 || 4 * last >= storage.length)
    throw new RangeError(`${name} is not in its storage`);
  const ordered = (axes: readonly number[]): NamedArray => {
    const data = new Float32Array(product(shape));
    const values = new Float32Array(new Uint8Array(storage).buffer); // a copy, on a boundary of four bytes
    let next = 0;
    const fill = (place: number, [axis, ...inner]: readonly number[]): void => {
      const [side, step] = axis === undefined ? [1, 0] : [shape[axis]!, strides[axis]!];
      if (inner.length > 0) for (let i = 0; i < side; i++) fill(place + i * step, inner);
      else for (let i = 0; i < side; i++) data[next++] = values[place + i * step]!; // in its storage, see above
    };
    fill(offset, axes);
    if (data.every(Number.isFinite)) return { name, shape: axes.map((axis) => shape[axis]!), data };
    throw new ReportError('BAD_WEIGHTS', `${name} holds NaN or infinity: give another file.`);
  };
  return { name, shape, ordered };
}
