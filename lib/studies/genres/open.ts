import { once } from '../../core/once';
import { openNetwork } from '../../explain/classNetwork';
import { classStudy } from '../../report/classStudy';
import type { Learnt } from '../../report/learntModels';
import { openStudy } from '../../report/openStudy';
import { openData } from './data';
import { foldFigures, kernelOutcome } from './depths';
import { careful, deeper, type Experiment, full, outcomeOf, progressive } from './experiments';
import { study } from './study';

/** Opens the study for the notebook of that name: what a cell asks for is made when it first does, or taken from an earlier run. Throws what `openStudy` throws. */
export async function open(name: string) {
  const report = await openStudy(study, name);
  const { imageSize, tuneSize, tuneEpochs: epochs, seed, background } = report.config;
  const { linear, tuned, ...shared } = classStudy(report, (size) => openData(report, size), imageSize);
  const transfer = once(() => linear());
  const train = async (one: Experiment): Promise<Learnt> => {
    const options = one.options(await shared.data(tuneSize), seed);
    const settings = { ...options.settings, epochs, patience: epochs };
    return tuned(one, tuneSize, { bestBy: 'accuracy', ...options, settings });
  };
  return Object.assign(report, shared, {
    /** A linear layer on the features of the backbone. */
    transfer,
    /** An experiment of `experiments.ts`, trained and asked about the test covers; null for a slow one in a run that is not thorough. */
    experiment: async (one: Experiment) => {
      const judged = async () => outcomeOf(await train(one), await shared.data(tuneSize), seed, one.reported);
      return one.slow ? report.ifThorough(one.title, judged) : judged();
    },
    /** Kernel ridge regression on what the backbone has at several depths, and it by folds beside logistic regression. */
    kernel: once(async () => kernelOutcome(await shared.moments(), await shared.data(), seed)),
    folds: once(async () => {
      const { pictures, rows } = await shared.features();
      return foldFigures(rows, await shared.moments(), pictures, seed);
    }),
    /** The networks of one genre a cover that every run trains: those that test covers are to judge, the simplest first. */
    models: async () => {
      const found: [Learnt, ...Learnt[]] = [await transfer()];
      for (const one of [deeper, full, careful, progressive]) found.push(await train(one));
      return found;
    },
    /** The linear layer with its backbone, to look into. */
    openTransfer: async () => {
      const [{ folder, size }, { backbone }] = [await transfer(), await shared.features()];
      return openNetwork({ folder, size, background, backbone });
    },
  });
}
