import type { Scalar, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs';
import { ReportError } from '../../../core/errors';
import { random } from '../../../core/random';
import { randomWeights } from '../../../networks/weightArrays';
import { tensorflow } from '../../../tensorflow/backend';
import { createOptimizer, type OptimizerState } from '../../../training/optimizer';
import { cosineRate } from '../../../training/schedule';
import { answerLength, outputLength } from './labels';
import { byTask, taskLoss } from './losses';
import { type TrainableBase, trainableBase } from './network';
import { type PairSettings, pairLoss } from './pairs';
import { type BasePictures, picturesPerGame } from './pictures';
import { randomViews, type ViewSettings } from './views';

/** How the base is trained. */
export interface BaseTrainingSettings {
  alpha: number;
  seed: number;
  /** Passes over the training pictures, of which the first `windowEpochs` see a window of each and the rest `whole` pictures. */
  epochs: number;
  windowEpochs: number;
  window: ViewSettings;
  whole: ViewSettings;
  /** Each with all its pictures. */
  gamesPerBatch: number;
  pairs: PairSettings;
  /** Highest learning rate of Adam, after `warmUp` steps; it falls to zero along a cosine. */
  learningRate: number;
  warmUp: number;
  /** Of the moving statistics of batch normalization. */
  momentum: number;
  /** Batches of whole pictures over which these statistics are averaged anew when everything is learnt. */
  calibrationBatches: number;
}

/** Everything a training goes on from. */
export interface LearnerState {
  /** Weights and statistics. */
  kept: Float32Array[];
  optimizer: OptimizerState;
}

/** Network, the layer that answers the tasks, the one that compares pictures, and the optimizer. */
export function makeLearner(settings: BaseTrainingSettings) {
  const { tf } = tensorflow();
  const { alpha, seed, momentum, pairs } = settings;
  const batchSize = settings.gamesPerBatch * picturesPerGame;
  const base: TrainableBase = trainableBase(randomWeights(alpha, seed), alpha);
  const channels = base.variables.at(-1)!.size; // 52 units
  const { normal } = random(seed, 'base head');
  const layer = (outputs: number): Variable => {
    const first = Float32Array.from({ length: channels * outputs }, () => normal() / Math.sqrt(channels));
    return tf.variable(tf.tensor2d(first, [channels, outputs]));
  };
  const kernel = layer(outputLength);
  const projection = layer(pairs.dims);
  const bias = tf.variable(tf.zeros([outputLength]));
  const variables: Variable[] = [...base.variables, kernel, bias, projection];
  const optimizer = createOptimizer('adam', settings.learningRate, variables);
  const kept = [...variables, ...base.statistics];
  return {
    /** One step of the optimizer; gives the loss of each task before it, and that of the pairs. */
    step(pictures: BasePictures, rows: readonly number[], epoch: number, done: number, total: number) {
      const view = epoch <= settings.windowEpochs ? settings.window : settings.whole;
      return tf.tidy(() => {
        const source = random(seed, 'base views', done);
        const images = randomViews(pictures.read(rows), rows.length, pictures.size, view, source);
        const answers = tf.tensor2d(pictures.answersOf(rows), [rows.length, answerLength]);
        let losses: number[] = [];
        const { value, grads } = tf.variableGrads(() => {
          const features = base.forward(images, momentum);
          const outputs = tf.add(tf.matMul(features, kernel as Tensor as Tensor2D), bias) as Tensor2D;
          const projected = tf.matMul(features, projection as Tensor as Tensor2D);
          const each = [
            ...byTask(outputs, answers, images).map((columns) => taskLoss(columns)),
            tf.mul(pairLoss(projected as Tensor2D, pairs.temperature), pairs.weight) as Scalar,
          ];
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
      const { size } = pictures;
      const still: ViewSettings = { height: size, width: size, scale: [1, 1], brightness: 0, hue: 0 };
      for (let batch = 0; batch < settings.calibrationBatches; batch++) {
        const at = (batch * batchSize) % Math.max(1, order.length - batchSize);
        const rows = order.slice(at, at + batchSize);
        tf.tidy(() => {
          const source = random(seed, 'base calibration', batch);
          const images = randomViews(pictures.read(rows), rows.length, size, still, source);
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
    /** Of the base, as copies. */
    arrays: base.arrays,
    dispose(): void {
      optimizer.dispose();
      base.dispose();
      tf.dispose([kernel, bias, projection]);
    },
  };
}
