/** The name of a class or function of Python, `module name`; nothing is imported. */
export class Global {
  constructor(readonly name: string) {}
}

/** What a pickle can hold here: plain values, and what `PickleNames` makes. */
export type Pickled = string | number | bigint | boolean | null | Pickled[] | Map<Pickled, Pickled> | object;

/** What stands for the objects of Python that a pickle makes by a call, and for those that lie outside it. Both throw `TypeError` for what they do not know. */
export interface PickleNames {
  call(made: Global, args: readonly Pickled[]): Pickled;
  find(id: Pickled): Pickled;
}

/** A list or tuple; throws `TypeError` for anything else, like those below. */
export function asArray(value: Pickled | undefined): Pickled[] {
  if (Array.isArray(value)) return value;
  throw new TypeError('a list was expected');
}

export function asMap(value: Pickled): Map<Pickled, Pickled> {
  if (value instanceof Map) return value;
  throw new TypeError('a dictionary was expected');
}

/** A whole number from 0 on. */
export function asCount(value: Pickled | undefined): number {
  if (typeof value === 'number' && value >= 0) return value; // a pickle's numbers are whole here
  throw new TypeError('a count was expected');
}

export const asCounts = (value: Pickled | undefined): number[] => asArray(value).map(asCount);

/** Marks where the items of a tuple, list or dictionary begin. */
const MARK = Symbol('mark');

/**
 * The value of the pickle of protocol 2 that begins at `start`, and where it ends. Knows what a dictionary of tensors is written with, and no
 * more. Throws `RangeError` where the bytes end too early, `TypeError` for anything that it does not know.
 */
export function unpickle(bytes: Buffer, start: number, names: PickleNames): { value: Pickled; end: number } {
  const stack: (Pickled | typeof MARK)[] = [];
  const memo = new Map<number, Pickled>();
  let at = start;
  const take = (count: number): number => {
    at += count;
    if (at > bytes.length) throw new RangeError('it ends in the middle of a value');
    return at - count;
  };
  const pop = (): Pickled => {
    const value = stack.pop();
    if (value !== undefined && value !== MARK) return value as Pickled; // not a mark
    throw new TypeError('a value is missing');
  };
  const top = (): Pickled => {
    const value = pop();
    stack.push(value);
    return value;
  };
  const popToMark = (): Pickled[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) throw new TypeError('a mark is missing');
    const items = stack.splice(mark) as [typeof MARK, ...Pickled[]]; // it was the last mark
    return items.slice(1) as Pickled[];
  };
  const popTuple = (count: number): Pickled[] => Array.from({ length: count }, pop).reverse();
  const setItems = (items: readonly Pickled[]): undefined => {
    const map = asMap(top());
    if (items.length % 2 > 0) throw new TypeError('a key has no value');
    for (let i = 0; i < items.length; i += 2) map.set(items[i]!, items[i + 1]!); // pairs
  };
  const line = (): string => {
    const end = bytes.indexOf('\n', at);
    if (end < 0) throw new RangeError('it ends in the middle of a name');
    const text = bytes.toString('latin1', at, end);
    at = end + 1;
    return text;
  };
  const remember = (key: number): undefined => {
    memo.set(key, top());
  };
  const recall = (key: number): Pickled => {
    const value = memo.get(key);
    if (value !== undefined) return value;
    throw new TypeError('a value is used that is not there');
  };
  /** By the characters that Python's own module knows the operations by: what goes onto the stack, if anything. */
  const codes: Record<string, () => Pickled | undefined> = {
    '\x80': () => {
      if (bytes.readUInt8(take(1)) !== 2) throw new TypeError('it is of another protocol');
      return undefined;
    },
    N: () => null, // NONE
    '\x88': () => true,
    '\x89': () => false,
    K: () => bytes.readUInt8(take(1)), // BININT1
    M: () => bytes.readUInt16LE(take(2)), // BININT2
    J: () => bytes.readInt32LE(take(4)), // BININT
    '\x8a': () => {
      const count = bytes.readUInt8(take(1)); // LONG1
      const digits = Buffer.from(bytes.subarray(take(count), at))
        .reverse()
        .toString('hex');
      return BigInt.asIntN(8 * count, BigInt(`0x${digits || '0'}`));
    },
    X: () => {
      const count = bytes.readUInt32LE(take(4)); // BINUNICODE
      return bytes.toString('utf8', take(count), at);
    },
    '}': () => new Map(), // EMPTY_DICT
    ']': () => [], // EMPTY_LIST
    ')': () => [], // EMPTY_TUPLE
    t: popToMark, // TUPLE
    '\x85': () => popTuple(1),
    '\x86': () => popTuple(2),
    '\x87': () => popTuple(3),
    c: () => new Global(`${line()} ${line()}`), // GLOBAL
    Q: () => names.find(pop()), // BINPERSID
    R: () => {
      const args = asArray(pop()); // REDUCE
      const made = pop();
      if (made instanceof Global) return names.call(made, args);
      throw new TypeError('something is called that is no function');
    },
    h: () => recall(bytes.readUInt8(take(1))), // BINGET
    j: () => recall(bytes.readUInt32LE(take(4))), // LONG_BINGET
    q: () => remember(bytes.readUInt8(take(1))), // BINPUT
    r: () => remember(bytes.readUInt32LE(take(4))), // LONG_BINPUT
    '(': () => void stack.push(MARK),
    s: () => setItems(popTuple(2)), // SETITEM
    u: () => setItems(popToMark()), // SETITEMS
    e: () => {
      const items = popToMark(); // APPENDS
      const list = asArray(top());
      for (const item of items) list.push(item);
      return undefined;
    },
    b: () => void pop(), // BUILD: attributes of a dictionary, which say nothing of its tensors
  };
  for (;;) {
    const code = String.fromCharCode(bytes.readUInt8(take(1)));
    if (code === '.') return { value: pop(), end: at };
    const work = codes[code];
    if (!work) throw new TypeError(`it holds the operation ${JSON.stringify(code)}, which no tensor needs`);
    const made = work();
    if (made !== undefined) stack.push(made);
  }
}
