import { argMax } from '../core/extremes';
import type { WithInterval } from '../core/results';
import {
  type Calibration,
  costAt,
  f1At,
  type OperatingPoint,
  operatingPoints,
  pointAt,
  precisionAt,
  recallAt,
  type ScoredItem,
} from '../metrics/binary';
import type { Interval } from '../metrics/intervals';
import type { Judged } from '../metrics/judgedScores';
import { type Chart, seriesColour } from './charts';
import { displayHtml } from './display';
import { formatCount, formatInterval, formatNumber, formatPercent } from './format';
import { escapeHtml, plotText } from './html';
import { calibrationCurve } from './predictionCharts';
import { table, tableHtml } from './tables';
import { line, marks, referenceLine } from './traces';
import { shares } from './valueScale';

/** ROC curves of models on the same test pictures: the share of positive items that are found over the share of others that are false alarms. */
export function rocChart(models: readonly Judged[]): Chart {
  const falseAlarms = ({ falsePositives, trueNegatives }: OperatingPoint): number =>
    falsePositives / (falsePositives + trueNegatives);
  const x = ['False alarms among what is not positive', falseAlarms] as const;
  return curveChart(models, 'rocAuc', 'area under the ROC curve', [x, ['Recall', recallAt]], [0, 1]);
}

/** Precision over recall of models on the same test pictures. */
export function precisionRecallChart(models: readonly Judged[]): Chart {
  const { recall, accuracy } = models[0]?.plain ?? { recall: { count: 0 }, accuracy: { count: 1 } };
  const share = recall.count / accuracy.count;
  const axes = [['Recall', recallAt] as const, ['Precision', precisionAt] as const] as const;
  return curveChart(models, 'averagePrecision', 'average precision', axes, [share, share]);
}

type Axis = readonly [title: string, of: (point: OperatingPoint) => number];

function curveChart(
  models: readonly Judged[],
  area: 'rocAuc' | 'averagePrecision',
  name: string,
  [x, y]: readonly [Axis, Axis],
  guess: readonly [number, number],
): Chart {
  const places = (points: readonly OperatingPoint[]) => ({ x: points.map(x[1]), y: points.map(y[1]) });
  const percent = { tickformat: '.0%', range: [-0.01, 1.01] };
  const best = models[argMax(models.map(({ plain }) => plain[area].estimate))];
  return {
    title: `${y[0]} over ${x[0].toLowerCase()}${best ? `: ${best.title} is ahead, ${name} ${formatNumber(best.plain[area].estimate)}` : ''}`,
    alt: models.map((model) => `${model.title}: ${name} ${inInterval(model.plain[area])}.`).join(' '),
    traces: [
      referenceLine([0, 1], guess, 'by chance'),
      ...models.flatMap(({ title: who, scores, chosen, plain }, i) => {
        const points = operatingPoints(scores.test).slice(area === 'rocAuc' ? 0 : 1); // no precision where none is taken
        const words = points.map(({ threshold }) => `threshold ${formatNumber(threshold)}`);
        const hover = `${plotText(who)}, %{customdata}: ${x[0].toLowerCase()} %{x:.1%}, ${y[0].toLowerCase()} %{y:.1%}`;
        const color = seriesColour(i);
        const shape = area === 'rocAuc' ? 'linear' : 'vh'; // as the areas are summed
        return [
          line(
            { name: `${who}: ${inInterval(plain[area])}`, ...places(points), words, hover },
            { color, shape },
          ),
          marks(places([pointAt(points, chosen.threshold)]), { color, size: 10, symbol: 'diamond' }),
        ];
      }),
    ],
    layout: {
      xaxis: { title: { text: x[0] }, ...percent },
      yaxis: { title: { text: y[0] }, ...percent },
    },
    height: 420,
  };
}

const inInterval = (figure: Interval): string => formatInterval(figure, formatNumber);

/** A share or another figure from 0 to 1 with its interval, in per cent. */
export const percentInterval = (figure: WithInterval): string => formatInterval(figure, formatPercent);

