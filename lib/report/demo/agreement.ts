import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { io } from '@tensorflow/tfjs';
import { largest } from '../../core/extremes';
import { readWholePicture } from '../../images/prepare';
import { withWasm } from '../../tensorflow/backend';
import { openDemo, squarePicture } from './demo';
import type { NativeDemo } from './server';

/** How far the answers of a demo in a browser and natively lie apart, over some pictures. */
export interface Agreement {
  pictures: number;
  /** The largest difference between two probabilities for the same prepared pixels. */
  difference: number;
  /** The same from the file on, which the study decodes as fast as it can and the page exactly. */
  fromFile: number;
  /** Of a prepared picture in WebAssembly. */
  milliseconds: number;
}

/** Compares the demo in a folder as TensorFlow.js loads and runs it in a browser without WebGL with native answers on `pixels`, as the study has prepared them of `file`. Throws `UNREADABLE_IMAGE`. */
export async function demoAgreement(
  folder: string,
  native: NativeDemo,
  files: readonly { file: string; pixels: Uint8Array }[],
): Promise<Agreement> {
  const { record, background } = native;
  const pictures: { wanted: number[]; same: Uint8Array; own: Uint8Array }[] = [];
  for (const { file, pixels } of files) {
    const own = squarePicture(await readWholePicture(file, background), record).pixels;
    pictures.push({ wanted: (await native.ask(pixels)).probabilities, same: pixels, own });
  }
  return withWasm(async (tf) => {
    const { modelTopology, weightsManifest } = JSON.parse(
      await readFile(path.join(folder, 'model.json'), 'utf8'),
    );
    const [{ paths, weights: weightSpecs }] = weightsManifest as [io.WeightsManifestConfig[number]]; // one file, see saveModel
    const weightData = new Uint8Array(await readFile(path.join(folder, paths[0]!))).buffer;
    const model = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
    const demo = openDemo(tf, model, record, new Int8Array(0));
    const [same, fromFile]: [number[], number[]] = [[], []];
    const start = performance.now();
    for (const picture of pictures) {
      const gap = async (pixels: Uint8Array): Promise<number> => {
        const { probabilities } = await demo.ask(pixels);
        return largest(probabilities.map((value, i) => Math.abs(value - picture.wanted[i]!))); // as many
      };
      same.push(await gap(picture.same));
      fromFile.push(await gap(picture.own));
    }
    const milliseconds = (performance.now() - start) / (2 * pictures.length);
    demo.dispose();
    return {
      pictures: pictures.length,
      difference: largest(same),
      fromFile: largest(fromFile),
      milliseconds,
    };
  });
}
