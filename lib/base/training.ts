import { setImmediate } from 'node:timers/promises';
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs';
import { ReportError } from '../errors';
import { sha256, stableJson } from '../files';
import { readCheckpoint, writeCheckpoint } from '../model/checkpointFile';
import type { NamedArray } from '../model/hdf5';
import { createOptimizer, type OptimizerState } from '../model/optimizer';
import { cosineRate } from '../model/schedule';
import { randomWeights } from '../model/weightArrays';
import { throwIfAborted } from '../pool';
import { random } from '../random';
import { tensorflow } from '../tensorflow/backend';
import { type CropSettings, randomCrops } from './crops';
import { answerLength, outputLength, tasks } from './labels';
import { byTask, taskLoss } from './losses';
import { type TrainableBase, trainableBase } from './network';
import type { BasePictures } from './pictures';

/** How the base is trained. */
export interface BaseTrainingSettings {
  alpha: number;
  seed: number;
  /** Passes over the training pictures, of which the first `coarseEpochs` see them as `coarse` says and the rest as `fine` does. */
  epochs: number;
  coarseEpochs: number;
  coarse: CropSettings;
  fine: CropSettings;
  batchSize: number;
  /** Highest learning rate of Adam, after `warmUp` steps; it falls to zero along a cosine. */
  learningRate: number;
  warmUp: number;
  /** Of the moving statistics of batch normalization. */
  momentum: number;
  /** Batches of whole pictures over which these statistics are averaged anew when everything is learnt. */
  calibrationBatches: number;
}

/** The trained base with the layer that answers the tasks. */
export interface TrainedBase {
  /** 260 arrays in the model's order. */
  arrays: NamedArray[];
  /** `[channels, outputLength]`, then `[outputLength]`. */
  head: { kernel: Float32Array; bias: Float32Array };
  losses: number[];
  /** Of all runs that trained it. */
  seconds: number;
}

export interface BaseTrainingOptions {
  pictures: BasePictures;
  /** Rows to learn from. */
  rows: readonly number[];
  settings: BaseTrainingSettings;
  /** Written after each epoch, and gone on from when it belongs to the same settings. */
  checkpoint: string;
  onProgress?: (done: number, total: number) => void;
  /** Epoch, counted from 1, its mean loss and the mean of each task's. */
  onEpoch?: (epoch: number, loss: number, byTask: readonly number[]) => void;
  signal?: AbortSignal;
}

/** Everything that training goes on from. */
interface BaseCheckpoint {
  /** Of all runs so far. */
  seconds: number;
  /** Mean loss of each epoch done. */
  losses: number[];
  learner: LearnerState;
}

interface LearnerState {
  /** Weights and statistics. */
  kept: Float32Array[];
  optimizer: OptimizerState;
}

/**
 * Trains a MobileNetV2 from random weights on all tasks at once. An interrupted training goes on after its last whole epoch, and ends
 * with the weights it would have had otherwise. Throws `INTERRUPTED`, `NO_BACKEND` without native TensorFlow, `BAD_INPUT` when the loss is no
 * longer a number.
 */
export async function trainBase(options: BaseTrainingOptions): Promise<TrainedBase> {
  const { settings, rows, pictures, checkpoint: file, signal, onProgress, onEpoch } = options;
  const key = sha256(stableJson({ settings, rows, pictures: pictures.key, tasks }));
  const start = performance.now();
  const learner = makeLearner(settings);
  try {
    const found = await readCheckpoint<BaseCheckpoint>(file, key);
    if (found) learner.restore(found.learner);
    let seconds = found?.seconds ?? 0;
    const losses = found?.losses ?? [];
    const steps = Math.floor(rows.length / settings.batchSize);
    const before = seconds;
    for (let epoch = losses.length + 1; epoch <= settings.epochs; epoch++) {
      const order = random(settings.seed, 'base epoch', epoch).shuffle(rows);
      const sums = new Float64Array(tasks.length);
      for (let step = 0; step < steps; step++) {
        throwIfAborted(signal);
        const batch = order.slice(step * settings.batchSize, (step + 1) * settings.batchSize);
        const done = (epoch - 1) * steps + step;
        const each = learner.step(pictures, batch, epoch, done, settings.epochs * steps);
        each.forEach((loss, i) => {
          sums[i]! += loss / steps; // one per task
        });
        onProgress?.(done + 1, settings.epochs * steps);
        await setImmediate(); // lets signals through
      }
      const loss = sums.reduce((a, b) => a + b);
      losses.push(loss);
      seconds = before + (performance.now() - start) / 1000;
      const checkpoint: BaseCheckpoint = { seconds, losses, learner: learner.state() };
      await writeCheckpoint(file, key, checkpoint);
      onEpoch?.(epoch, loss, [...sums]);
    }
    learner.calibrate(pictures, random(settings.seed, 'base calibration').shuffle(rows));
    return { ...learner.result(), losses, seconds: before + (performance.now() - start) / 1000 };
  } finally {
    learner.dispose();
  }
}

