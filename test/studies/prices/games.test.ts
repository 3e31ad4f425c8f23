import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../../lib/core/random';
import { quietRun } from '../../../lib/core/run';
import { parts } from '../../../lib/data/split';
import {
  findData,
  loadTable,
  type Selection,
  saveSplit,
  selectGames,
  tableFigures,
} from '../../../lib/studies/prices/games';
import { dataDrivenRule } from '../../../lib/studies/prices/outliers';
import { type Config, defaults, type Run } from '../../../lib/studies/prices/settings';
import { type AppId, formatPrice } from '../../../lib/studies/prices/units';
import { withCode } from '../../data/close';
import { temporaryFolder } from '../../temporary';
import { tinyData, watched } from './tinyData';

const tiny = tinyData();

const sorted = (ids: readonly string[]): string[] => [...ids].sort((a, b) => Number(a) - Number(b));
const idsOf = (games: readonly { id: AppId }[]): AppId[] => games.map(({ id }) => id);

/** A data folder with a table of these prices, appids from 10 in steps of 10, and empty picture files for the games in `pictures`. */
function tableOf(prices: readonly number[], pictures: readonly number[] | null = null): string {
  const folder = temporaryFolder();
  const rows = prices.map((price, i) => `${(i + 1) * 10},${price}`);
  writeFileSync(path.join(folder, 'games.csv'), `appid,price\n${rows.join('\n')}\n`);
  for (const id of pictures ?? []) {
    mkdirSync(path.join(folder, 'screenshots', String(id)), { recursive: true });
    writeFileSync(path.join(folder, 'screenshots', String(id), '0.jpg'), '');
  }
  return folder;
}

const runOn = (data: string, changes: Partial<Config> = {}): Run =>
  quietRun({ ...defaults(temporaryFolder()), data, ...changes });

describe('the generated sample', () => {
  it('is drawn at first use, taken again afterwards, and survives a remake that is interrupted', async () => {
    const settings = { ...defaults(temporaryFolder()), sampleGames: 10 };
    const first = watched(quietRun(settings));
    const made = await findData(first.run);
    expect(made).toEqual({ folder: path.join(settings.work, 'sample'), generated: true });
    expect(new Set(first.labels)).toEqual(new Set(['Drawing the sample']));
    const table = readFileSync(path.join(made.folder, 'games.csv'), 'utf8');

    const second = watched(quietRun(settings));
    expect(await findData(second.run)).toEqual(made);
    expect(second.labels).toEqual([]);
    expect(await loadTable(second.run)).toMatchObject({ ...made, catalogue: { rows: 25 } }); // 10 games and 15 flaws

    const other = { ...quietRun({ ...settings, seed: 7 }), signal: AbortSignal.abort() };
    await expect(findData(other)).rejects.toEqual(withCode('INTERRUPTED'));
    expect(readFileSync(path.join(made.folder, 'games.csv'), 'utf8')).toBe(table);
    expect(readdirSync(settings.work)).toEqual(['sample']);
  });

  it('is not drawn when there is a data set', async () => {
    const run = tiny.run();
    expect(await findData(run)).toEqual({ folder: tiny.folder, generated: false });
    expect(existsSync(path.join(run.config.work, 'sample'))).toBe(false);
  });
});

describe('the selection', () => {
  let selection: Selection;
  beforeAll(async () => {
    selection = await selectGames(tiny.run());
  });

  it('has the games with a usable row and pictures, ascending, and leaves out the absurd prices', () => {
    const { games, kept, removed, rule, rules, catalogue, index } = selection;
    const { absurdPrices, withoutPictures } = tiny.summary();
    expect(games).toHaveLength(14); // 12 healthy, 2 absurd
    expect(idsOf(games)).toEqual(sorted(idsOf(games)));
    expect(idsOf(games)).toEqual([...(index?.games.keys() ?? [])]);
    expect(catalogue.games).toHaveLength(14 + withoutPictures.length);
    expect(rule).toBe(rules.fixed);
    expect(sorted(idsOf(removed))).toEqual(sorted(absurdPrices.map(({ appid }) => appid)));
    expect(sorted(idsOf([...kept, ...removed]))).toEqual(idsOf(games));
  });

  it('deals all games before the rule and the kept ones after it, each to the same part', () => {
    const { games, kept, split, fullSplit } = selection;
    expect(sorted(parts.flatMap((part) => fullSplit[part]))).toEqual(idsOf(games));
    expect(sorted(parts.flatMap((part) => split[part]))).toEqual(idsOf(kept));
    for (const part of parts) {
      expect(split[part]).toEqual(fullSplit[part].filter((id) => idsOf(kept).includes(id)));
    }
    expect([fullSplit.test.length, fullSplit.validation.length]).toEqual([3, 2]); // a fifth of 14, a fifth of 11
  });

  it('is the same on every call, and another for another seed', async () => {
    expect((await selectGames(tiny.run())).split).toEqual(selection.split);
    expect((await selectGames(tiny.run({ seed: 43 }))).split).not.toEqual(selection.split);
  });

  it('uses the rule that the settings choose', async () => {
    const { rule, rules, kept } = await selectGames(tiny.run({ outlierRule: 'data-driven' }));
    expect(rule).toBe(rules.dataDriven);
    expect(kept.every(({ price }) => price <= rules.dataDriven.maxPrice)).toBe(true);
  });
});

