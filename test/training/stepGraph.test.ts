import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildHead } from '../../lib/networks/head';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import type { Feed } from '../../lib/tensorflow/binding';
import { loadNativeGraph, type NativeGraph } from '../../lib/tensorflow/nativeGraph';
import { stepGraph } from '../../lib/training/stepGraph';
import { regression } from '../../lib/training/tasks';

let native: boolean;
let collectGarbage: () => void;
beforeAll(async () => {
  native = (await loadTensorFlow()).name === 'tensorflow';
  setFlagsFromString('--expose-gc');
  collectGarbage = runInNewContext('gc') as () => void; // what the flag puts there
});

/** Feeds every variable from arrays that begin `offset` bytes into their memory, and keeps nothing but weak references to them. */
function assignAll(
  graph: NativeGraph,
  variables: readonly { name: string; shape: readonly number[] }[],
  offset: number,
): WeakRef<Float32Array>[] {
  const arrays = variables.map(({ shape }) => {
    const length = shape.reduce((a, b) => a * b, 1);
    return new Float32Array(new ArrayBuffer(4 * length + 64), offset, length);
  });
  const feeds = variables.map(({ name, shape }, i): [string, Feed] => [
    `${name}/value`,
    { type: 'float', shape, data: arrays[i]! }, // one for each
  ]);
  graph.run(Object.fromEntries(feeds), ['assigned']);
  return arrays.map((array) => new WeakRef(array));
}

describe('the variables of a training step', () => {
  // Native TensorFlow works in the memory of a typed array that begins at a multiple of 64 bytes, and copies any other: one of these offsets fits.
  it.for([0, 16, 32, 48])(
    'hold nothing of the arrays that they were fed from, %i bytes off',
    async (offset, { skip }) => {
      skip(!native, 'graphs need native TensorFlow');
      const model = buildHead([3, 3, 4], {
        l2: 0.01,
        dropout1: 0,
        dropout2: 0,
        seed: 3,
        filters: 8,
        units: [8, 5],
      });
      const { model: bytes, weights, slots } = stepGraph(model, regression(), 'adam', [2]);
      model.dispose();
      const graph = loadNativeGraph(bytes);
      const arrays = assignAll(graph, [...weights, ...slots.flat()], offset);
      await setImmediate(); // weak references hold until the end of a turn
      collectGarbage();
      expect(arrays.filter((array) => array.deref() !== undefined)).toHaveLength(0);
      graph.dispose();
    },
  );
});
