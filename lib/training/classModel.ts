import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Network, Part, Prediction, Source } from '../core/concepts';
import { stableJson, writeAtomic } from '../core/files';
import { dataName, type Run, stageFolder } from '../core/run';
import { type StageResult, stage } from '../core/stage';
import type { ClassData } from '../data/classData';
import { parts } from '../data/split';
import { augmentationOf } from '../images/copies';
import { saveModel } from '../networks/modelFile';
import { modelSummary, type SummaryRow } from '../networks/summary';
import { loadTensorFlow } from '../tensorflow/backend';
import { withEpochs } from './epochs';
import { pictureSource } from './pictureSource';
import { predict } from './predict';
import { trainingSettings } from './settings';
import { type ClassesOptions, type ClassPrediction, classes } from './tasks';
import { type TrainingHistory, train } from './train';

/** A network that has learnt to tell classes apart, as it is kept: the model itself lies in `model.json` of the stage's folder. */
export interface ClassModel {
  layers: readonly SummaryRow[];
  history: TrainingHistory;
  /** For every picture of every part. */
  predictions: readonly Prediction<string, ClassPrediction>[];
}

/**
 * Trains a network from its first weights on the training pictures, moved another way in each epoch, or takes what an earlier run has left. The
 * best epoch is chosen on validation pictures. Throws what `train` throws.
 */
export async function trainClasses(
  run: Run,
  data: ClassData,
  network: Network,
  options: ClassesOptions = {},
): Promise<ClassModel & Omit<StageResult<ClassModel>, 'value'>> {
  await loadTensorFlow();
  const { config, signal } = run;
  const { epochs, batchSize, seed } = config;
  const settings = trainingSettings(config);
  const task = classes(data.classes, options);
  const source = (part: Part, moved = false) =>
    pictureSource({
      task,
      images: data.images,
      rows: data.rows[part],
      labels: data.rows[part].map((row) => data.labels[row]!), // rows of the store
      augmentation: moved ? augmentationOf(config) : undefined,
    });
  const training = source('training', true);
  const plain: Record<Part, Source> = {
    training: source('training'),
    validation: source('validation'),
    test: source('test'),
  };
  const name = network.name.replaceAll(' ', '-');
  const { value, ...kept } = await stage<ClassModel>({
    name: 'classes',
    version: 1,
    folder: stageFolder(config, 'models', `${dataName(config)}-${name}`),
    inputs: {
      network: network.name,
      task: task.settings,
      settings,
      sources: [training.key, ...parts.map((part) => plain[part].key)],
    },
    make: async (folder) => {
      const model = network.build(training.shape, task, seed);
      try {
        const history = await withEpochs(run, `Training ${network.name}`, epochs, task, (onEpoch) =>
          train({ model, task, training, validation: plain.validation, settings, onEpoch, signal }),
        );
        const predictions: Prediction<string, ClassPrediction>[] = [];
        for (const part of parts) {
          const outputs = await predict(model, plain[part], batchSize);
          data.rows[part].forEach((row, i) => {
            const { item, file } = data.images.index.columns;
            const own = outputs.subarray(i * task.outputs, (i + 1) * task.outputs);
            const label = data.labels[row]!; // a row of the store, here and below
            predictions.push({ id: item[row]!, file: file[row]!, part, label, predicted: task.decode(own) });
          });
        }
        await saveModel(folder, model, { network: network.name, task: task.settings });
        const found: ClassModel = { layers: modelSummary(model), history, predictions };
        await writeAtomic(path.join(folder, 'found.json'), stableJson(found));
      } finally {
        model.dispose();
        training.close();
      }
    },
    load: (folder) => JSON.parse(readFileSync(path.join(folder, 'found.json'), 'utf8')) as ClassModel, // as written above
  });
  return { ...value, ...kept };
}
