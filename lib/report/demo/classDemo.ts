import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { argMax } from '../../core/extremes';
import { random } from '../../core/random';
import type { ClassData } from '../../data/classData';
import { openNetwork } from '../../explain/classNetwork';
import { normalise, raises } from '../../explain/heatMap';
import { fitTemperature } from '../../metrics/classProbabilities';
import type { Features } from '../classStudy';
import { formatPercent } from '../format';
import { type PictureRow, storedPicture } from '../gallery';
import { mapLayer } from '../heatMaps';
import type { Learnt } from '../learntModels';
import type { Report } from '../openReport';
import { demoAgreement } from './agreement';
import type { DemoWords } from './demo';
import { openNativeDemo } from './server';
import { writeDemo } from './writeDemo';

/** Test pictures on which browser and native are compared, and how many of them are shown. */
const [COMPARED, SHOWN] = [12, 5];

/** Writes the demo of a linear layer on features, calibrated on validation pictures, and says what is in it, how far a browser's answers are from the native ones, and what it answers on some test pictures. */
export async function classDemo(
  report: Report,
  { pictures, backbone, rows: features }: Features<ClassData>,
  learnt: Learnt,
  words: DemoWords,
) {
  const { classes, images, rows } = pictures;
  const { seed, background } = report.config;
  const validation = learnt.predictions.filter(({ part }) => part === 'validation');
  const temperature = fitTemperature(
    validation.map(({ label, predicted }) => ({ ...predicted, truth: classes.indexOf(label) })),
  );
  const { folder: saved, size, title: model, key } = learnt;
  const network = await openNetwork({ folder: saved, size, background, backbone });
  const source = { words, model, key, network, temperature, data: pictures, features };
  const { folder, value: record } = await writeDemo(report, source).finally(network.dispose);
  const files = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(files.map(async (file) => (await stat(path.join(folder, file))).size));
  const some = random(seed, 'agreement').shuffle(rows.test).slice(0, COMPARED);
  const native = await openNativeDemo(folder);
  const compared = some.map((row) => {
    const file = path.join(pictures.folder, images.index.columns.file[row]!); // of the store
    return { file, pixels: images.readOne(row) };
  });
  const agreement = await demoAgreement(folder, native, compared);
  const shown: PictureRow[] = [];
  for (const row of some.slice(0, SHOWN)) {
    const { probabilities, maps, nearest } = await native.ask(images.readOne(row));
    const best = argMax(probabilities);
    const said = `${classes[best]}, ${formatPercent(probabilities[best])}`; // one for each class, as below
    const label = pictures.labels[row]!; // a row of the store
    const asked = await storedPicture(images, row, `A test picture of ${label}`, `${said}, and is ${label}`);
    const near = nearest.map(({ row: reference, similarity }) => {
      const { name, label } = record.references[reference]!; // a row of them
      return storedPicture(
        images,
        images.index.columns.file.indexOf(name),
        name,
        `${label}, ${similarity.toFixed(2)}`,
      );
    });
    const over = await mapLayer(normalise(raises(maps[best]!)));
    shown.push({ caption: said, pictures: [{ ...asked, over }, ...(await Promise.all(near))] });
  }
  native.dispose();
  return {
    ...agreement,
    temperature,
    references: record.references.length,
    shown,
    bytes: sizes.reduce((a, b) => a + b),
  };
}
