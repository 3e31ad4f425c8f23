import { readFileSync } from 'node:fs';
import path from 'node:path';
import { stableJson, writeAtomic } from '../core/files';
import { dataName, type Run, stageFolder } from '../core/run';
import { recordStage, type Staged } from '../core/stage';
import type { ClassData } from '../data/classData';
import type { ImageStore } from '../images/store';
import { autoencoder, CODE } from '../networks/autoencoder';
import { loadModel, saveModel } from '../networks/modelFile';
import { tensorflow } from '../tensorflow/backend';
import { withEpochs } from './epochs';
import { fromBytes, keyOf, type Look, pictures, storedPixels, tableRows } from './looks';
import { pictureSource } from './pictureSource';
import { predict, predictEach } from './predict';
import { principalComponents } from './principalComponents';
import { trainingSettings } from './settings';
import { reconstruction } from './tasks';
import { type TrainingHistory, train } from './train';

/** Trains the autoencoder on the training pictures, without their classes, or takes what an earlier run left. Throws what `train` throws. */
export function trainAutoencoder(
  run: Run,
  { images, rows }: Pick<ClassData, 'images' | 'rows'>,
): Promise<Staged<{ history: TrainingHistory }>> {
  const { config, signal } = run;
  const shape = [images.size, images.size, 3] as const;
  const task = reconstruction(shape);
  const settings = trainingSettings(config);
  const source = (part: 'training' | 'validation') =>
    pictureSource({ task, images, rows: rows[part], labels: 'themselves' });
  const [training, validation] = [source('training'), source('validation')];
  const keys = [training.key, validation.key];
  return recordStage<{ history: TrainingHistory }>({
    ...{ name: 'autoencoder', version: 1 },
    folder: stageFolder(config, 'models', `${dataName(config)}-autoencoder`),
    inputs: { layers: autoencoder.layers?.(shape, 0, 0), settings, keys },
    make: async (target) => {
      const model = autoencoder.build(shape, task, config.seed);
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

/** What the saved autoencoder gives back of some pictures, as bytes, and the mean squared error of each on a scale from 0 to 1. */
export async function reconstructed(folder: string, images: ImageStore, rows: readonly number[]) {
  const { model } = await loadModel(folder);
  try {
    const { shape, read } = await pictures(images.size).rows(async () => images);
    const x = (own: readonly number[]) => read(own.map((i) => rows[i]!)); // below the count
    const inputs = { count: rows.length, shape, read: (own: readonly number[]) => ({ x: x(own) }) };
    const values = await predictEach({ layers: model, task: reconstruction(shape) }, inputs, 64);
    const errors = values.map((face, i) => {
      const original = x([i]);
      return face.reduce((sum, value, at) => sum + (value - original[at]!) ** 2, 0) / face.length; // as long
    });
    return { faces: values.map((face) => Uint8Array.from(face, (value) => Math.round(255 * value))), errors };
  } finally {
    model.dispose();
  }
}

/** The code of each picture: what is left of it in the middle of the saved autoencoder. */
export const codes = ({ folder, key }: { folder: string; key: string }, size: number): Look => ({
  name: 'code',
  size,
  rows: async (storeAt) => {
    const { count } = await storeAt(size);
    const { shape, read } = await pictures(size).rows(storeAt);
    const { model } = await loadModel(folder);
    try {
      const encoder = tensorflow().tf.model({ inputs: model.inputs, outputs: model.getLayer(CODE).output });
      const values = await predict(encoder, { count, shape, read: (own) => ({ x: read(own) }) }, 64);
      return tableRows(values, values.length / count, `code ${key}`);
    } finally {
      model.dispose();
    }
  },
});

/** The first principal components of training pictures: what they give of each picture, and the error of what they give back. */
export function components(
  { images, rows }: Pick<ClassData, 'images' | 'rows'>,
  count: number,
  seed: number,
) {
  const { size } = images;
  const floats = (store: ImageStore, own: readonly number[]) => fromBytes(storedPixels(store, own));
  const found = principalComponents(floats(images, rows.training), size * size * 3, count, seed);
  const look: Look = {
    name: 'components',
    size,
    rows: async (storeAt) => {
      const store = await storeAt(size);
      const all = Array.from({ length: store.count }, (_, row) => row);
      const key = keyOf(`${count} components of ${rows.training.join(' ')} ${seed}`, store);
      return tableRows(found.project(floats(store, all)), count, key);
    },
  };
  return { look, errors: (own: readonly number[]) => found.errors(floats(images, own)) };
}
