import { readFile } from 'node:fs/promises';
import type { Source } from '../../../core/concepts';
import { ReportError } from '../../../core/errors';
import { largest } from '../../../core/extremes';
import { sha256, writeAtomic } from '../../../core/files';
import { mean, variance } from '../../../data/numbers';
import { columns } from './task';
import type { TrainedBase } from './train';

const place = /(<!-- figures: written by npm run train-base -->).*(<!-- end of figures -->)/s;

/** The card of a base with the figures of a training in their place. Throws `BAD_INPUT` when the card has no place for them. */
export function withFigures(card: string, figures: string): string {
  if (place.test(card)) return card.replace(place, (_, begin, end) => `${begin}\n\n${figures}\n\n${end}`);
  throw new ReportError(
    'BAD_INPUT',
    'The model card has no place for figures: put its comments "figures: …" and "end of figures" back.',
  );
}

/** Writes what a training found out into the model card: how well the base answers its questions for whole pictures held out. */
export async function writeCard(
  card: string,
  weights: Uint8Array,
  { histories }: TrainedBase,
  heldOut: Source,
): Promise<void> {
  const epochs = histories.flatMap((history) => history.epochs);
  const last = histories.at(-1)!; // there are phases
  const figures = last.epochs[last.bestEpoch - 1]!.validation; // counted from 1
  const rows = Array.from({ length: heldOut.count }, (_, row) => row);
  const { y } = await heldOut.read(rows, 0);
  const outputs = y.length / rows.length;
  const lines = columns.map(({ name, kind, start, size }) => {
    const answers = Array.from({ length: size }, (_, c) => rows.map((row) => y[row * outputs + start + c]!));
    const figure = figures[name]!; // the task has one for each question
    if (kind === 'values') {
      return `| ${name} | R² ${(1 - figure / mean(answers.map(variance))).toFixed(2)} | R² 0 (the mean) |`;
    }
    const shares = answers.map(mean);
    const commonest = kind === 'choice' ? largest(shares) : mean(shares.map((p) => Math.max(p, 1 - p)));
    return `| ${name} | ${(100 * figure).toFixed(1)}% right | ${(100 * commonest).toFixed(1)}% |`;
  });
  const minutes = histories.reduce((sum, { seconds }) => sum + seconds / 60, 0);
  const text = [
    `- File: ${weights.length.toLocaleString('en-GB')} bytes, SHA-256 \`${sha256(weights)}\``,
    `- Trained in ${epochs.length} epochs, ${minutes.toFixed(0)} minutes; ${heldOut.count} other pictures held back`,
    `- Loss, the weighted sum of all tasks: ${epochs[0]!.training.loss!.toFixed(2)} in the first epoch, ${epochs.at(-1)!.training.loss!.toFixed(2)} in the last`,
    '',
    'Answers of the layer that was trained with the base, for the whole pictures held back:',
    '',
    '| task | the base | always the commonest answer |',
    '| --- | --- | --- |',
    ...lines,
  ];
  await writeAtomic(card, withFigures(await readFile(card, 'utf8'), text.join('\n')));
}
