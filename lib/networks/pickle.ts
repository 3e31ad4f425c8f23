/** An object of Python that a pickle names, `module name`, and what it would be made of; nothing is imported or called. */
export class Named {
  constructor(
    readonly name: string,
    readonly parts: readonly Pickled[] = [],
  ) {}
}

export type Pickled = string | number | bigint | boolean | null | Pickled[] | Map<Pickled, Pickled> | Named;

/** What stands for an object that lies outside the pickle: its persistent id are its parts. */
export const OUTSIDE = 'outside';

const MARK = Symbol('mark');

export function asList(value: Pickled | undefined): Pickled[] {
  if (Array.isArray(value)) return value;
  throw new TypeError('a list was expected');
}

export function asMap(value: Pickled): Map<Pickled, Pickled> {
  if (value instanceof Map) return value;
  throw new TypeError('a dictionary was expected');
}

/** The value of the pickle of protocol 2 at `start`, and where it ends. Throws `RangeError` for too few bytes, `TypeError` for what no tensor needs. */
export function unpickle(bytes: Buffer, start: number): { value: Pickled; end: number } {
  const stack: (Pickled | typeof MARK)[] = [];
  const memo = new Map<number, Pickled>();
  let at = start;
  const take = (count: number): Buffer => {
    at += count;
    if (at <= bytes.length) return bytes.subarray(at - count, at);
    throw new RangeError('it ends in the middle of a value');
  };
  const line = (): string => {
    const length = bytes.indexOf('\n', at) - at;
    return take(length < 0 ? bytes.length : length + 1).toString('latin1', 0, length);
  };
  const pop = (): Pickled => {
    const value = stack.pop();
    if (value !== undefined && typeof value !== 'symbol') return value;
    throw new TypeError('a value is missing');
  };
  const popTuple = (count: number): Pickled[] => Array.from({ length: count }, pop).reverse();
  const popToMark = (): Pickled[] => {
    const items = popTuple(stack.length - 1 - stack.lastIndexOf(MARK));
    if (stack.pop() === MARK) return items;
    throw new TypeError('a mark is missing');
  };
  const keep = (value: Pickled): void => void stack.push(value);
  const setItems = (items: readonly Pickled[]): void => {
    const map = asMap(pop());
    for (let i = 0; i + 1 < items.length; i += 2) map.set(items[i]!, items[i + 1]!); // pairs
    keep(map);
  };
  const remember = (key: number): void => {
    const value = pop();
    memo.set(key, value);
    keep(value);
  };
  const recall = (key: number): void => {
    const value = memo.get(key);
    if (value === undefined) throw new TypeError('a value is used that is not there');
    keep(value);
  };
  /** By the characters that Python's own module knows the operations by. */
  const operations: Record<string, () => void> = {
    N: () => keep(null),
    '\x88': () => keep(true),
    '\x89': () => keep(false),
    K: () => keep(take(1).readUInt8()), // BININT1
    M: () => keep(take(2).readUInt16LE()), // BININT2
    J: () => keep(take(4).readInt32LE()), // BININT
    '\x8a': () =>
      keep(
        BigInt(
          `0x0${Buffer.from(take(take(1).readUInt8()))
            .reverse()
            .toString('hex')}`,
        ),
      ), // LONG1
    X: () => keep(take(take(4).readUInt32LE()).toString()), // BINUNICODE
    '}': () => keep(new Map()), // EMPTY_DICT
    ']': () => keep([]), // EMPTY_LIST
    ')': () => keep([]), // EMPTY_TUPLE
    '(': () => void stack.push(MARK),
    t: () => keep(popToMark()), // TUPLE
    '\x85': () => keep(popTuple(1)),
    '\x86': () => keep(popTuple(2)),
    '\x87': () => keep(popTuple(3)),
    c: () => keep(new Named(`${line()} ${line()}`)), // GLOBAL
    Q: () => keep(new Named(OUTSIDE, asList(pop()))), // BINPERSID
    R: () => {
      const [made, parts] = popTuple(2); // REDUCE
      if (!(made instanceof Named)) throw new TypeError('something is called that is no function');
      keep(made.name === 'collections OrderedDict' ? new Map() : new Named(made.name, asList(parts)));
    },
    q: () => remember(take(1).readUInt8()), // BINPUT
    r: () => remember(take(4).readUInt32LE()), // LONG_BINPUT
    h: () => recall(take(1).readUInt8()), // BINGET
    j: () => recall(take(4).readUInt32LE()), // LONG_BINGET
    s: () => setItems(popTuple(2)), // SETITEM
    u: () => setItems(popToMark()), // SETITEMS
    e: () => {
      const items = popToMark(); // APPENDS
      const list = asList(pop());
      for (const item of items) list.push(item);
      keep(list);
    },
    b: () => void pop(), // BUILD: attributes of a dictionary, which say nothing of its tensors
  };
  if (take(2).toString('latin1') !== '\x80\x02') throw new TypeError('it is no pickle of protocol 2');
  for (;;) {
    const code = take(1).toString('latin1');
    if (code === '.') return { value: pop(), end: at };
    const work = operations[code];
    if (!work) throw new TypeError(`it holds the operation ${JSON.stringify(code)}, which no tensor needs`);
    work();
  }
}
