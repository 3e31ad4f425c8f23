import { describe, expect, it } from 'vitest';
import { evaluateClasses } from '../../lib/metrics/classes';
import { confusionChart } from '../../lib/report/classCharts';
import { classPages, classResults } from '../../lib/report/classPages';

const evaluation = evaluateClasses([0, 0, 1, 1, 1], [0, 1, 1, 1, 1], ['cats', '<b>dogs'], { seed: 1 });

describe('the confusion chart', () => {
  const chart = confusionChart(evaluation, 'The network');

  it('has the counts as words and the shares of each true class as colours', () => {
    expect(chart.traces[0]).toMatchObject({
      text: [
        ['1', '1'],
        ['0', '3'],
      ],
      z: [
        [0.5, 0.5],
        [0, 1],
      ],
    });
  });

  it('says in words what it shows, and takes no name for markup', () => {
    expect(chart.alt).toContain('4 of 5 test pictures');
    expect(JSON.stringify(chart.traces)).not.toContain('<b>');
  });
});

describe('the front page of a class study', () => {
  it('has an answer once the results are there', () => {
    const majority = evaluateClasses([0, 0, 1, 1, 1], [1, 1, 1, 1, 1], ['cats', 'dogs'], { seed: 1 });
    const results = classResults(evaluation, majority);
    expect(classPages.answer({})).toBeNull();
    expect(classPages.answer(results)).toContain('**80');
    expect(results).toMatchObject({ 'test.accuracy': 0.8, 'baseline.majority.accuracy': 0.6 });
  });
});
