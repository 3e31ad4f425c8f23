import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Selection } from '../../../lib/studies/prices/games';
import { ridgePrices } from '../../../lib/studies/prices/pictureBaselines';
import { makeSample } from '../../../lib/studies/prices/sample/sample';
import { type SampleGame, sampleGames } from '../../../lib/studies/prices/sample/table';
import { productionValues } from '../../../lib/studies/prices/testModels';
import { expectClose } from '../../data/close';
import { r2Log } from '../../metrics/r2Log';
import { sharedFolder } from '../../temporary';

const root = sharedFolder();
const selectionOf = (folder: string, kept: readonly { id: string }[], generated = true) => ({
  selection: { folder, kept, generated } as unknown as Selection,
}); // all that is looked at
const withId = (game: SampleGame) => ({ ...game, id: game.appid });

describe('the production value of generated games', () => {
  it('is what the pictures were drawn from, for the games that are used', async () => {
    const folder = path.join(root, 'sample');
    await makeSample(folder, { games: 10, seed: 3 });
    const [first, second] = sampleGames(10 + 14, 3).map(withId); // and those that have only flaws
    const found = await productionValues(selectionOf(folder, [second!, first!]));
    const ascending = [first!, second!].sort((a, b) => Number(a.id) - Number(b.id));
    expect(found!.ids).toEqual(ascending.map(({ id }) => id));
    expectClose(
      [...found!.values],
      ascending.flatMap(({ quality }) => [quality, quality ** 2, quality ** 3]),
      1e-15,
    );
  });

  it('tells 70 to 80% of the log price by a regression, as the sample promises', () => {
    const games = sampleGames(4000, 5)
      .map(withId)
      .sort((a, b) => Number(a.id) - Number(b.id));
    const features = {
      ids: games.map(({ id }) => id),
      dims: 3,
      values: Float64Array.from(games.flatMap(({ quality }) => [quality, quality ** 2, quality ** 3])),
    };
    const prices = new Map(games.map(({ id, price }) => [id, price]));
    const predicted = ridgePrices(features, prices, features.ids);
    const explained = r2Log(
      games.map(({ price }) => price),
      predicted,
    );
    expect(explained).toBeGreaterThan(0.65);
    expect(explained).toBeLessThan(0.8);
  });

  it('is not known of other pictures', async () => {
    expect(await productionValues(selectionOf(root, [], false))).toBeNull();
  });
});