describe('a data set that lacks something', () => {
  const prices = Array.from({ length: 12 }, (_, i) => 100 * i);

  it('may have no pictures at all where they are optional, and its games are then those of the table', async () => {
    const run = runOn(tableOf(prices));
    const { index, games, generated } = await selectGames(run, 'optional');
    expect([index, games.length, generated]).toEqual([null, 12, false]);
    await expect(selectGames(run, 'required')).rejects.toEqual(withCode('NO_SCREENSHOTS'));
    await expect(selectGames(run)).rejects.toEqual(withCode('NO_SCREENSHOTS'));
  });

  it('is refused when no game has pictures although there are some, optional or not', async () => {
    const run = runOn(tableOf(prices, [999, 998]));
    for (const pictures of ['required', 'optional'] as const) {
      await expect(selectGames(run, pictures)).rejects.toEqual(withCode('NO_OVERLAP'));
    }
  });

  it('is refused with fewer than ten games that have pictures, or fewer than ten within the limit', async () => {
    const nine = [10, 20, 30, 40, 50, 60, 70, 80, 90];
    await expect(selectGames(runOn(tableOf(prices, nine)))).rejects.toEqual(withCode('TOO_FEW_ITEMS'));
    const folder = tableOf(prices, [...nine, 100]);
    expect((await selectGames(runOn(folder))).games).toHaveLength(10);
    const strict = runOn(folder, { outlierRule: 'fixed', maxPrice: 850 });
    await expect(selectGames(strict)).rejects.toEqual(withCode('TOO_FEW_ITEMS'));
    await expect(selectGames(strict)).rejects.toThrow(/fixed outlier rule removes \d+ games above €8\.50/);
  });

  it('is refused without a folder or a table', async () => {
    const folder = temporaryFolder();
    await expect(selectGames(runOn(path.join(folder, 'none')))).rejects.toEqual(withCode('NO_DATA_FOLDER'));
    await expect(selectGames(runOn(folder), 'optional')).rejects.toEqual(withCode('NO_TABLE'));
  });
});

describe('prices that do not differ', () => {
  it.each([
    ['free', 0, /All 6 training games are free, so there is nothing about prices to learn/],
    ['equal', 499, /All 6 training games cost the same, €4\.99/],
  ])('are refused in one sentence that is true: all %s', async (_, price, sentence) => {
    const folder = tableOf(Array.from({ length: 10 }, () => price));
    for (const outlierRule of ['fixed', 'data-driven'] as const) {
      await expect(selectGames(runOn(folder, { outlierRule }), 'optional')).rejects.toThrow(sentence);
    }
  });

  it('are refused also when the rule leaves only those', async () => {
    const run = runOn(tableOf([...Array.from({ length: 20 }, () => 0), 500, 600, 700]), {
      outlierRule: 'fixed',
      maxPrice: 100,
    });
    await expect(selectGames(run, 'optional')).rejects.toThrow(
      /are free.*fixed outlier rule leaves no others/,
    );
  });
});

