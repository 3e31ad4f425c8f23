import { intervalFigures, type Results } from '../core/results';
import type { OrderedEvaluation } from '../metrics/ordered';
import type { Judgeable } from '../training/crossValidation';
import { percentInterval } from './binaryCharts';
import { formatInterval, formatNumber, formatPercent } from './format';
import { table } from './tables';

/** A model of ordered classes that was judged, fold by fold, on pictures that it has not learnt from. */
export interface Judged extends Judgeable {
  /** Before its figures in results.json, such as `cnn`. */
  name: string;
  evaluation: OrderedEvaluation;
}

/** What results.json says of a model, under names that begin with `prefix`. */
export const judgedFigures = (prefix: string, { models, evaluation: found }: Judged): Results => ({
  ...intervalFigures(`${prefix}cv.accuracy`, found.accuracy),
  ...intervalFigures(`${prefix}cv.balanced_accuracy`, found.balancedAccuracy),
  ...intervalFigures(`${prefix}cv.kappa`, found.kappa),
  [`${prefix}cv.macro_f1`]: found.macroF1.estimate,
  [`${prefix}cv.jumps`]: found.jumps.share,
  [`${prefix}cv.folds`]: models.length,
  [`${prefix}cv.count`]: found.count,
});

/** Shows models side by side, on pictures that none of them has learnt from. */
export function judgedTable(all: readonly Judged[], caption: string): void {
  const rows = all.map(({ title, models, evaluation }) => ({
    ...{ title, folds: models.length, ...evaluation },
    jumps: evaluation.jumps.share,
  }));
  const note =
    'In brackets 95% intervals, exact for accuracy, else by bootstrap over pictures. They do not hold that other training pictures would have given other models.';
  table(
    rows,
    {
      ...{ title: 'Model', folds: 'Folds', count: 'Test pictures', accuracy: ['Accuracy', percentInterval] },
      balancedAccuracy: ['Balanced accuracy', percentInterval],
      kappa: ['Quadratic kappa', (figure) => formatInterval(figure, formatNumber)],
      jumps: ['Jump two classes', formatPercent],
    },
    { caption, rowHeadings: true, note },
  );
}
