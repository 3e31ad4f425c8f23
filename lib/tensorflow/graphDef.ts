import { bytes, real, varint, whole } from './protobuf';

/**
 * The few messages of TensorFlow's protocol buffers that a SavedModel of one graph needs (graph.proto, attr_value.proto, tensor.proto,
 * saved_model.proto). Written by hand because no TensorFlow.js package writes them.
 */

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
  Buffer.concat(shape.map((size) => bytes(2, whole(1, size))));

/** What a constant can hold: the type of its array is the type of the tensor. */
export type ConstantData = Float32Array | Int32Array | Uint8Array;

const typeOf = (data: ConstantData): DataType =>
  data instanceof Float32Array ? 'float' : data instanceof Int32Array ? 'int32' : 'uint8';

/** `AttrValue`s. */
export const attribute = {
  type: (type: DataType): Buffer => whole(6, dataTypes[type]),
  shape: (shape: readonly number[]): Buffer => bytes(7, shapeProto(shape)),
  text: (value: string): Buffer => bytes(2, value),
  whole: (value: number): Buffer => whole(3, value),
  real: (value: number): Buffer => real(4, value),
  flag: (value: boolean): Buffer => whole(5, value ? 1 : 0),
  wholes: (values: readonly number[]): Buffer =>
    bytes(1, ...(values.length ? [bytes(3, ...values.map(varint))] : [])),
  tensor: (shape: readonly number[], data: ConstantData, type = typeOf(data)): Buffer =>
    bytes(
      8,
      whole(1, dataTypes[type]),
      bytes(2, shapeProto(shape)),
      bytes(4, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ),
};

export type Attributes = Readonly<Record<string, Buffer>>;

/** Gathers the nodes of a graph; each method adds one and gives its name back, to be another one's input. */
export interface GraphBuilder {
  /** `inputs` are names of nodes, `name:1` for a further output and `^name` for what must have run before. */
  node(operation: string, name: string, inputs: readonly string[], attributes?: Attributes): string;
  /** What is fed at run time; −1 in the shape stands for any size. */
  input(name: string, type: DataType, shape: readonly number[]): string;
  constant(name: string, shape: readonly number[], data: ConstantData, type?: DataType): string;
  /** The bytes of a `saved_model.pb` with this graph, tagged `serve`, without signatures: its nodes are fed and fetched by name. */
  savedModel(): Buffer;
}

/** Starts a graph, all of whose nodes run on `device`, such as `/device:CPU:0`; TensorFlow chooses when it is left out. */
export function buildGraph(device?: string): GraphBuilder {
  const nodes: Buffer[] = [];
  const node: GraphBuilder['node'] = (operation, name, inputs, attributes = {}) => {
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
    input: (name, type, shape) =>
      node('Placeholder', name, [], { dtype: attribute.type(type), shape: attribute.shape(shape) }),
    constant: (name, shape, data, type = typeOf(data)) =>
      node('Const', name, [], { dtype: attribute.type(type), value: attribute.tensor(shape, data, type) }),
    savedModel: () => {
      const versions = bytes(4, whole(1, 1645), whole(2, 12)); // GraphDef version of TensorFlow 2.15, oldest reader
      const meta = bytes(1, bytes(4, 'serve'), bytes(5, '2.15.0'));
      return Buffer.concat([whole(1, 1), bytes(2, meta, bytes(2, ...nodes, versions))]);
    },
  };
}
