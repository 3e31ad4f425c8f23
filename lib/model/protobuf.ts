/**
 * The few messages of TensorFlow's protocol buffers that a SavedModel of constants needs (graph.proto, attr_value.proto, tensor.proto,
 * saved_model.proto). Written by hand because no TensorFlow.js package writes them.
 */

/** `DataType` of types.proto. */
export const dataTypes = { float: 1, int32: 3, uint8: 4 } as const;
export type DataType = keyof typeof dataTypes;

function varint(value: number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value)); // −1 takes ten bytes
  const bytes: number[] = [];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

/** A field that holds a whole number. */
const whole = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8), varint(value)]);

/** A field that holds text, raw bytes or a message of the given parts. */
function bytes(field: number, ...parts: (string | Uint8Array)[]): Buffer {
  const content = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  const length = content.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return Buffer.concat([varint(field * 8 + 2), varint(length), ...content]);
}

/** `TensorShapeProto`; −1 stands for a size known only at run time. */
const shapeProto = (shape: readonly number[]): Buffer =>
  Buffer.concat(shape.map((size) => bytes(2, whole(1, size))));

/** `AttrValue`s. */
export const attribute = {
  type: (type: DataType): Buffer => whole(6, dataTypes[type]),
  shape: (shape: readonly number[]): Buffer => bytes(7, shapeProto(shape)),
  text: (value: string): Buffer => bytes(2, value),
  wholes: (values: readonly number[]): Buffer =>
    bytes(1, ...(values.length ? [bytes(3, ...values.map(varint))] : [])),
  tensor: (shape: readonly number[], data: Float32Array): Buffer =>
    bytes(
      8,
      whole(1, dataTypes.float),
      bytes(2, shapeProto(shape)),
      bytes(4, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ),
};

/** A `NodeDef`, as a field of a `GraphDef`. `inputs` are names of nodes. */
export function node(
  operation: string,
  name: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, Buffer>>,
): Buffer {
  const entries = Object.entries(attributes).map(([key, value]) => bytes(5, bytes(1, key), bytes(2, value)));
  return bytes(1, bytes(1, name), bytes(2, operation), ...inputs.map((input) => bytes(3, input)), ...entries);
}

/** One end of a signature: its key, the node behind it, its type and shape. */
export interface Endpoint {
  key: string;
  node: string;
  type: DataType;
  shape: readonly number[];
}

/** A whole `SavedModel` with one graph, tagged `serve`, and the signature `serving_default`. */
export function savedModel(nodes: readonly Buffer[], input: Endpoint, output: Endpoint): Buffer {
  const endpoint = (field: number, { key, node: name, type, shape }: Endpoint): Buffer =>
    bytes(
      field,
      bytes(1, key),
      bytes(2, bytes(1, `${name}:0`), whole(2, dataTypes[type]), bytes(3, shapeProto(shape))),
    );
  const signature = bytes(
    5,
    bytes(1, 'serving_default'),
    bytes(2, endpoint(1, input), endpoint(2, output), bytes(3, 'tensorflow/serving/predict')),
  );
  const versions = bytes(4, whole(1, 1645), whole(2, 12)); // GraphDef version of TensorFlow 2.15, oldest reader
  const meta = bytes(1, bytes(4, 'serve'), bytes(5, '2.15.0'));
  return Buffer.concat([whole(1, 1), bytes(2, meta, bytes(2, ...nodes, versions), signature)]);
}
