import { describe, expect, it } from 'vitest';
import type { PartRows } from '../../../../lib/data/partRows';
import type { ImageStore } from '../../../../lib/images/store';
import type { Selection } from '../../../../lib/studies/prices/games';
import {
  copiesByPart,
  indexFacts,
  leakRows,
  partSizes,
  pictureCounts,
  pictureLabels,
  pricesOfParts,
  requireNoSharedGame,
  selectionSteps,
  sharedRows,
} from '../../../../lib/studies/prices/report/dataTables';
import { withCode } from '../../../data/close';

const game = (id: string, price: number) => ({ id, price, title: `Game ${id}` });
const games = [game('1', 0), game('2', 499), game('3', 1999), game('4', 99)];
const file = (id: string, name: string) => ({ id, file: `screenshots/${id}/${name}` });
/** What the tables read of a selection. */
const selection = {
  catalogue: { games: [...games, game('5', 70_000)], rows: 6, dropped: [] },
  index: {
    games: new Map([
      ['1', [file('1', 'a.jpg'), file('1', 'b.jpg')]],
      ['2', [file('2', 'a.jpg')]],
    ]),
    withoutPictures: ['3'],
    withoutGame: ['77'],
    malformedFolders: [],
    missing: [],
    unlisted: [],
  },
  rule: { kind: 'fixed', maxPrice: 6000, why: '' },
  removed: [game('5', 70_000)],
  kept: games,
  split: { training: ['1', '2'], validation: ['3'], test: ['4'] },
} as unknown as Selection;
const dealt = {
  rows: { training: [0, 1, 2], validation: [3], test: [4, 5] },
  leaks: { items: [], pictures: [{}] },
  withheld: [9, 10],
} as unknown as PartRows;

describe('the pictures of games', () => {
  it('are counted for every game of the table', () => {
    expect(pictureCounts(selection)).toEqual([2, 1, 0, 0, 0]);
    expect(Object.values(indexFacts(selection)).slice(0, 4)).toEqual([2, 1, 1, 0]);
    const index = {
      ...selection.index!,
      ...{ missing: ['1/gone.jpg'], withoutGame: [{ images: 3 }, { images: 2 }] },
    };
    expect(Object.values(indexFacts({ index } as unknown as Selection)).slice(4)).toEqual([1, 0, 5]);
  });
});

describe('the parts', () => {
  it('account for every game of the table', () => {
    const steps = selectionSteps(selection).map((step) => step.games);
    expect(steps).toEqual([5, -1, -1, 4]);
  });

  it('have their games, pictures and prices', () => {
    expect(partSizes(selection, dealt)).toEqual([
      { part: 'training', games: 2, share: 0.5, images: 3 },
      { part: 'validation', games: 1, share: 0.25, images: 1 },
      { part: 'test', games: 1, share: 0.25, images: 2 },
    ]);
    expect(pricesOfParts(selection).map(({ values }) => values)).toEqual([[0, 499], [1999], [99]]);
  });

  it('are searched for what they have in common, and a game in two of them stops the notebook', () => {
    expect(leakRows(dealt).map(({ found }) => found)).toEqual([0, 1, 2]);
    expect(() => requireNoSharedGame(dealt)).not.toThrow();
    const shared = { ...dealt, leaks: { items: [{ id: '7' }], pictures: [] } } as unknown as PartRows;
    expect(() => requireNoSharedGame(shared)).toThrow(withCode('BAD_INPUT'));
    const pictures = [
      { id: '1', file: 'screenshots/1/a.jpg', part: 'training' as const },
      { id: '2', file: 'screenshots/2/a.jpg', part: 'test' as const },
    ];
    expect(sharedRows([{ parts: ['training', 'test'], pictures }])).toEqual([
      { parts: 'training, test', files: '1/a.jpg, 2/a.jpg' },
    ]);
  });

  it('have copies in training alone', () => {
    const row = (part: 'training' | 'test', variant: number) => ({ image: 0, part, variant });
    expect(
      copiesByPart([row('training', 0), row('training', 1), row('training', 2), row('test', 0)]),
    ).toEqual([
      { part: 'training', originals: 1, copies: 2 },
      { part: 'validation', originals: 0, copies: 0 },
      { part: 'test', originals: 1, copies: 0 },
    ]);
  });
});

describe('labels', () => {
  it('are the prices of the games of every training picture', () => {
    const columns = { item: ['1', '1', '2', '3', '4', '4'], file: ['a', 'b', 'c', 'd', 'e', 'f'] };
    const labels = pictureLabels(selection, { index: { columns } } as unknown as ImageStore, dealt);
    expect(labels.map(({ id, file: name, price }) => [id, name, price])).toEqual([
      ['1', 'a', 0],
      ['1', 'b', 0],
      ['2', 'c', 499],
    ]);
  });
});
