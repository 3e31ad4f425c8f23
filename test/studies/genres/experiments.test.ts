import { expect, it } from 'vitest';
import { proportion } from '../../../lib/metrics/proportion';
import type { Learnt } from '../../../lib/report/learntModels';
import type { GenreData } from '../../../lib/studies/genres/data';
import { deeper, full, setFigures, severalLabels } from '../../../lib/studies/genres/experiments';

const labels = [
  'sport',
  'sport',
  'sport',
  'puzzle',
  'sport',
  'puzzle',
  'puzzle',
  'puzzle',
  'puzzle',
  'sport',
];
const ids = labels.map((_, i) => `cover ${i}`);
const data = {
  classes: ['puzzle', 'sport'],
  labels,
  rows: { training: [0, 1, 2, 3], validation: [7, 8, 9], test: [4, 5, 6] },
  items: ids.map((id, i) => ({
    id,
    label: labels[i],
    files: [id],
    title: i === 5 || i === 6 ? 'a title' : id,
  })),
  images: { index: { columns: { item: ids } } },
  classesOf: new Map(ids.map((id, i) => [id, i === 5 ? ['puzzle', 'sport'] : [labels[i]!]])),
} as unknown as GenreData;

/** A network that gives every cover these probabilities of puzzle and sport. */
const learnt = (name: string, probabilities: readonly [number, number]): Learnt => ({
  ...{ name, title: name, size: 96, seconds: 1, folder: '', key: '', layers: [] },
  ...{ training: proportion(3, 4), validation: proportion(1, 3) },
  history: { bestEpoch: 2, epochs: [], seconds: 1 } as unknown as Learnt['history'],
  predictions: ids.map((id, image) => ({
    ...{ id, file: id, image, label: labels[image]! },
    part: image < 4 ? ('training' as const) : image < 7 ? ('test' as const) : ('validation' as const),
    predicted: { label: probabilities[0] > probabilities[1] ? 'puzzle' : 'sport', probabilities },
  })),
});

it('gives rare genres more weight, or draws them so much more often that all come up alike', () => {
  expect(deeper.options(data, 1).sampling).toEqual([1, 1 / 3]);
  const { weights, smoothing, settings } = full.options(data, 1);
  expect(weights).toEqual([1, 1 / Math.sqrt(3)]);
  expect([smoothing, settings]).toEqual([0.1, { weightDecay: 0.003 }]);
  expect(severalLabels.options(data, 1).labelSets?.[5]).toEqual(['puzzle', 'sport']);
});

it('counts the genres that are found among those of a cover', () => {
  const found = setFigures(learnt('labels', [0.7, 0.6]), data);
  expect(found['Test covers whose genres are all found, and no other']).toBe('33.3%');
  expect(found['Genres in common, of those in either']).toBe('66.7%');
  expect(found['Test covers with two genres']).toBe(1);
  expect(found['The same of these alone']).toBe('100.0%');
});
