import type { Tensor } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import type { Binding, NativeAttribute } from './binding';
import { attribute, type ConstantData, type DataType, dataTypes, type GraphBuilder } from './graphDef';
import { nativeBackend } from './nativeGraph';

interface TracedConstant {
  shape: readonly number[];
  type: number;
  data: ConstantData;
}

/** What ran while something was traced; tensors by the numbers that the binding gives them. */
interface Trace {
  operations: {
    name: string;
    attributes: readonly NativeAttribute[];
    inputs: readonly number[];
    outputs: number[];
  }[];
  constants: Map<number, TracedConstant>;
  taken: Map<number, Tensor>;
}

/** The number under which native TensorFlow holds a tensor; its data is handed over if that has not been done yet. */
export const nativeId = (tensor: Tensor): number => nativeBackend().getInputTensorIds([tensor])[0]!; // one for one

/** Does `work` and adds to `graph` what leads to its tensors, whose nodes it names; `known` names those from before by `nativeId`, others become constants. Throws `NO_BACKEND`, `BAD_INPUT`. */
export function addTraced(
  graph: GraphBuilder,
  prefix: string,
  known: ReadonlyMap<number, string>,
  work: () => readonly Tensor[],
): string[] {
  const trace: Trace = { operations: [], constants: new Map(), taken: new Map() };
  const outputs = traced(trace, work).map((tensor) => ({ id: nativeId(tensor), tensor }));
  for (const { id, tensor } of outputs) trace.taken.set(id, tensor);
  const { binding } = nativeBackend();
  const makers = new Map(
    trace.operations.flatMap((one, i) => one.outputs.map((id) => [id, { ...one, i }] as const)),
  );
  const names = new Map<number, string>(known);
  const nameOf = (id: number): string => {
    if (!names.has(id)) add(id);
    return names.get(id)!; // added above
  };
  const add = (id: number): void => {
    const maker = makers.get(id);
    if (maker) {
      const { name, attributes, inputs, outputs: made } = maker;
      const encoded = Object.fromEntries(attributes.map((one) => [one.name, encodeAttribute(binding, one)]));
      const node = graph.node(name, `${prefix}${name}_${maker.i}`, inputs.map(nameOf), encoded);
      made.forEach((output, i) => {
        names.set(output, i === 0 ? node : `${node}:${i}`);
      });
      return;
    }
    const { shape, data, type } = trace.constants.get(id) ?? constantOf(id, trace.taken.get(id)!); // what is taken was made, given, or there before
    names.set(id, addConstant(graph, `${prefix}constant_${id}`, { shape, data, type }));
  };
  return outputs.map(({ id }) => nameOf(id));
}

/** Does `work` and writes down into `trace` what native TensorFlow is asked for meanwhile. */
function traced<T>({ operations, constants, taken }: Trace, work: () => T): T {
  const backend = nativeBackend();
  const { binding, getInputTensorIds } = backend;
  backend.getInputTensorIds = (tensors) => {
    const ids = getInputTensorIds.call(backend, tensors);
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
    return work();
  } finally {
    Object.assign(backend, { binding, getInputTensorIds });
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

/** From so many numbers on a constant that is all one number is filled when it runs: the zeros of gradients would be most of a graph otherwise. */
const FILLED = 1024;

function addConstant(graph: GraphBuilder, name: string, { shape, data, type }: TracedConstant): string {
  const T = typeName(type);
  if (data.length < FILLED || data.some((value) => !Object.is(value, data[0]))) {
    return graph.constant(name, shape, data, T);
  }
  const size = graph.constant(`${name}/shape`, [shape.length], Int32Array.from(shape));
  const value = graph.constant(`${name}/value`, [], data.slice(0, 1), T);
  return graph.node('Fill', name, [size, value], { T: attribute.type(T) });
}

/** The tensor itself may be gone: operations take clones, which share the data of what they are clones of. */
function constantOf(id: number, { dtype, shape }: Tensor): TracedConstant {
  const type = dtype === 'float32' ? dataTypes.float : dtype === 'int32' ? dataTypes.int32 : dataTypes.bool; // no other is computed with
  return { shape, type, data: nativeBackend().binding.tensorDataSync(id) };
}

const typeNames = new Map(
  Object.entries(dataTypes).map(([name, code]) => [code as number, name as DataType]),
);

function typeName(code: number): DataType {
  const name = typeNames.get(code);
  if (name) return name;
  throw new ReportError('BAD_INPUT', `A traced tensor has type ${code}, which no graph here is made of.`);
}

function encodeAttribute(binding: Binding, { name, type, value }: NativeAttribute): Buffer {
  if (type === binding.TF_ATTR_TYPE) return attribute.type(typeName(value as number));
  if (type === binding.TF_ATTR_INT) {
    return Array.isArray(value) ? attribute.wholes(value) : attribute.whole(value as number);
  }
  if (type === binding.TF_ATTR_BOOL) return attribute.flag(value as boolean);
  if (type === binding.TF_ATTR_FLOAT) return attribute.real(value as number);
  if (type === binding.TF_ATTR_STRING) return attribute.text(value as string);
  throw new ReportError('BAD_INPUT', `The attribute ${name} of a traced operation is of an unknown kind.`);
}