/** Network, answering layer and optimizer. */
function makeLearner(settings: BaseTrainingSettings) {
  const { tf } = tensorflow();
  const { alpha, seed, batchSize, momentum } = settings;
  const base: TrainableBase = trainableBase(randomWeights(alpha, seed), alpha);
  const channels = base.variables.at(-1)!.size; // 52 units
  const { normal } = random(seed, 'base head');
  const first = Float32Array.from({ length: channels * outputLength }, () => normal() / Math.sqrt(channels));
  const kernel = tf.variable(tf.tensor2d(first, [channels, outputLength]));
  const bias = tf.variable(tf.zeros([outputLength]));
  const variables: Variable[] = [...base.variables, kernel, bias];
  const optimizer = createOptimizer('adam', settings.learningRate, variables);
  const kept = [...variables, ...base.statistics];
  return {
    /** One step of the optimizer; gives the loss of each task before it. */
    step(pictures: BasePictures, rows: readonly number[], epoch: number, done: number, total: number) {
      const crops = epoch <= settings.coarseEpochs ? settings.coarse : settings.fine;
      return tf.tidy(() => {
        const source = random(seed, 'base crops', done);
        const images = randomCrops(pictures.read(rows), rows.length, pictures.size, crops, source);
        const answers = tf.tensor2d(pictures.answersOf(rows), [rows.length, answerLength]);
        let losses: number[] = [];
        const { value, grads } = tf.variableGrads(() => {
          const outputs = tf.add(
            tf.matMul(base.forward(images, momentum), kernel as Tensor as Tensor2D),
            bias,
          ) as Tensor2D;
          const each = byTask(outputs, answers, images).map((columns) => taskLoss(columns));
          losses = [...tf.stack(each).dataSync()];
          return tf.addN(each).asScalar();
        }, variables);
        const loss = value.dataSync()[0]!; // a scalar
        if (!Number.isFinite(loss)) {
          throw new ReportError(
            'BAD_INPUT',
            `The loss became ${loss} in step ${done + 1}: lower the learning rate.`,
          );
        }
        optimizer.step(
          variables.map(({ name }) => grads[name]!), // one per variable
          cosineRate({ ...settings, total }, done),
        );
        return losses;
      });
    },
    /** Averages the statistics of batch normalization over whole pictures, as the report shows them. */
    calibrate(pictures: BasePictures, order: readonly number[]): void {
      const still: CropSettings = { size: pictures.size, zoom: [1, 1], brightness: 0 };
      for (let batch = 0; batch < settings.calibrationBatches; batch++) {
        const at = (batch * batchSize) % Math.max(1, order.length - batchSize);
        const rows = order.slice(at, at + batchSize);
        tf.tidy(() => {
          const source = random(seed, 'base calibration', batch);
          const images = randomCrops(pictures.read(rows), rows.length, pictures.size, still, source);
          base.forward(images, batch / (batch + 1)); // the mean of all batches so far
        });
      }
    },
    state: (): LearnerState => ({
      kept: kept.map((variable) => Float32Array.from(variable.dataSync())),
      optimizer: optimizer.state(),
    }),
    restore(state: LearnerState): void {
      kept.forEach((variable, i) => {
        tf.tidy(() => variable.assign(tf.tensor(state.kept[i]!, variable.shape))); // one for each
      });
      optimizer.restore(state.optimizer);
    },
    result: () => ({
      arrays: base.arrays(),
      head: {
        kernel: Float32Array.from(kernel.dataSync()),
        bias: Float32Array.from(bias.dataSync()),
      },
    }),
    dispose(): void {
      optimizer.dispose();
      base.dispose();
      tf.dispose([kernel, bias]);
    },
  };
}
