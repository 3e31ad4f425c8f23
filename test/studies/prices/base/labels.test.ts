import { describe, expect, it } from 'vitest';
import { styles } from '../../../../lib/samples/styles';
import { answerLength, answersOf, outputLength, tasks } from '../../../../lib/studies/prices/base/labels';
import { drawScene, type SceneLabels } from '../../../../lib/studies/prices/sample/scene';

const labels: SceneLabels = {
  quality: 0.3,
  fineness: 0.31,
  style: 'painterly',
  place: 'space',
  hour: 'night',
  palette: ['#ff0000', '#000000', '#336699', '#ffffff'],
  figures: ['ship', 'ship', 'beast'],
  hud: true,
  panels: false,
  text: ['SCORE 00001', 'LAP 2/3'],
  depth: 2,
  subjectShare: 0.2,
};

describe('the answers the base learns', () => {
  it('are the index of each choice, and flags', () => {
    const answers = answersOf(labels);
    expect(answers).toHaveLength(answerLength);
    expect(answers.slice(0, 4)).toEqual([2, 2, 3, 2]); // painterly, space, night, three figures
    expect(answers.slice(4, 9)).toEqual([0, 0, 0, 1, 1]); // knight, castle, car, ship, beast
    expect(answers.slice(9, 11)).toEqual([1, 1]); // overlay, message
    expect(outputLength).toBe(tasks.reduce((sum, { size }) => sum + size, 0));
  });

  it('are the same for a cheaply and a lavishly made picture, so that none of them stands for the price', () => {
    for (const [picture, style] of styles.entries()) {
      const request = { seed: 5, appid: 'base-test', picture, style };
      const [poor, rich] = [0.05, 0.95].map((quality) => drawScene({ ...request, quality }).labels);
      expect(rich!.panels && !poor!.panels).toBe(rich!.hud); // they do differ in what the price decides
      expect(answersOf(rich!)).toEqual(answersOf(poor!));
    }
  });
});
