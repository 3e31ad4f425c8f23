import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { stableJson } from '../../lib/core/files';
import { type ScaleSize, secondsOfMillion } from './scaleResults';

const size = (images: number, pictures: number, head: number): ScaleSize => ({
  images,
  steps: [
    { step: 'pictures', items: images, seconds: pictures, peakMib: 1 },
    { step: 'head', items: images, seconds: head, peakMib: 1 },
  ],
});

describe('what a million pictures would take', () => {
  it('lies on the line through the times of each step', () => {
    const found = secondsOfMillion([size(1000, 12, 5), size(3000, 16, 5), size(2000, 14, 5)]);
    expect(found.map(({ step }) => step)).toEqual(['pictures', 'head']);
    expect(found[0]!.seconds).toBeCloseTo(10 + 2000, 6); // 2 s for each 1,000, 10 s for none
    expect(found[1]!.seconds).toBeCloseTo(5, 6);
  });

  it('cannot be told from one size', () => {
    expect(secondsOfMillion([size(1000, 12, 5)])).toEqual([]);
    expect(secondsOfMillion([size(1000, 12, 5), size(1000, 13, 5)])).toEqual([]);
  });
});

describe('the results of the benchmark', () => {
  it('lie as it writes them: the formatter, which would have them otherwise, leaves them alone', () => {
    const files = readdirSync(__dirname).filter((name) => name.endsWith('.json'));
    expect(files).toContain('results.json');
    for (const name of files) {
      const text = readFileSync(path.join(__dirname, name), 'utf8');
      expect([name, text]).toEqual([name, `${stableJson(JSON.parse(text), 1)}\n`]);
    }
  });
});
