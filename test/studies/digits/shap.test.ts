import { beforeAll, describe, expect, it } from 'vitest';
import { quietRun } from '../../../lib/core/run';
import { readSettings } from '../../../lib/core/settings';
import { squareMap, sumOf } from '../../../lib/explain/attribution';
import { type Explained, explainItems, largestGap, saidValues } from '../../../lib/explain/explainedItems';
import { openData } from '../../../lib/studies/digits/data';
import { digitCnn } from '../../../lib/studies/digits/networks';
import { settings } from '../../../lib/studies/digits/settings';
import { BACKGROUND, otherValues } from '../../../lib/studies/digits/shap';
import { control, deletion, lecturePicture, tileValues } from '../../../lib/studies/digits/shapChecks';
import { errorRows, panelRows } from '../../../lib/studies/digits/shapPictures';
import { trainClasses } from '../../../lib/training/classModel';
import { sharedFolder } from '../../temporary';

// One epoch on few small drawn digits: the network is right about some and wrong about others.
const work = sharedFolder();
let explained: Explained;
let others: Awaited<ReturnType<typeof otherValues>>;

beforeAll(async () => {
  const run = quietRun({
    ...readSettings('digits', settings, {}),
    work,
    imageSize: 14,
    epochs: 2,
    batchSize: 32,
  });
  const data = await openData(run, null);
  const few = { ...data, rows: { ...data.rows, training: data.rows.training.slice(0, 600) } };
  const trained = await trainClasses(run, few, digitCnn, { features: data.pixels });
  explained = await explainItems(run, few, trained, BACKGROUND);
  others = await otherValues(explained);
});

describe('explained digits', () => {
  it('are of validation, at most one told right and one told wrongly of each class', () => {
    const { data, items: digits } = explained;
    const kinds = digits.map(({ label, right }) => `${label} ${right}`);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(new Set(digits.map(({ right }) => right)).size).toBe(2);
    for (const { row, label, said, right } of digits) {
      expect(data.rows.validation).toContain(row);
      expect([data.labels[row], data.classes[said] === label]).toEqual([label, right]);
    }
  });

  it('are compared with as many training digits of each class', () => {
    const { data, background } = explained;
    expect(new Set(background).size).toBe(100);
    for (const name of data.classes)
      expect(background.filter((row) => data.labels[row] === name)).toHaveLength(10);
    expect(background.every((row) => data.rows.training.includes(row))).toBe(true);
  });

  it('have values that add up for each class, and say so beside them', async () => {
    expect(largestGap(explained)).toBeLessThan(1e-4);
    const rows = await panelRows(explained, true);
    expect(rows[0]?.pictures).toHaveLength(11);
    expect(rows[0]?.pictures[1]?.caption).toMatch(/^\*\*0\*\*.*: −?[\d.]+ = −?[\d.]+ [+−] [\d.]+$/);
    expect(rows[0]?.caption).toMatch(/; gap at most [\d.]+e−\d+$/);
    const { certain } = await errorRows(explained);
    expect(certain).toBeGreaterThan(0.2);
    expect(certain).toBeLessThan(1);
  });

  it('have the values they had against the same background, and others against others', () => {
    const [same, alike] = others;
    expect(same?.correlation).toBeCloseTo(1, 9);
    expect(alike?.correlation).toBeLessThan(0.9999);
    expect(alike?.correlation).toBeGreaterThan(0.5);
  });
});

describe('checks of the values', () => {
  it('find tiles worth together what the digit has more than the reference', async () => {
    const { found, fast } = await tileValues(explained);
    for (const { exact, fast: own } of found) expect(Math.abs(sumOf(exact) - sumOf(own))).toBeLessThan(1e-3);
    expect(fast).toBeGreaterThan(0.8);
  });

  it('have no figure where no digit is told right, which can be recorded', async () => {
    const items = explained.items.map((one) => ({ ...one, right: false }));
    const none = { found: [], fast: null, gradients: null, furthest: null };
    expect(await tileValues({ ...explained, items })).toEqual(none);
  });

  it('find a network with random weights less alike than other digits in the background', async () => {
    const [digits, random] = await control(explained, others);
    expect(random!.correlation.high).toBeLessThan(digits!.correlation.low);
  });

  it('remove pixels from the whole digit to none of it, the marked ones with more effect than any', async () => {
    const curves = await deletion(explained, others);
    const { items: digits } = explained;
    const first = digits.find(({ right }) => right)!;
    for (const { scores } of curves) expect(scores[0]?.[0]).toBeCloseTo(saidValues(first).whole, 3);
    const mean = (name: string) =>
      sumOf(curves.find((one) => one.name.startsWith(name))!.scores.map((own) => own[2]!));
    expect(mean('DeepSHAP')).toBeLessThan(mean('At random'));
  });

  it('find nothing but rounding in the sum over classes of what is added to probabilities', async () => {
    const { reach, values } = await lecturePicture(explained);
    expect(reach).toBeLessThan(1e-6);
    expect(values).toBeGreaterThan(100 * reach);
  });
});

it('a square of values is a map', () => {
  expect(squareMap(Float32Array.of(1, 2, 3, 4))).toMatchObject({ width: 2, height: 2 });
});
