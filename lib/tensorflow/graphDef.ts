// The few messages of TensorFlow's protocol buffers (encoding of version 3) that a SavedModel of one graph needs: no TensorFlow.js package writes them.

/** A whole number from −2⁶³ on, in as few bytes as it needs; negative ones take ten. */
function varint(value: number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

const wholeField = (field: number, value: number): Buffer =>
  Buffer.concat([varint(field * 8), varint(value)]);

/** A field that holds text, raw bytes or a message of the given parts. */
function bytes(field: number, ...parts: (string | Uint8Array)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}

/** `DataType` of types.proto. */
export const dataTypes = {
  float: 1,
  int32: 3,
  uint8: 4,
  string: 7,
  bool: 10,
  half: 19,
  resource: 20,
} as const;
export type DataType = keyof typeof dataTypes;

/** `TensorShapeProto`; −1 stands for a size known only at run time. */
const shapeProto = (shape: readonly number[]): Buffer =>
  Buffer.concat(shape.map((size) => bytes(2, wholeField(1, size))));

/** What a constant can hold: the type of its array is the type of the tensor. */
export type ConstantData = Float32Array | Int32Array | Uint8Array;

const typeOf = (data: ConstantData): DataType =>
  data instanceof Float32Array ? 'float' : data instanceof Int32Array ? 'int32' : 'uint8';

/** `AttrValue`s. */
export const attribute = {
  type: (type: DataType): Buffer => wholeField(6, dataTypes[type]),
  shape: (shape: readonly number[]): Buffer => bytes(7, shapeProto(shape)),
  text: (value: string): Buffer => bytes(2, value),
  whole: (value: number): Buffer => wholeField(3, value),
  real: (value: number): Buffer =>
    Buffer.concat([varint(4 * 8 + 5), Buffer.from(Float32Array.of(value).buffer)]),
  flag: (value: boolean): Buffer => wholeField(5, value ? 1 : 0),
  wholes: (values: readonly number[]): Buffer =>
    bytes(1, ...(values.length ? [bytes(3, ...values.map(varint))] : [])),
  tensor: (shape: readonly number[], data: ConstantData, type = typeOf(data)): Buffer =>
    bytes(
      8,
      wholeField(1, dataTypes[type]),
      bytes(2, shapeProto(shape)),
      bytes(4, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ),
};

/** Gathers the nodes of a graph; each method adds one and gives its name back, to be another one's input. */
export type GraphBuilder = ReturnType<typeof buildGraph>;

/** Starts a graph, all of whose nodes run on `device`, such as `/device:CPU:0`; TensorFlow chooses when it is left out. */
export function buildGraph(device?: string) {
  const nodes: Buffer[] = [];
  /** `inputs` are names of nodes, `name:1` for a further output and `^name` for what must have run before. */
  const node = (
    operation: string,
    name: string,
    inputs: readonly string[],
    attributes: Record<string, Buffer> = {},
  ): string => {
    const fields = [
      bytes(1, name),
      bytes(2, operation),
      ...inputs.map((input) => bytes(3, input)),
      ...(device === undefined ? [] : [bytes(4, device)]),
      ...Object.entries(attributes).map(([key, value]) => bytes(5, bytes(1, key), bytes(2, value))),
    ];
    nodes.push(bytes(1, ...fields));
    return name;
  };
  return {
    node,
    /** What is fed at run time; −1 in the shape stands for any size. */
    input: (name: string, type: DataType, shape: readonly number[]) =>
      node('Placeholder', name, [], { dtype: attribute.type(type), shape: attribute.shape(shape) }),
    constant: (name: string, shape: readonly number[], data: ConstantData, type = typeOf(data)) =>
      node('Const', name, [], { dtype: attribute.type(type), value: attribute.tensor(shape, data, type) }),
    /** The bytes of a `saved_model.pb` with this graph, tagged `serve`, without signatures: its nodes are fed and fetched by name. */
    savedModel: () => {
      const versions = bytes(4, wholeField(1, 1645), wholeField(2, 12)); // GraphDef of TensorFlow 2.15, oldest reader
      const meta = bytes(1, bytes(4, 'serve'), bytes(5, '2.15.0'));
      return Buffer.concat([wholeField(1, 1), bytes(2, meta, bytes(2, ...nodes, versions))]);
    },
  };
}
