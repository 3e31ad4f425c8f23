import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Detected } from '../../lib/networks/findObjects';
import {
  detectedPictures,
  objectRows,
  objectsOverTime,
  precisionRows,
  presenceRows,
} from '../../lib/report/detections';

const box = { left: 10, top: 0, width: 20, height: 20 };
const found = [
  { label: 'a', score: 0.8, box },
  { label: 'a', score: 0.5, box },
  { label: 'b', score: 0.1, box },
];
const frame = async (seconds: number, some = found): Promise<Detected> => {
  const create = { width: 40, height: 20, channels: 3, background: '#336699' } as const;
  const source = await sharp({ create }).png().toBuffer();
  return { name: `at ${seconds}`, source, width: 40, height: 20, seconds, found: some };
};

describe('what was found in pictures', () => {
  it('is drawn from a score on, in shares of the sides', async () => {
    const [picture] = await detectedPictures([await frame(0)], 0.6);
    expect(picture?.alt).toBe('at 0: a 80%');
    expect(picture?.boxes).toEqual([
      { words: 'a 80%', colour: 'c1', left: 0.25, top: 0, width: 0.5, height: 1 },
    ]);
    const [none] = await detectedPictures([await frame(0)], 0.9);
    expect(none?.alt).toBe('at 0: nothing found');
  });

  it('is listed, the best of each picture, as many as are wanted', async () => {
    expect(objectRows([await frame(0)], 2)).toEqual([
      { picture: 'at 0', label: 'a', score: 0.8 },
      { picture: 'at 0', label: 'a', score: 0.5 },
    ]);
  });

  it('says how sure it is of one label, with few boxes and with all', async () => {
    const [row] = presenceRows([await frame(0)], 'a', 0.6);
    expect(row).toMatchObject({ boxes: 2, highest: 0.8 });
    expect(row?.some).toBeCloseTo(0.8, 12);
    expect(row?.all).toBeCloseTo(0.9, 12);
    expect(presenceRows([await frame(0)], 'c', 0.6)).toMatchObject([
      { boxes: 0, highest: 0, some: 0, all: 0 },
    ]);
  });

  it('is compared with what they show', async () => {
    const shown = [
      { picture: 'at 0', label: 'a', box },
      { picture: 'at 0', label: 'c', box },
    ];
    expect(precisionRows(shown, [await frame(0)])).toEqual([
      { label: 'a', count: 1, precision: expect.closeTo(1, 12), recall: expect.closeTo(1, 12), half: 1 },
      { label: 'c', count: 1, precision: 0, recall: 0, half: 0 },
    ]);
  });

  it('is not compared with what other pictures show', () => {
    expect(precisionRows([{ picture: 'at 0', label: 'a', box }], [])).toEqual([]);
  });

  it('is charted over time, the best of each label that is ever sure enough', async () => {
    const chart = objectsOverTime([await frame(0), await frame(0.5, [])], 0.6);
    expect(chart.traces).toMatchObject([{ name: 'a', x: [0, 0.5], y: [0.8, 0] }]);
    expect(chart.alt).toBe('a: in 1 of 2 frames.');
    expect(objectsOverTime([], 0.6).alt).toBe('Nothing was found in 0 frames.');
  });
});