describe('what must be known of a table', () => {
  const rows = Array.from(
    { length: 12 },
    (_, i) => `${i + 1},${i + 0.99},${i % 2 === 0 ? 'a.jpg;gone.jpg' : ''}`,
  );
  const withRows = (about?: string): string => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'games.csv'), `appid,price,screenshots\n${rows.join('\n')}\n`);
    for (const id of [1, 2, 3]) {
      mkdirSync(path.join(folder, 'screenshots', String(id)), { recursive: true });
      for (const name of ['a.jpg', 'b.jpg'])
        writeFileSync(path.join(folder, 'screenshots', String(id), name), '');
    }
    if (about) writeFileSync(path.join(folder, 'about.json'), about);
    return folder;
  };

  it('is how prices were read and what rows and folders do not have in common', async () => {
    const figures = tableFigures(await loadTable(runOn(withRows('{"currency": "usd"}'))));
    expect(figures).toMatchObject({
      ...{
        'prices.currency': 'USD',
        'prices.unit': 'euros',
        'images.listed_missing': 10,
        'images.unlisted': 2,
      },
      'warning.price_unit': expect.stringMatching(
        /^Prices are read as whole amounts, not cents \(USD\), as 100\.0% .*--price-unit cents/,
      ),
      'warning.pictures': expect.stringMatching(/^Rows list 10 .*not there\. No row lists 2 /),
    });
    expect(formatPrice(999)).toBe('$9.99');
    const said = await loadTable(runOn(withRows(), { priceUnit: 'euros', currency: 'EUR' }));
    expect(tableFigures(said)).toMatchObject({ 'warning.price_unit': null, 'prices.currency': 'EUR' });
    expect(formatPrice(999)).toBe('€9.99');
  });

  it('is read from columns and pictures of other names, as about.json or the settings say, which come first', async () => {
    const folder = temporaryFolder();
    const table = rows.map((_, i) => `h-${i + 1},0,${i + 1}.50,House ${i + 1},${i + 1}`);
    writeFileSync(path.join(folder, 'games.csv'), `House,price,Sold For,label,old\n${table.join('\n')}\n`);
    mkdirSync(path.join(folder, 'my photos'));
    for (const name of ['h-1_a.jpg', 'h-1_b.jpg', 'h-2_a.jpg', 'other.jpg'])
      writeFileSync(path.join(folder, 'my photos', name), '');
    const about = (content: object): void =>
      writeFileSync(path.join(folder, 'about.json'), JSON.stringify(content));
    const mapped = { id: 'house', price: 'sold_for', pictures: 'my photos/{id}_*.jpg' };
    const read = async (changes: Partial<Config> = {}) => {
      const { catalogue, index } = await loadTable(runOn(folder, changes));
      const [first] = catalogue.games;
      return [first?.id, first?.price, first?.title, index?.games.size, index?.unlisted];
    };
    const all = ['h-1', 150, '', 2, ['my photos/other.jpg']];
    expect(await read(mapped)).toEqual(all);
    about({ columns: { appid: 'House', price: 'Sold For', title: 'label' }, pictures: mapped.pictures });
    expect(await read()).toEqual(all.with(2, 'House 1'));
    expect(await read({ price: 'old', priceUnit: 'cents' })).toEqual(all.with(1, 1).with(2, 'House 1'));
    await expect(read({ id: 'flat' })).rejects.toThrow(
      /no column flat; it has House, price, Sold For, label, old/,
    );
    about({ columns: { appid: 'House', price: 'Sold For', title: 'caption' } });
    await expect(read()).rejects.toThrow(/no column caption; it has House/);
    about({ columns: { id: 'House' } });
    await expect(read()).rejects.toThrow(/its columns have "id", which is none of appid, price, title/);
  });

  it('is refused in a currency that is none', async () => {
    await expect(loadTable(runOn(withRows('{"currency": "Taler"}')))).rejects.toEqual(
      withCode('BAD_SETTING'),
    );
  });
});

describe('the data-driven limit', () => {
  const { integer } = random(3, 'prices');
  const prices = Array.from({ length: 60 }, () => integer(50, 4000));
  const appidOf = (i: number): AppId => String((i + 1) * 10); // as tableOf writes them
  const limitOf = async (changed: readonly number[]): Promise<number> =>
    (await selectGames(runOn(tableOf(changed)), 'optional')).rules.dataDriven.maxPrice;

  it('is drawn from the training games, before any is left out, and from no other', async () => {
    const { fullSplit, rules } = await selectGames(runOn(tableOf(prices)), 'optional');
    const training = new Set(fullSplit.training);
    const theirs = prices.filter((_, i) => training.has(appidOf(i)));
    expect(rules.dataDriven).toEqual(dataDrivenRule(theirs));
    const othersDearer = prices.map((price, i) => (training.has(appidOf(i)) ? price : price * 1000));
    expect(await limitOf(othersDearer)).toBe(rules.dataDriven.maxPrice);
    const trainingDearer = prices.map((price, i) => (training.has(appidOf(i)) ? price * 10 : price));
    expect(await limitOf(trainingDearer)).toBeGreaterThan(rules.dataDriven.maxPrice);
  });

  it('is applied to every part', async () => {
    const { fullSplit } = await selectGames(runOn(tableOf(prices)), 'optional');
    const outliers = parts.map((part) => fullSplit[part][0]!); // no part is empty
    const changed = prices.map((price, i) => (outliers.includes(appidOf(i)) ? 90_000_000 : price));
    const { removed, split } = await selectGames(runOn(tableOf(changed)), 'optional');
    expect(sorted(idsOf(removed))).toEqual(sorted(outliers));
    expect(parts.flatMap((part) => split[part])).toHaveLength(57);
  });
});

describe('the saved split', () => {
  it('holds the parts of the selection, the rule and the games it removed, and is reused', async () => {
    const run = tiny.run();
    const selection = await selectGames(run);
    const { value: file, reused } = await saveSplit(run, selection);
    const saved = JSON.parse(readFileSync(file, 'utf8'));
    expect(saved).toEqual({ ...selection.split, removed: idsOf(selection.removed), rule: selection.rule });
    expect([reused, (await saveSplit(run, selection)).reused]).toEqual([false, true]);
  });

  it('is written anew when only the list of removed games is another', async () => {
    const run = tiny.run();
    const selection = await selectGames(run);
    await saveSplit(run, selection);
    const removed = selection.removed.slice(1);
    const { value: file } = await saveSplit(run, { ...selection, removed });
    expect(JSON.parse(readFileSync(file, 'utf8')).removed).toEqual(idsOf(removed));
  });
});
