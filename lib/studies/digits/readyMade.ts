import path from 'node:path';
import type { Run } from '../../core/run';
import { softmax } from '../../data/numbers';
import { predictionsBy, type SaidClass } from '../../metrics/judgedClasses';
import { banner } from '../../report/banner';
import type { Report } from '../../report/openReport';
import { askOnnx } from '../../training/onnxAnswers';
import type { DigitData } from './data';
import type { Config } from './settings';

/** What the classifier of `--model` says of the digits of validation and test; none, with a word on the page, where no file is given or what runs it cannot be had. Throws what `askOnnx` throws but for `DOWNLOAD_FAILED`. */
export async function readyMade(report: Report<Config>, data: DigitData) {
  const { model } = report.config;
  if (model === null) {
    const advice = '--model FILE takes any network in the format ONNX that has learnt these digits';
    banner(
      'note',
      'No ready-made classifier was given',
      `${advice}, and shows its answers here beside ours.`,
    );
    return [];
  }
  const ask = (): Promise<SaidClass[]> => askDigits(report, data, model);
  const predictions = await report.ifAvailable('The ready-made classifier', 'warning.readymade', ask);
  return predictions
    ? [{ name: 'readymade', title: `Ready-made: ${path.basename(model)}`, predictions }]
    : [];
}

/** Asks a network about the digits of validation and test: it takes one picture, grey values from 0 to 1, and gives a logit or a probability for each class. Throws what `askOnnx` throws. */
export async function askDigits(run: Run, data: DigitData, file: string): Promise<SaidClass[]> {
  const { pixels, classes } = data;
  const asked = { ...data, rows: { ...data.rows, training: [] } };
  const rows = [...asked.rows.validation, ...asked.rows.test];
  const said = await askOnnx(run, 'Ready-made classifier', file, {
    ...{ rows, read: pixels.read, outputs: classes.length },
    values: pixels.shape.reduce((a, b) => a * b),
  });
  const found = new Map(rows.map((row, i) => [row, probabilities(said[i]!)])); // one for each
  return predictionsBy(asked, (own) => own.map((row) => found.get(row) ?? []));
}

/** Logits are put through the softmax. */
function probabilities(values: number[]): number[] {
  const sum = values.reduce((a, b) => a + b);
  return Math.abs(sum - 1) < 1e-3 && values.every((value) => value >= 0) ? values : softmax(values);
}
