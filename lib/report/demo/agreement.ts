import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { io } from '@tensorflow/tfjs';
import { largest } from '../../core/extremes';
import { withWasm } from '../../tensorflow/backend';
import { openDemo } from './demo';
import { openNativeDemo } from './server';
import { readDemo } from './writeDemo';

/** How far the answers of a demo in a browser and natively lie apart, over some prepared pictures. */
export interface Agreement {
  pictures: number;
  /** The largest difference between two probabilities. */
  difference: number;
  /** Of a picture in WebAssembly, once it is prepared. */
  milliseconds: number;
}

/** Compares the demo in a folder as TensorFlow.js loads and runs it in a browser without WebGL with the native model, on prepared pictures. */
export async function demoAgreement(folder: string, pictures: readonly Uint8Array[]): Promise<Agreement> {
  const native = await openNativeDemo(folder);
  const wanted: number[][] = [];
  for (const pixels of pictures) wanted.push((await native.ask(pixels)).probabilities);
  native.dispose();
  const record = await readDemo(folder);
  return withWasm(async (tf) => {
    const { modelTopology, weightsManifest } = JSON.parse(
      await readFile(path.join(folder, 'model.json'), 'utf8'),
    );
    const [{ paths, weights: weightSpecs }] = weightsManifest as [io.WeightsManifestConfig[number]]; // one file, see saveModel
    const weightData = new Uint8Array(await readFile(path.join(folder, paths[0]!))).buffer;
    const model = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
    const demo = openDemo(tf, model, record, new Int8Array(0));
    const found: number[][] = [];
    await demo.ask(pictures[0]!); // what compiles at the first call
    const start = performance.now();
    for (const pixels of pictures) found.push((await demo.ask(pixels)).probabilities);
    const milliseconds = (performance.now() - start) / pictures.length;
    demo.dispose();
    const gaps = found.flatMap((row, i) => row.map((value, j) => Math.abs(value - wanted[i]![j]!))); // as many
    return { pictures: pictures.length, difference: largest(gaps), milliseconds };
  });
}