/** Shows how models do on test pictures, from one half on (`plain`) or each from its chosen threshold on. */
export function judgedTable(models: readonly Judged[], from: 'plain' | 'chosen', caption: string): void {
  const rows = models.map((model) => ({ title: model.title, cost: model.costs[from], ...model[from] }));
  table(
    rows,
    {
      title: 'Who answers',
      threshold: 'From',
      accuracy: ['Accuracy', percentInterval],
      precision: ['Precision', percentInterval],
      recall: ['Recall', percentInterval],
      f1: ['F1', percentInterval],
      rocAuc: ['ROC AUC', percentInterval],
      cost: 'Cost a picture',
    },
    {
      caption,
      rowHeadings: true,
      note: 'In brackets 95% intervals, exact for shares, else by bootstrap over pictures.',
    },
  );
}

/** How often items are positive, over the probability that is given for it, with exact intervals; on the diagonal a probability is what it says. */
export function reliabilityChart({ bins, ece, brier }: Calibration, title: string): Chart {
  const groups = bins.map(({ mean, observed }) => ({
    count: observed.count,
    predicted: mean,
    actual: { ...observed, estimate: observed.share },
  }));
  const errors = `expected calibration error ${formatPercent(ece)}, Brier score ${formatNumber(brier)}`;
  return calibrationCurve(groups, shares('probability', ['picture', 'pictures']), `${title}: ${errors}`);
}

/** Shows what every threshold decides: a slider, which begins at `threshold`, and confusion matrix, precision, recall, F1 and cost that move with it; `missCost` is in false alarms. */
export function thresholdSlider(
  items: readonly ScoredItem[],
  options: { threshold: number; missCost: number; positive: string; title: string },
): void {
  const { threshold, missCost, positive, title } = options;
  const hundredths = Array.from({ length: 101 }, (_, i) => i / 100);
  const steps = [...new Set([...hundredths, threshold])].sort((a, b) => a - b);
  const points = operatingPoints(items);
  const values = steps.map((step) => {
    const point = pointAt(points, step);
    const { truePositives, falseNegatives, falsePositives, trueNegatives } = point;
    const counts = [truePositives, falseNegatives, falsePositives, trueNegatives].map(formatCount);
    const figures = [precisionAt, recallAt, f1At].map((figure) => formatPercent(figure(point)));
    return [...counts, formatNumber(step), ...figures, formatNumber(costAt(point, missCost))];
  });
  const start = steps.indexOf(threshold);
  const [hits, misses, alarms, rest, ...figures] = values[start] ?? [];
  const counts = [
    { truth: `Shows ${positive}`, taken: hits, not: misses },
    { truth: 'Does not', taken: alarms, not: rest },
  ];
  const cost = `Cost when a miss is ${missCost} false alarms`;
  const labels = ['Threshold', 'Precision', 'Recall', 'F1', cost];
  const rows = labels.map((name, i) => ({ name, value: figures[i] }));
  const headings = { truth: 'Picture', taken: `Taken for ${positive}`, not: 'Not' };
  const html =
    `<div class="rp-threshold" data-steps="${escapeHtml(JSON.stringify(values))}"><div class="rp rp-opacity"><label>Threshold ` +
    `<input type="range" style="width:min(60vw,24rem)" min="0" max="${steps.length - 1}" value="${start}" aria-valuetext="${formatNumber(threshold)}" ` +
    `autocomplete="off" oninput="${escapeHtml(onThreshold)}"></label></div>` +
    tableHtml(counts, headings, { caption: title, rowHeadings: true }) +
    `${tableHtml(rows, { name: 'Figure', value: 'Value' }, { caption: 'At this threshold', rowHeadings: true })}</div>`;
  displayHtml(html, `[${title}: threshold ${formatNumber(threshold)}]`);
}

/** Written where it stands, so that it works in an exported page and in a live notebook alike. */
const onThreshold =
  "const box=this.closest('.rp-threshold'),own=JSON.parse(box.dataset.steps)[this.value];this.setAttribute('aria-valuetext',own[4]);" +
  "box.querySelectorAll('td').forEach((cell,i)=>{cell.textContent=own[i]})";
