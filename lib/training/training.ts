import { ReportError } from '../core/errors';
import { trainingCheckpoint } from './trainingCheckpoint';
import { openTraining } from './trainingLoop';
import type { TrainingHistory, TrainingOptions } from './trainingOptions';

export type { EpochRecord, TrainingHistory, TrainingOptions } from './trainingOptions';

/**
 * Trains the model and leaves it with the weights of its best epoch. The loss is the mean squared error for one output and the
 * cross-entropy for several, plus the model's L2 terms; batch normalization and dropout behave as in Keras.
 *
 * The same model, data and settings give the same numbers to the last bit in every process on the same machine with the same backend and number
 * of threads: random numbers all come from `lib/random`, and no operation leaves to chance in which order it sums. Two cut their sums by threads,
 * so that another number of threads moves the last bits, which grow over the epochs: the gradients of a convolution's kernel
 * (`Conv2DBackpropFilter`, not for maps as small as a head's) and of a depthwise one (`DepthwiseConv2dNativeBackpropFilter`). On a GPU that needs
 * `TF_DETERMINISTIC_OPS`, which is set by default. Other machines, a GPU and the other backend sum in orders of their own.
 *
 * With a checkpoint, a training that was interrupted or killed goes on from there and has the course that it would have had; its file is
 * removed when the training ends. One of other settings or data is not looked at, and written over.
 *
 * Throws `BAD_INPUT` when features, targets or settings do not fit or the loss is no longer a number, `BROKEN_STAGE` for a damaged checkpoint,
 * and `INTERRUPTED` at the next step after `signal`; the model then has the weights of the last whole step, and so has the checkpoint. After
 * a loss that is no number it has those of an earlier step. No tensor is left behind either way.
 */
export async function trainHead(options: TrainingOptions): Promise<TrainingHistory> {
  const checkpoint = options.checkpoint && trainingCheckpoint(options, options.checkpoint);
  const training = openTraining(options, (await checkpoint?.read()) ?? undefined);
  try {
    await training.run(options.settings.epochs, () => checkpoint?.offer(training.state));
    await checkpoint?.remove();
    return training.finish();
  } catch (error) {
    if (error instanceof ReportError && error.code === 'INTERRUPTED')
      await checkpoint?.write(training.state());
    throw error;
  } finally {
    training.dispose();
  }
}
