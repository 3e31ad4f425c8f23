import { once } from '../../core/once';
import { classStudy } from '../../report/classStudy';
import { openStudy } from '../../report/openStudy';
import { openData } from './data';
import { type Experiment, outcomeOf } from './experiments';
import { study } from './study';

/** Opens the study for the notebook of that name: what a cell asks for is made when it first does, or taken from an earlier run. Throws what `openStudy` throws. */
export async function open(name: string) {
  const report = await openStudy(study, name);
  const { imageSize, tuneSize, tuneEpochs: epochs, seed } = report.config;
  const { linear, tuned, ...shared } = classStudy(report, (size) => openData(report, size), imageSize);
  return Object.assign(report, shared, {
    /** A linear layer on the features of the backbone. */
    transfer: once(() => linear()),
    /** An experiment of `experiments.ts`, trained and asked about the test covers; null for a slow one in a run that is not thorough. */
    experiment: async (one: Experiment) => {
      const train = async () => {
        const pictures = await shared.data(tuneSize);
        const options = one.options(pictures, seed);
        const settings = { ...options.settings, epochs, patience: epochs };
        const model = await tuned(one, tuneSize, { bestBy: 'accuracy', ...options, settings });
        return outcomeOf(model, pictures, seed, one.reported);
      };
      return one.slow ? report.ifThorough(one.title, train) : train();
    },
  });
}
