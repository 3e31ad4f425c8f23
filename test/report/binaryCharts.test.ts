import { describe, expect, it } from 'vitest';
import { judgeScores } from '../../lib/metrics/judgedScores';
import { precisionRecallChart, rocChart, thresholdSlider } from '../../lib/report/binaryCharts';
import { shownHtml } from './shown';

const items = [
  { score: 0.9, positive: true },
  { score: 0.6, positive: false },
  { score: 0.4, positive: true },
  { score: 0.2, positive: false },
];
const scored = items.map((item, i) => ({ ...item, file: `${i}.jpg` }));
const scores = { training: scored, validation: scored, test: scored };
const model = judgeScores('network', 'A network', scores, { missCost: 5, seed: 1 }); // a threshold of 0.3

describe('curves of scores', () => {
  it('go from nothing to everything, with the chosen threshold as a mark', () => {
    const [, roc, mark] = rocChart([model]).traces;
    expect(roc).toMatchObject({ x: [0, 0, 0.5, 0.5, 1], y: [0, 0.5, 0.5, 1, 1] });
    expect(mark).toMatchObject({ x: [0.5], y: [1] });
  });

  it('begin with the highest score where nothing has no precision, above the share of positive items', () => {
    const [guess, found] = precisionRecallChart([model]).traces;
    expect(guess).toMatchObject({ y: [0.5, 0.5, 0.5] }); // its label stands over the middle
    expect(found).toMatchObject({ x: [0.5, 0.5, 1, 1], y: [1, 0.5, 2 / 3, 0.5] });
  });

  it('say their area with its interval in words', () => {
    expect(rocChart([model]).alt).toMatch(/^A network: area under the ROC curve 0\.750 \(/);
  });
});

describe('the slider of thresholds', () => {
  const html = shownHtml(() =>
    thresholdSlider(items, {
      threshold: 0.305,
      missCost: 5,
      positive: '<cats>',
      title: 'All',
    }),
  );
  const data = /data-steps="([^"]*)"/.exec(html)?.[1]?.replaceAll('&quot;', '"');
  const steps = JSON.parse(data ?? '[]') as string[][];

  it('has a step for every hundredth and for the chosen one, where it begins', () => {
    expect(steps).toHaveLength(102);
    expect(html).toContain('max="101" value="31" aria-valuetext="0.305"');
  });

  it('knows at each what is found, missed and falsely taken, and what that costs', () => {
    const figures = (step: number) => steps[step]!;
    expect(figures(31)).toEqual(['2', '0', '1', '1', '0.305', '66.7%', '100.0%', '80.0%', '0.250']);
    expect(figures(0).slice(0, 4)).toEqual(['2', '0', '2', '0']);
    expect(figures(101)).toEqual(['0', '2', '0', '2', '1', '0.0%', '0.0%', '0.0%', '2.500']);
  });

  it('has cells for all of them in that order, and takes no name for markup', () => {
    const cells = [...html.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, text]) => text);
    expect(cells).toEqual(steps[31]);
    expect(html).not.toContain('<cats>');
  });
});
