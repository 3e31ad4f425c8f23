import { argMax } from '../core/extremes';
import type { ClassEvaluation } from '../metrics/classes';
import type { JudgedClasses } from '../metrics/judgedClasses';
import { percentInterval } from './binaryCharts';
import type { Chart } from './charts';
import { formatCount, formatPercent } from './format';
import { plotText } from './html';
import { type TableOptions, table } from './tables';
import { matrix } from './traces';

/** The confusion matrix of whoever answers: a row for each true class, a column for each predicted one; colour is the share of the row. The title says which class is found least. */
export function confusionChart({ confusion, classes, accuracy }: ClassEvaluation, who: string): Chart {
  const least = classes[argMax(classes.map(({ recall }) => -recall))];
  const names = classes.map(({ name }) => plotText(name));
  const shares = confusion.map((row) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((count) => (sum === 0 ? 0 : count / sum));
  });
  return {
    title: `${who}: least found are the pictures of ${least?.name}, ${formatPercent(least?.recall)} of them`,
    alt:
      `${formatCount(accuracy.successes)} of ${formatCount(accuracy.count)} test pictures are told apart correctly. ` +
      classes
        .map(
          ({ name, recall, support }) =>
            `${formatPercent(recall)} of the ${formatCount(support)} of ${name}.`,
        )
        .join(' '),
    traces: [
      matrix(names, names, shares, {
        text: confusion.map((row) => row.map(String)),
        texttemplate: '%{text}<br>%{z:.0%}',
        hovertemplate: 'True %{y}, predicted %{x}: %{text} (%{z:.0%})<extra></extra>',
        ...{ zmin: 0, zmax: 1 },
      }),
    ],
    layout: {
      xaxis: { title: { text: 'Predicted' }, type: 'category', showgrid: false }, // also where classes are numbers
      yaxis: { title: { text: 'True' }, type: 'category', autorange: 'reversed', showgrid: false },
    },
    table: {
      columns: ['True', ...classes.map(({ name }) => name)],
      rows: confusion.map((row, i) => [classes[i]?.name ?? '', ...row]),
    },
  };
}

const columns = {
  name: 'Class',
  support: 'Pictures',
  predicted: 'Predicted',
  precision: ['Precision', percentInterval],
  recall: ['Recall', percentInterval],
  f1: ['F1', percentInterval],
} as const;

/** Shows precision, recall and F1 of each class with their intervals, and their means. */
export function classTable({ classes, macro, weighted, count }: ClassEvaluation): void {
  const rows = [
    ...classes.map(({ intervals, ...one }) => ({ ...one, ...intervals })),
    { name: 'Mean, all classes alike', support: count, predicted: count, ...macro },
    { name: 'Mean by pictures', support: count, predicted: count, ...weighted },
  ];
  const [best, worst] = [1, -1].map((sign) => classes[argMax(classes.map(({ f1 }) => sign * f1))]?.name);
  table(rows, columns, { caption: `F1 is highest for ${best}, lowest for ${worst}`, rowHeadings: true });
}

/** Shows models of classes side by side on the same test pictures; where no caption is given it says who is right most often. */
export function judgedClassTable(models: readonly JudgedClasses[], more: Partial<TableOptions> = {}): void {
  const first = models[argMax(models.map(({ classes }) => classes.accuracy.share))];
  const caption = `${first?.title} is right most often, of ${formatCount(first?.classes.count)} test pictures`;
  const rows = models.map(({ title, classes, probabilities }) => ({
    ...{ title, accuracy: classes.accuracy, balanced: classes.balancedAccuracy, f1: classes.macroF1 },
    ...{ top2: probabilities.top2, ece: probabilities.ece },
  }));
  const headings = {
    title: 'Who answers',
    accuracy: ['Accuracy', percentInterval],
    balanced: ['Balanced accuracy', percentInterval],
    f1: ['Macro F1', percentInterval],
    top2: ['Among two guesses', percentInterval],
    ece: ['Calibration error', percentInterval],
  } as const;
  table(rows, headings, { caption, rowHeadings: true, ...more });
}
