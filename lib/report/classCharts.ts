import type { ClassEvaluation, ClassFigures } from '../metrics/classes';
import type { Chart } from './charts';
import { formatPercent } from './format';
import { plotText } from './html';
import { type Columns, table } from './tables';

/** The confusion matrix: a row for each true class, a column for each predicted one; colour is the share of the row. */
export function confusionChart(
  { confusion, classes, accuracy }: ClassEvaluation,
  title = 'Confusion matrix',
): Chart {
  const names = classes.map(({ name }) => plotText(name));
  const shares = confusion.map((row) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((count) => (sum === 0 ? 0 : count / sum));
  });
  return {
    title,
    alt:
      `${accuracy.successes} of ${accuracy.count} test pictures are told apart correctly. ` +
      classes
        .map(({ name, recall, support }) => `${formatPercent(recall)} of the ${support} of ${name}.`)
        .join(' '),
    traces: [
      {
        type: 'heatmap',
        x: names,
        y: names,
        z: shares,
        text: confusion.map((row) => row.map(String)),
        texttemplate: '%{text}',
        hovertemplate: 'True %{y}, predicted %{x}: %{text} (%{z:.0%})<extra></extra>',
        colorscale: [
          [0, '@prediction/0.05'],
          [1, '@prediction'],
        ],
        ...{ zmin: 0, zmax: 1, showscale: false },
      },
    ],
    layout: {
      xaxis: { title: { text: 'Predicted' } },
      yaxis: { title: { text: 'True' }, autorange: 'reversed' },
    },
    table: {
      columns: ['True', ...classes.map(({ name }) => name)],
      rows: confusion.map((row, i) => [classes[i]?.name ?? '', ...row]),
    },
  };
}

const columns: Columns<ClassFigures> = {
  name: 'Class',
  support: 'Pictures',
  predicted: 'Predicted',
  precision: ['Precision', formatPercent],
  recall: ['Recall', formatPercent],
  f1: ['F1', formatPercent],
};

/** Shows precision, recall and F1 of each class. */
export const classTable = ({ classes }: ClassEvaluation): void =>
  table(classes, columns, { caption: 'Each class on the test pictures', rowHeadings: true });
