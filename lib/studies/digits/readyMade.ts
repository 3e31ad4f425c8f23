import path from 'node:path';
import { isReportError, ReportError } from '../../core/errors';
import { throwIfAborted } from '../../core/pool';
import { type Run, withProgress } from '../../core/run';
import { softmax } from '../../data/numbers';
import { type JudgedClasses, predictionsBy, type SaidClass } from '../../metrics/judgedClasses';
import { openOnnx } from '../../networks/onnx';
import { banner } from '../../report/banner';
import type { Report } from '../../report/openReport';
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
  try {
    const predictions = await askOnnx(report, data, model);
    return [{ name: 'readymade', title: `Ready-made: ${path.basename(model)}`, predictions }];
  } catch (error) {
    if (!isReportError(error, 'DOWNLOAD_FAILED')) throw error;
    const warning = `The ready-made classifier was left out: ${error.message}`;
    await report.record({ 'warning.readymade': warning });
    return [];
  }
}

/** Asks a network about the digits of validation and test: it takes one picture, grey values from 0 to 1, and gives a logit or a probability for each class. Throws `BAD_WEIGHTS`, and what `openOnnx` throws. */
export async function askOnnx(run: Run, data: DigitData, file: string): Promise<SaidClass[]> {
  const { pixels, classes, rows } = data;
  const network = await openOnnx(file, { signal: run.signal });
  const found = new Map<number, readonly number[]>();
  try {
    const [{ name, shape } = { name: '', shape: [] }, ...others] = network.inputs;
    const dims = shape.map((side) => (typeof side === 'number' && side > 0 ? side : 1)); // one picture at a time
    const size = pixels.shape.reduce((a, b) => a * b);
    if (others.length > 0 || dims.reduce((a, b) => a * b, 1) !== size) {
      const given = network.inputs.map((one) => `${one.name} [${one.shape.join(', ')}]`).join(' and ');
      throw new ReportError('BAD_WEIGHTS', `${file} takes ${given}, expected one picture of ${size} values.`);
    }
    const asked = [...rows.validation, ...rows.test];
    await withProgress(run, 'Ready-made classifier', async (onProgress) => {
      for (const row of asked) {
        if (found.size % 500 === 0) onProgress(found.size, asked.length);
        throwIfAborted(run.signal);
        const said = await network.run({ [name]: { data: pixels.read([row]), dims } });
        found.set(row, probabilities(said[network.outputs[0]?.name ?? '']?.data ?? [], classes.length, file));
      }
    });
  } finally {
    await network.dispose();
  }
  const asked = { ...data, rows: { ...rows, training: [] } };
  return predictionsBy(asked, (own) => own.map((row) => found.get(row) ?? []));
}

/** What a network gives for one picture, as probabilities: logits are put through the softmax. Throws `BAD_WEIGHTS`. */
function probabilities(said: ArrayLike<number>, count: number, file: string): number[] {
  const values = Array.from(said);
  if (values.length !== count || !values.every(Number.isFinite)) {
    throw new ReportError('BAD_WEIGHTS', `${file} gives ${values.length} values, expected ${count} numbers.`);
  }
  const sum = values.reduce((a, b) => a + b);
  return Math.abs(sum - 1) < 1e-3 && values.every((value) => value >= 0) ? values : softmax(values);
}

/** How often two models agree on the same pictures, and which of them is right. */
export function agreement(one: JudgedClasses, other: JudgedClasses) {
  const pairs = one.said.map((said, i) => [said, other.said[i]!] as const); // of the same pictures
  const count = (fits: (a: boolean, b: boolean, same: boolean) => boolean): number =>
    pairs.filter(([a, b], i) => fits(one.right[i]!, other.right[i]!, a.predicted.label === b.predicted.label))
      .length;
  return {
    'Both are right': count((a, b) => a && b),
    [`Only "${one.title}" is right`]: count((a, b) => a && !b),
    [`Only "${other.title}" is right`]: count((a, b) => !a && b),
    'Both are wrong, with one answer': count((a, b, same) => !a && !b && same),
    'Both are wrong, with two answers': count((a, b, same) => !a && !b && !same),
  };
}
