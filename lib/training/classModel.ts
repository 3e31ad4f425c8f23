import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { EpochRecord, Network, Part, Prediction, Task } from '../core/concepts';
import { stableJson, writeAtomic } from '../core/files';
import { dataName, type Run, stageFolder } from '../core/run';
import { type StageResult, stage } from '../core/stage';
import type { ClassPictures } from '../data/classData';
import { parts } from '../data/split';
import { type Augmentation, augmentationOf } from '../images/copies';
import { saveModel } from '../networks/modelFile';
import { modelSummary, type SummaryRow } from '../networks/summary';
import { loadTensorFlow } from '../tensorflow/backend';
import { withEpochs } from './epochs';
import { type Mixing, mixed } from './mixing';
import { type PictureSource, pictureSource } from './pictureSource';
import { predictEach } from './predict';
import { type TrainingSettings, trainingSettings } from './settings';
import { labelledSource, type Rows } from './sources';
import { type ClassesOptions, type ClassPrediction, classes, labelSets } from './tasks';
import { type TrainingHistory, train } from './train';

/** A network that has learnt to tell classes apart, as it is kept: the model itself lies in `model.json` of the stage's folder. */
export interface ClassModel {
  layers: readonly SummaryRow[];
  history: TrainingHistory;
  /** For every picture of every part that was asked for. */
  predictions: readonly Prediction<string, ClassPrediction>[];
}

export interface ClassModelOptions extends ClassesOptions {
  /** How training pictures are moved, another way in each epoch; true: as the run's settings say, false: not at all. Default true, for features false. */
  augmented?: boolean | Augmentation;
  /** How training pictures are mixed with one another. */
  mixing?: Mixing;
  /** How often a training picture of each class is drawn, in the order of the classes; default: each picture once an epoch. */
  sampling?: readonly number[];
  /** What the network is trained on in place of pictures: row i is of row i of `images`. */
  features?: Rows;
  /** What makes `features` of training pictures that are augmented or mixed. */
  seenBy?: (pictures: PictureSource) => PictureSource;
  /** All classes of each row of `images`, where there are several: each class is then learnt by itself, see `labelSets`. */
  labelSets?: readonly (readonly string[])[];
  /** Other than the run's settings have it. */
  settings?: Partial<TrainingSettings>;
  /** Parts whose pictures are predicted; default all. */
  predicted?: readonly Part[];
  /** What progress calls the network; default its name. */
  title?: string;
  /** Time between two checkpoints of the training, default 30. */
  checkpointSeconds?: number;
  /** Told of each epoch, those before a training was resumed left out. */
  onEpoch?: (record: EpochRecord) => void;
}

/** Trains a network, or takes or resumes what an earlier run left; validation pictures choose the best epoch. Throws what `train` throws. */
export async function trainClasses(
  run: Run,
  data: ClassPictures,
  network: Network,
  options: ClassModelOptions = {},
): Promise<ClassModel & Omit<StageResult<ClassModel>, 'value'>> {
  await loadTensorFlow();
  const { config, signal } = run;
  const settings = { ...trainingSettings(config), ...options.settings };
  const { epochs, batchSize, seed } = settings;
  const { features, mixing, sampling, predicted: asked, checkpointSeconds, labelSets: sets } = options;
  const { augmented = !features, seenBy = (pictures) => pictures, title = network.name } = options;
  const augmentation = augmented === true ? augmentationOf(config) : augmented || undefined;
  const task: Task<unknown, ClassPrediction> = sets
    ? labelSets(data.classes)
    : classes(data.classes, options);
  const changed = augmentation !== undefined || mixing !== undefined;
  const source = (part: Part, learnt = false): PictureSource => {
    const rows = data.rows[part];
    const labels = rows.map((row) => (sets ?? data.labels)[row]!); // rows of the store
    if (!features || (learnt && changed)) {
      const moved = learnt ? augmentation : undefined;
      const pictures = pictureSource({ task, images: data.images, rows, labels, augmentation: moved });
      return seenBy(learnt && mixing ? mixed(pictures, mixing) : pictures);
    }
    const read: Rows['read'] = (own) => features.read(own.map((i) => rows[i]!)); // below the count
    return {
      ...labelledSource(task, labels, { ...features, key: `${features.key} ${part}`, read }),
      close: () => {},
    };
  };
  const training = drawnBy(source('training', true), data, sampling);
  const plain = { training: source('training'), validation: source('validation'), test: source('test') };
  const name = `${dataName(config)}-${network.name.replaceAll(' ', '-')}${changed || features ? '' : '-plain'}`;
  const folder = stageFolder(config, 'models', name);
  const { value, ...kept } = await stage<ClassModel>({
    name: 'classes',
    version: 3,
    folder,
    inputs: {
      network: network.name,
      layers: network.layers?.(training.shape, task.outputs, seed) ?? null,
      task: { ...task.settings, monitor: task.monitor },
      settings,
      sources: [training.key, ...parts.map((part) => plain[part].key)],
      predicted: asked, // left out of the inputs where it is
    },
    make: async (target) => {
      const model = network.build(training.shape, task, seed);
      const checkpoint = { file: `${folder}.checkpoint`, everySeconds: checkpointSeconds };
      try {
        const history = await withEpochs(run, `Training: ${title}`, epochs, task, (onProgress) =>
          train({
            model,
            task,
            training,
            validation: plain.validation,
            settings,
            onEpoch: (record) => {
              onProgress(record);
              options.onEpoch?.(record);
            },
            signal,
            checkpoint,
          }),
        );
        const predictions: Prediction<string, ClassPrediction>[] = [];
        for (const part of asked ?? parts) {
          const predicted = await predictEach({ layers: model, task }, plain[part], batchSize);
          data.rows[part].forEach((image, i) => {
            const { item, file } = data.images.index.columns;
            const [id, label] = [item[image]!, data.labels[image]!]; // a row of the store, here and below
            predictions.push({ id, file: file[image]!, image, part, label, predicted: predicted[i]! }); // one for each
          });
        }
        await saveModel(target, model, { network: network.name, task: task.settings });
        const found: ClassModel = { layers: modelSummary(model), history, predictions };
        await writeAtomic(path.join(target, 'found.json'), stableJson(found));
      } finally {
        model.dispose();
        training.close();
      }
    },
    load: (made) => JSON.parse(readFileSync(path.join(made, 'found.json'), 'utf8')) as ClassModel, // as written above
  });
  return { ...value, ...kept };
}

/** A source of the training rows, of which each is drawn as often as `sampling` says for its class. */
function drawnBy(source: PictureSource, data: ClassPictures, sampling?: readonly number[]): PictureSource {
  if (!sampling) return source;
  const weights = data.rows.training.map((row) => sampling[data.classes.indexOf(data.labels[row]!)]!); // a row of the store and its class
  return { ...source, weights, key: `${source.key} drawn by ${sampling.join(' ')}` };
}
