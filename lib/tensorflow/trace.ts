import type { Tensor } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { attribute, type ConstantData, type DataType, dataTypes, type GraphBuilder } from './graphDef';
import { type Binding, type NativeAttribute, nativeBackend } from './nativeGraph';

/** An operation of native TensorFlow as it was called, its inputs and outputs by the numbers that the binding gives tensors. */
interface TracedOperation {
  name: string;
  attributes: readonly NativeAttribute[];
  inputs: readonly number[];
  outputs: readonly number[];
}

/** A tensor that was created from data, not computed. */
interface TracedConstant {
  shape: readonly number[];
  type: number;
  data: ConstantData;
}

/** What ran while something was traced. */
export interface Trace {
  operations: readonly TracedOperation[];
  constants: ReadonlyMap<number, TracedConstant>;
  /** Tensors that an operation took. */
  taken: ReadonlyMap<number, Tensor>;
}

/** The number under which native TensorFlow holds a tensor; its data is handed over if that has not been done yet. */
export const nativeId = (tensor: Tensor): number => nativeBackend().getInputTensorIds([tensor])[0]!; // one for one

/**
 * Runs `work` and writes down every operation that native TensorFlow is asked for meanwhile. What does not go through an operation, such as
 * reading a tensor and going on with the number, is lost: the trace is that of this one run. Shapes are those of this run too. Throws
 * `NO_BACKEND` without native TensorFlow.
 */
export function traceOperations<T>(work: () => T): { value: T; trace: Trace } {
  const backend = nativeBackend();
  const { binding } = backend;
  const operations: TracedOperation[] = [];
  const constants = new Map<number, TracedConstant>();
  const taken = new Map<number, Tensor>();
  const idsOf = backend.getInputTensorIds;
  backend.getInputTensorIds = (tensors) => {
    const ids = idsOf.call(backend, tensors);
    ids.forEach((id, i) => {
      taken.set(id, tensors[i]!); // one for one
    });
    return ids;
  };
  backend.binding = boundCopy(binding);
  backend.binding.executeOp = (name, attributes, inputs, outputs) => {
    const made = binding.executeOp(name, attributes, inputs, outputs);
    operations.push({ name, attributes, inputs, outputs: made.map(({ id }) => id) });
    return made;
  };
  backend.binding.createTensor = (shape, type, data) => {
    const id = binding.createTensor(shape, type, data);
    constants.set(id, { shape, type, data: data as ConstantData }); // text is in no function that is traced
    return id;
  };
  try {
    return { value: work(), trace: { operations, constants, taken } };
  } finally {
    backend.binding = binding;
    backend.getInputTensorIds = idsOf;
  }
}

/** An object with the same members, which can be replaced; the native functions run on their own object. */
function boundCopy(binding: Binding): Binding {
  const members = Object.getOwnPropertyNames(binding).map((name) => {
    const member: unknown = binding[name as keyof Binding];
    return [name, typeof member === 'function' ? member.bind(binding) : member];
  });
  return Object.fromEntries(members) as Binding; // the same members
}

/**
 * Adds to `graph` what of a trace leads to the tensors numbered `outputs`, and gives the names of their nodes. `inputs` names the nodes that
 * stand for tensors which were there before; other tensors from before become constants with the values that they have now. The nodes' names
 * begin with `prefix`. Throws `BAD_INPUT` for a type or an attribute that no operation here has.
 */
export function addTrace(
  graph: GraphBuilder,
  prefix: string,
  { operations, constants, taken }: Trace,
  inputs: ReadonlyMap<number, string>,
  outputs: readonly number[],
): string[] {
  const { binding } = nativeBackend();
  const makers = new Map(
    operations.flatMap((operation, i) =>
      operation.outputs.map((id, output) => [id, { operation, i, output }] as const),
    ),
  );
  const names = new Map<number, string>(inputs);
  const nameOf = (id: number): string => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const maker = makers.get(id);
    if (maker) {
      addOperation(maker.operation, maker.i);
      return names.get(id)!; // the operation has named its outputs
    }
    const constant = constants.get(id) ?? constantOf(id, taken.get(id));
    if (constant) {
      const name = addConstant(graph, `${prefix}constant_${id}`, constant);
      names.set(id, name);
      return name;
    }
    throw new ReportError(
      'BAD_INPUT',
      `Tensor ${id} was neither given nor made while tracing: name it as an input.`,
    );
  };
  const addOperation = (
    { name, attributes, inputs: taken, outputs: made }: TracedOperation,
    i: number,
  ): void => {
    const node = graph.node(
      name,
      `${prefix}${name}_${i}`,
      taken.map(nameOf),
      Object.fromEntries(attributes.map((one) => [one.name, encodeAttribute(binding, one)])),
    );
    made.forEach((id, output) => {
      names.set(id, output === 0 ? node : `${node}:${output}`);
    });
  };
  return outputs.map(nameOf);
}

/** The tensor itself may be gone: operations take clones, which share the data of what they are clones of. */
function constantOf(id: number, tensor: Tensor | undefined): TracedConstant | undefined {
  if (!tensor) return undefined;
  const type = { float32: dataTypes.float, int32: dataTypes.int32, bool: dataTypes.bool }[
    tensor.dtype as string
  ];
  if (type === undefined) return undefined;
  return { shape: tensor.shape, type, data: nativeBackend().binding.tensorDataSync(id) };
}

const typeNames = new Map(
  Object.entries(dataTypes).map(([name, code]) => [code as number, name as DataType]),
);

function typeName(code: number): DataType {
  const name = typeNames.get(code);
  if (name) return name;
  throw new ReportError('BAD_INPUT', `A traced tensor has type ${code}, which no graph here is made of.`);
}

function addConstant(graph: GraphBuilder, name: string, { shape, type, data }: TracedConstant): string {
  const dtype = typeName(type);
  return graph.node('Const', name, [], {
    dtype: attribute.type(dtype),
    value: attribute.tensor(shape, data, dtype),
  });
}

function encodeAttribute(binding: Binding, { name, type, value }: NativeAttribute): Buffer {
  if (type === binding.TF_ATTR_TYPE) return attribute.type(typeName(value as number));
  if (type === binding.TF_ATTR_INT) {
    return Array.isArray(value) ? attribute.wholes(value) : attribute.whole(value as number);
  }
  if (type === binding.TF_ATTR_BOOL) return attribute.flag(value as boolean);
  if (type === binding.TF_ATTR_FLOAT) return attribute.real(value as number);
  if (type === binding.TF_ATTR_STRING) return attribute.text(value as string);
  throw new ReportError(
    'BAD_INPUT',
    `The attribute ${name} of a traced operation is of a kind that is not known here.`,
  );
}
