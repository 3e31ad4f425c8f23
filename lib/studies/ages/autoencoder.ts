import { readFileSync } from 'node:fs';
import path from 'node:path';
import { stableJson, writeAtomic } from '../../core/files';
import { dataName, type Run, stageFolder } from '../../core/run';
import { recordStage } from '../../core/stage';
import type { ImageStore } from '../../images/store';
import { autoencoder, CODE } from '../../networks/autoencoder';
import { loadModel, saveModel } from '../../networks/modelFile';
import { encodeSquare, type PictureRow } from '../../report/gallery';
import { tensorflow } from '../../tensorflow/backend';
import { withEpochs } from '../../training/epochs';
import { pictureSource } from '../../training/pictureSource';
import { predict, predictEach } from '../../training/predict';
import { principalComponents } from '../../training/principalComponents';
import { trainingSettings } from '../../training/settings';
import { reconstruction } from '../../training/tasks';
import { type TrainingHistory, train } from '../../training/train';
import type { AgeData } from './data';
import { keyOf, type Look, pictures, pixelsOf, type StoreAt, tableRows } from './looks';
import type { Config } from './settings';

/** Trains the autoencoder on the training faces of the first fold, without their classes, or takes what an earlier run left. */
export function trainAutoencoder(run: Run<Config>, { images, rows }: AgeData) {
  const { config, signal } = run;
  const { size } = images;
  const task = reconstruction([size, size, 3]);
  const settings = trainingSettings(config);
  const source = (part: 'training' | 'validation') =>
    pictureSource({ task, images, rows: rows[part], labels: 'themselves' });
  const [training, validation] = [source('training'), source('validation')];
  const folder = stageFolder(config, 'models', `${dataName(config)}-autoencoder`);
  return recordStage<{ history: TrainingHistory }>({
    ...{ name: 'autoencoder', version: 1, folder },
    inputs: {
      layers: autoencoder.layers?.(training.shape, 0, 0),
      settings,
      keys: [training.key, validation.key],
    },
    make: async (target) => {
      const model = autoencoder.build(training.shape, task, config.seed);
      try {
        const history = await withEpochs(run, 'Training the autoencoder', config.epochs, task, (onEpoch) =>
          train({ model, task, training, validation, settings, onEpoch, signal }),
        );
        await saveModel(target, model);
        await writeAtomic(path.join(target, 'history.json'), stableJson({ history }));
      } finally {
        model.dispose();
      }
    },
    load: (made) => JSON.parse(readFileSync(path.join(made, 'history.json'), 'utf8')), // as written above
  });
}

/** What the autoencoder gives back of some faces, `[size, size, 3]` from 0 to 1 each, and the mean squared error of each. */
export async function reconstructed(folder: string, images: ImageStore, rows: readonly number[]) {
  const { model } = await loadModel(folder);
  try {
    const { shape, read } = await pictures(images.size).rows(async () => images);
    const inputs = {
      count: rows.length,
      shape,
      read: (own: readonly number[]) => ({ x: read(own.map((i) => rows[i]!)) }),
    }; // below the count
    const faces = await predictEach({ layers: model, task: reconstruction(shape) }, inputs, 64);
    const errors = faces.map((face, i) => {
      const original = read([rows[i]!]); // one for each
      return face.reduce((sum, value, at) => sum + (value - original[at]!) ** 2, 0) / face.length;
    });
    return { faces, errors };
  } finally {
    model.dispose();
  }
}

/** Originals beside what is given back of them. */
export async function reconstructionRows(
  folder: string,
  images: ImageStore,
  rows: readonly number[],
): Promise<PictureRow[]> {
  const { faces } = await reconstructed(folder, images, rows);
  const shown = (all: readonly Uint8Array[], alt: string) =>
    Promise.all(all.map(async (pixels) => ({ src: await encodeSquare(pixels, images.size), alt })));
  return [
    { caption: 'Original', pictures: await shown(rows.map(images.readOne), 'A face') },
    {
      caption: 'Given back',
      pictures: await shown(
        faces.map((face) => Uint8Array.from(face, (value) => Math.round(255 * value))),
        'What the autoencoder gives back of it',
      ),
    },
  ];
}

/** The code of each face: what is left of it in the middle of the autoencoder. */
export const codes = ({ folder, key }: { folder: string; key: string }, size: number): Look => ({
  name: 'code',
  size,
  rows: async (storeAt) => {
    const images = await storeAt(size);
    const { shape, read } = await pictures(size).rows(storeAt);
    const { model } = await loadModel(folder);
    const encoder = tensorflow().tf.model({ inputs: model.inputs, outputs: model.getLayer(CODE).output });
    const values = await predict(
      encoder,
      { count: images.count, shape, read: (own) => ({ x: read(own) }) },
      64,
    );
    model.dispose();
    return tableRows(values, values.length / images.count, `code ${key}`);
  },
});

/** The pixels themselves, one after the other. */
export const flatPixels = (size: number): Look => ({
  name: 'pixels',
  size,
  rows: async (storeAt) => {
    const { key, read } = await pictures(size).rows(storeAt);
    return { shape: [1, 1, size * size * 3], key: `flat ${key}`, read };
  },
});

/** As many principal components of the pixels as a code has numbers, of the training faces of the first fold. */
export async function components({ images, rows }: AgeData, count: number, seed: number) {
  const { size } = images;
  const floats = (own: readonly number[]) => Float32Array.from(pixelsOf(images, own), (byte) => byte / 255);
  const found = principalComponents(floats(rows.training), size * size * 3, count, seed);
  const look: Look = {
    name: 'components',
    size,
    rows: async (storeAt: StoreAt) => {
      const store = await storeAt(size);
      const all = Float32Array.from({ length: store.count }, (_, row) => row);
      return tableRows(found.project(floats([...all])), count, keyOf(`${count} components ${seed}`, store));
    },
  };
  return { look, errors: (own: readonly number[]) => found.errors(floats(own)) };
}
