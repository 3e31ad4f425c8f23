import type { Tensor } from '@tensorflow/tfjs';

/** The one TensorFlow.js of the process; `tf.layers` and every operation come from here, whichever backend computes. */
export type TensorFlow = typeof import('@tensorflow/tfjs');

/** A tensor that is handed to a graph; its data is copied. Strings are bytes, one array for each element. */
export type Feed =
  | { type: 'float'; shape: readonly number[]; data: Float32Array }
  | { type: 'int32'; shape: readonly number[]; data: Int32Array }
  | { type: 'uint8'; shape: readonly number[]; data: Uint8Array }
  | { type: 'string'; shape: readonly number[]; data: readonly Uint8Array[] };

export interface NativeAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** The functions of tfjs-node's binding to native TensorFlow that are used here; tensors go by numbers. */
export interface Binding {
  TF_ATTR_STRING: number;
  TF_ATTR_INT: number;
  TF_ATTR_FLOAT: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_TYPE: number;
  createTensor(shape: readonly number[], type: number, data: Feed['data']): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array;
  executeOp(name: string, attributes: NativeAttribute[], inputs: number[], outputs: number): { id: number }[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(
    id: number,
    inputs: number[],
    inputNames: string,
    outputNames: string,
  ): { id: number; shape: number[] }[];
}

/** tfjs-node's backend, whose members are untyped. */
export interface NativeBackend {
  binding: Binding;
  getInputTensorIds(tensors: readonly Tensor[]): number[];
}
