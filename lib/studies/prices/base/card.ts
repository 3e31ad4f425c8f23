import { readFile } from 'node:fs/promises';
import { ReportError } from '../../../core/errors';
import { writeAtomic } from '../../../core/files';
import type { TaskResult } from './heldOut';
import type { Usefulness, UsefulnessTable } from './usefulness';

/** What a training of the base found out, for its model card. */
export interface BaseFigures {
  /** Of the weights file. */
  sha256: string;
  bytes: number;
  trainingGames: number;
  trainingPictures: number;
  heldOutPictures: number;
  epochs: number;
  /** Of drawing all pictures and of training, in minutes. */
  drawingMinutes: number;
  trainingMinutes: number;
  firstLoss: number;
  lastLoss: number;
  tasks: readonly TaskResult[];
  usefulness: readonly { data: string; table: UsefulnessTable }[];
}

const begin = '<!-- figures: written by npm run train-base -->';
const end = '<!-- end of figures -->';

/** The figures as Markdown, without a heading. */
export function figuresText(figures: BaseFigures): string {
  const { tasks, usefulness } = figures;
  const task = ({ name, kind, score, commonest }: TaskResult): string =>
    kind === 'values'
      ? `| ${name} | R² ${score.toFixed(2)} | R² 0 (the mean) |`
      : `| ${name} | ${percent(score)} right | ${percent(commonest)} |`;
  const spread = ({ mean, deviation }: Usefulness['r2']): string =>
    `${mean.toFixed(2)} ± ${deviation.toFixed(2)}`;
  const tables = usefulness.flatMap(({ data, table }) => [
    '',
    `${data}: ${table.games} prices, ${table.pictures} pictures, ${table.splits} random 80/20 splits in which the pictures of one price stay together, mean ± standard deviation:`,
    '',
    '| base | R² of log(1 + price) | MAE ÷ MAE of the median price |',
    '| --- | --- | --- |',
    ...table.results.map(
      ({ base, r2, relativeError }) => `| ${base} | ${spread(r2)} | ${spread(relativeError)} |`,
    ),
  ]);
  return [
    `- File: ${figures.bytes.toLocaleString('en-GB')} bytes, SHA-256 \`${figures.sha256}\``,
    `- Learnt from ${figures.trainingPictures} pictures of ${figures.trainingGames} games in ${figures.epochs} epochs; ${figures.heldOutPictures} others held back`,
    `- Time: ${figures.drawingMinutes.toFixed(0)} minutes for drawing, ${figures.trainingMinutes.toFixed(0)} minutes for training`,
    `- Loss, the weighted sum of all tasks: ${figures.firstLoss.toFixed(2)} in the first epoch, ${figures.lastLoss.toFixed(2)} in the last`,
    '',
    `Answers that a linear layer, fitted to pictures that the base learnt from, reads off its features of the ${figures.heldOutPictures} pictures held back:`,
    '',
    '| task | the base | always the commonest answer |',
    '| --- | --- | --- |',
    ...tasks.map(task),
    ...tables,
  ].join('\n');
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** Puts the figures in their place in the model card. Throws `BAD_INPUT` when the card has no place for them. */
export async function writeFigures(card: string, figures: BaseFigures): Promise<void> {
  const text = await readFile(card, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) {
    throw new ReportError(
      'BAD_INPUT',
      `${card} has no place for figures: put the lines "${begin}" and "${end}" back.`,
    );
  }
  await writeAtomic(card, `${text.slice(0, from)}${begin}\n\n${figuresText(figures)}\n\n${text.slice(to)}`);
}
