import { once } from '../../core/once';
import { openNetwork } from '../../explain/classNetwork';
import { fittedPredictions } from '../../metrics/judgedClasses';
import { classStudy } from '../../report/classStudy';
import type { Learnt } from '../../report/learntModels';
import { openStudy } from '../../report/openStudy';
import { openData } from './data';
import { careful, deeper, type Experiment, full, progressive } from './experiments';
import { compareClassifiers, kernelOf } from './splits';
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
    /** An experiment of `experiments.ts`, trained; null for a slow one in a run that is not thorough. */
    experiment: (one: Experiment) => (one.slow ? report.ifThorough(one.title, () => train(one)) : train(one)),
    /** What kernel ridge regression says on what the backbone has at several depths. */
    kernel: async () => {
      const moments = await shared.moments();
      const predictions = await fittedPredictions(await shared.data(), moments, kernelOf(moments));
      return { name: 'kernel', title: 'Kernel ridge, three depths', predictions };
    },
    /** Kernel ridge regression beside logistic regression, by folds of all covers. */
    folds: async () => compareClassifiers(await shared.features(), await shared.moments(), seed),
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
