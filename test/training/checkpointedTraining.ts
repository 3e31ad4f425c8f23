import { writeFileSync } from 'node:fs';
import { sha256 } from '../../lib/core/files';
import { buildHead } from '../../lib/networks/head';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import { weightValues } from '../../lib/training/modelState';
import { regression } from '../../lib/training/tasks';
import { train } from '../../lib/training/train';
import { headSettings, learnable, settings, shape } from './learnable';

/** What a run of this program leaves in the file `result`. */
export interface TrainingOutcome {
  /** The first step that this run did, counted from 1. */
  firstStep: number;
  /** The history without times. */
  epochs: Record<string, unknown>[];
  bestEpoch: number;
  /** Of the model's weights at the end. */
  weights: string;
}

/** Trains a small head with a checkpoint after each step: `node … checkpointedTraining.ts CHECKPOINT RESULT`. */
async function main([file, result]: string[]): Promise<void> {
  await loadTensorFlow();
  const model = buildHead(shape, headSettings);
  let firstStep = 0;
  const history = await train({
    model,
    task: regression(),
    training: learnable(60, 'training'),
    validation: learnable(20, 'validation'),
    settings: {
      ...settings,
      epochs: 40,
      patience: 40,
      schedule: { kind: 'plateau', patience: 3, factor: 0.5 },
    },
    checkpoint: { file: file!, everySeconds: 0 }, // both arguments are given by the test
    onBatch: (done) => {
      firstStep ||= done;
    },
  });
  const outcome: TrainingOutcome = {
    firstStep,
    epochs: history.epochs.map(({ seconds: _, ...rest }) => rest),
    bestEpoch: history.bestEpoch,
    weights: sha256(Buffer.concat(weightValues(model).map((values) => new Uint8Array(values.buffer)))),
  };
  writeFileSync(result!, JSON.stringify(outcome));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
