import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { random } from '../../../lib/core/random';
import { quietRun } from '../../../lib/core/run';
import { readSettings } from '../../../lib/core/settings';
import { gather } from '../../../lib/data/numbers';
import { greyStore } from '../../../lib/images/greyStore';
import { agreement, judgeClasses } from '../../../lib/metrics/judgedClasses';
import type { DigitData } from '../../../lib/studies/digits/data';
import { askDigits } from '../../../lib/studies/digits/readyMade';
import { settings } from '../../../lib/studies/digits/settings';
import { fromBytes } from '../../../lib/training/looks';
import { withCode } from '../../data/close';
import { unpackOnnx } from '../../networks/clipFolder';
import { sharedFolder } from '../../temporary';

const [COUNT, SIZE] = [60, 14];
const labels = Array.from({ length: COUNT }, (_, i) => i % 10);
const draw = random(1, 'digits');

/** Pictures of noise in which the pixels k are lighter of which k modulo 10 is the class; in every sixth those of the next one. */
const shown = labels.map((label, i) => (i % 6 === 0 ? (label + 1) % 10 : label));
const grey = Uint8Array.from({ length: COUNT * SIZE * SIZE }, (_, at) => {
  const [i, k] = [Math.floor(at / SIZE / SIZE), at % (SIZE * SIZE)];
  return draw.integer(0, 100) + (k % 10 === shown[i] ? 100 : 0);
});
const rowsFrom = (first: number, end: number) => Array.from({ length: end - first }, (_, i) => first + i);
const data: DigitData = {
  classes: rowsFrom(0, 10).map(String),
  labels: labels.map(String),
  rows: { training: [], validation: rowsFrom(0, 20), test: rowsFrom(20, COUNT) },
  images: greyStore(grey, SIZE, rowsFrom(0, COUNT).map(String)),
  pixels: {
    shape: [SIZE, SIZE, 1],
    key: 'pixels',
    read: (rows) => fromBytes(gather(grey, SIZE * SIZE, rows)),
  },
};
const folder = sharedFolder();
const file = unpackOnnx('digits', path.join(folder, 'digits.onnx'));
const run = quietRun(readSettings('digits', settings, {}));

describe('a ready-made classifier of digits', () => {
  it('answers the digits of validation and test, its logits as probabilities', async ({ skip }) => {
    const said = await askDigits(run, data, file).catch((error: { code?: string; message: string }) => {
      if (error.code !== 'DOWNLOAD_FAILED') throw error;
      return error.message;
    });
    if (typeof said === 'string') return skip(`what runs it cannot be had: ${said}`);
    expect(said.map(({ image }) => image)).toEqual(rowsFrom(0, COUNT));
    expect(said.map(({ predicted }) => Number(predicted.label))).toEqual(shown);
    for (const { predicted } of said) {
      expect(predicted.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    }

    const perfect = said.map((one) => ({ ...one, predicted: { ...one.predicted, label: one.label } }));
    const judge = (title: string, predictions: typeof said) =>
      judgeClasses({ name: title, title, predictions }, data.classes, { seed: 1, itemOf: (id) => id });
    const wrong = rowsFrom(20, COUNT).filter((row) => row % 6 === 0).length;
    expect(agreement(judge('a', perfect), judge('b', said))).toEqual({
      'Both are right': 40 - wrong,
      'Only "a" is right': wrong,
      'Only "b" is right': 0,
      'Both are wrong, with one answer': 0,
      'Both are wrong, with two answers': 0,
    });
    expect(agreement(judge('a', said), judge('b', said))).toMatchObject({
      'Both are wrong, with one answer': wrong,
    });

    const larger = { ...data, pixels: { ...data.pixels, shape: [28, 28, 1] as const } };
    await expect(askDigits(run, larger, file)).rejects.toMatchObject({
      code: 'BAD_WEIGHTS',
      message: expect.stringContaining('picture [n, 1, 14, 14], expected one picture of 784 values'),
    });
    await expect(askDigits(run, { ...data, classes: ['0', '1'] }, file)).rejects.toEqual(
      withCode('BAD_WEIGHTS'),
    );
  });
});
