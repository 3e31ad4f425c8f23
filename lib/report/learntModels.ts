import { argMax } from '../core/extremes';
import { intervalFigures, type Results } from '../core/results';
import type { StageResult } from '../core/stage';
import { type Proportion, proportion } from '../metrics/proportion';
import type { ClassModel } from '../training/classModel';
import { percentInterval } from './binaryCharts';
import { formatCount, formatPercent, formatSeconds, NONE } from './format';
import { table } from './tables';

/** A network that has learnt classes, with what it is called beside others and how often it is right. */
export interface Learnt extends ClassModel, Pick<StageResult<ClassModel>, 'folder' | 'key'> {
  /** Of its figures in the results, such as `cnn.2.0`. */
  name: string;
  title: string;
  /** The side of the pictures that it sees, in pixels. */
  size: number;
  seconds: number;
  training: Proportion;
  validation: Proportion;
  /** Accuracy that the original of a study reports of it. */
  reported?: number | undefined;
}

/** A trained network under its names. */
export function learnt(
  model: ClassModel & Omit<StageResult<ClassModel>, 'value'>,
  named: Pick<Learnt, 'name' | 'title' | 'size' | 'reported'>,
): Learnt {
  const rightOf = (part: 'training' | 'validation'): Proportion => {
    const own = model.predictions.filter((one) => one.part === part);
    return proportion(own.filter(({ label, predicted }) => predicted.label === label).length, own.length);
  };
  return { ...model, ...named, training: rightOf('training'), validation: rightOf('validation') };
}

/** How far training accuracy may run ahead of validation accuracy before it is called overfitting. */
const AHEAD = 0.1;

/** Shows networks side by side: what they are, how long they trained, and how they do. */
export function comparisonTable(all: readonly Learnt[]): void {
  const rows = all.map((one) => ({
    title: one.title,
    size: `${one.size} px`,
    trained: formatCount(one.layers.reduce((sum, { trainable }) => sum + trainable, 0)),
    epochs: `${one.history.bestEpoch} of ${one.history.epochs.length}`,
    seconds: formatSeconds(one.history.seconds),
    training: formatPercent(one.training.share),
    validation: percentInterval(one.validation),
    reported: one.reported === undefined ? NONE : formatPercent(one.reported, 0),
  }));
  const columns = {
    ...{ title: 'Network', size: 'Pictures', trained: 'Weights trained', epochs: 'Best epoch' },
    ...{ seconds: 'Training took', training: 'Training accuracy', validation: 'Validation accuracy' },
    reported: 'Original',
  };
  const note =
    'Intervals hold the true share with 95% confidence. Both accuracies are those of the best epoch, without dropout and augmentation.';
  const best = all[argMax(all.map(({ validation }) => validation.share))];
  const caption = `${best?.title} is right most often on validation pictures`;
  table(rows, columns, { caption, note, rowHeadings: true });
}

/** The figures of the networks under their names. */
export const learntFigures = (all: readonly Learnt[]): Results =>
  Object.assign(
    {},
    ...all.map(({ name, validation, training, history }) => ({
      ...intervalFigures(`${name}.valid.accuracy`, validation),
      [`${name}.train.accuracy`]: training.share,
      [`${name}.epochs`]: history.epochs.length,
      [`${name}.best_epoch`]: history.bestEpoch,
    })),
  ) as Results; // records of figures, joined

/** What the comparison says, in sentences. `all` must not be empty. */
export function learntFindings(all: readonly Learnt[]): string[] {
  const best = all.reduce((a, b) => (b.validation.share > a.validation.share ? b : a));
  const level = all.filter((one) => one !== best && one.validation.high >= best.validation.low);
  const ahead = all.filter(({ training, validation }) => training.share - validation.share > AHEAD);
  const titles = (some: readonly Learnt[]): string => some.map(({ title }) => title).join('; ');
  const overfitting = `Overfitting: training accuracy is more than ${formatPercent(AHEAD, 0)} ahead of validation accuracy for ${titles(ahead)}.`;
  return [
    `On validation pictures **${best.title}** does best: ${percentInterval(best.validation)} right.`,
    level.length > 0
      ? `Its interval overlaps with that of ${titles(level)}: these pictures cannot tell them apart.`
      : 'No other interval reaches into its own.',
    ...(ahead.length > 0 ? [overfitting] : []),
    'The best epoch was chosen on the same validation pictures, so these figures flatter all of them a little; test pictures have the last word.',
  ];
}
