import { describe, expect, it } from 'vitest';
import { type HeatMap, peakOf } from '../../../../lib/explain/heatMap';
import { inferno } from '../../../../lib/explain/overlay';
import type { BandMap } from '../../../../lib/studies/prices/bands';
import type { ExampleGame, SidedPrediction } from '../../../../lib/studies/prices/explainStage';
import {
  explainedRows,
  gameStrips,
  mapPictures,
  meanMapRows,
  strengthOf,
  titlesOf,
  visibleMap,
} from '../../../../lib/studies/prices/report/mapRows';
import { cents } from '../../../../lib/studies/prices/units';
import { map, sided, sourceOf } from '../../../report/explainedPictures';
import { decoded, pictureStore } from '../../../report/pictureStore';

const { folder, store } = pictureStore();

const rowOf = async (...given: Parameters<typeof sided>) => {
  const explained = { kind: 'dear' as const, ...sided(...given) };
  const [row] = await explainedRows([explained], sourceOf(folder, store()), 'logits');
  return row!; // one picture, one row
};

/** The largest alpha of a layer. */
async function cover(src: string | Uint8Array | undefined): Promise<number> {
  const { data } = await decoded(src!); // of a picture under a map
  return data.reduce((most, value, i) => (i % 4 === 3 ? Math.max(most, value) : most), 0);
}

describe('the rows of explained pictures', () => {
  it('show the picture, what raises its price and what lowers it, with words and the scale for each', async () => {
    const row = await rowOf(0, map(1, -0.25, 1, -0.25));
    expect(row.caption).toBe('**dear**: Game <10>, €19.99, predicted €12.34; brightest colour: 1 logits');
    expect(row.pictures.map(({ alt }) => alt)).toEqual([
      'A picture of Game <10>',
      'What raises the price of Game <10>',
      'What lowers the price of Game <10>',
    ]);
    expect(row.pictures.map(({ caption }) => caption)).toEqual([
      'the picture',
      'raises the price: up to 1',
      'lowers the price: up to 0.2500',
    ]);
    const [plain, up, down] = row.pictures;
    expect(up!.src).toBe(down!.src);
    const [{ data }, whole] = [await decoded(up!.src), await decoded(plain!.src)];
    expect(data.every((value, i) => value === data[i - (i % 3)])).toBe(true); // grey
    expect(whole.data.every((value, i) => value === whole.data[i - (i % 3)])).toBe(false);
    expect(plain!.over).toBeUndefined();
    // A byte holds the share of the row's largest value, rounded.
    expect([await cover(up!.over), await cover(down!.over)]).toEqual([255, 64]);
  });

  it('take the sides as they are given, which need not be those of the map', async () => {
    const row = await rowOf(0, map(1, 1, 1, 1), { lowers: map(2, 0, 2, 0) });
    expect(row.pictures.map(({ caption }) => caption).slice(1)).toEqual([
      'raises the price: 1 everywhere alike',
      'lowers the price: up to 2',
    ]);
    expect(await cover(row.pictures[1]!.over)).toBe(128); // 1 of 2
  });

  it('lay nothing over the picture where nothing raises or lowers the price, and say so', async () => {
    const neither = await rowOf(0, map(0, 0, 0, 0));
    expect(neither.caption).toMatch(/; without any effect$/);
    for (const { over } of neither.pictures.slice(1)) expect(await cover(over)).toBe(0);
    expect(neither.pictures.map(({ caption }) => caption)).toEqual([
      'the picture',
      'raises the price: nowhere',
      'lowers the price: nowhere',
    ]);
  });

  it('have layers that do not depend on the unit', async () => {
    const values = map(4, -1, 0, 2);
    const small: HeatMap = { ...values, values: values.values.map((value) => value / 1024) };
    const layers = async (given: HeatMap) => (await rowOf(0, given)).pictures.map(({ over }) => over);
    expect(await layers(small)).toEqual(await layers(values));
  });

  it('take the map of an early layer of a large picture, which has a hundred thousand places', async () => {
    const side = 256;
    const values = Float32Array.from({ length: side * side }, (_, i) => Math.sin(i));
    expect((await rowOf(0, { width: side, height: side, values })).pictures).toHaveLength(3);
  });

  it('are none for no pictures', async () => {
    expect(await explainedRows([], sourceOf(folder, store()), 'logits')).toEqual([]);
  });
});

const game = (kind: ExampleGame['kind'], pictures: SidedPrediction[]): ExampleGame => ({
  kind,
  id: pictures[0]!.prediction.id, // games have pictures
  truth: cents(1999),
  pictures,
});

/** The alpha in the upper left corner. */
const corner = async (over: string | Uint8Array | undefined): Promise<number> =>
  (await decoded(over!)).data[3]!; // of a picture under a map

describe('strips of games', () => {
  it('hold all pictures of each game under what makes it cheap or dear, with the predictions, at a scale of its own', async () => {
    const cheap = game('cheap', [
      sided(4, map(-1, -1, -1, -1)),
      sided(5, map(9, 9, 9, 9)),
      sided(4, map(-2, -2, -2, -2)),
    ]);
    const dear = game('dear', [sided(0, map(0.5, 0.5, 0.5, 0.5))]);
    const rows = await gameStrips([cheap, dear], sourceOf(folder, store()), 'units');
    expect(rows.map(({ caption }) => caption)).toEqual([
      '**cheap**: Game <20>, €19.99; what **lowers** the price in its 3 pictures; brightest colour: 2 units',
      '**dear**: Game <10>, €19.99; what **raises** the price in its one picture; brightest colour: 0.5000 units',
    ]);
    expect(rows.map(({ pictures }) => pictures.map(({ caption }) => caption))).toEqual([
      ['€12.34: 1 everywhere alike', '€12.34: nowhere', '€12.34: 2 everywhere alike'],
      ['€12.34: 0.5000 everywhere alike'],
    ]);
    expect(rows[0]!.pictures[1]!.alt).toBe('What lowers the price in picture 2 of Game <20>');
    const alphas = rows.flatMap(({ pictures }) => pictures.map(({ over }) => corner(over)));
    expect(await Promise.all(alphas)).toEqual([128, 0, 255, 255]); // 1, 0 and 2 of 2; 0.5 of 0.5
  });

  it('show of a badly predicted game what led it astray', async () => {
    const bad = (truth: number) => ({
      ...game('badly predicted', [sided(0, map(1, -1, 1, 1))]),
      truth: cents(truth),
    });
    const rows = await gameStrips([bad(499), bad(4999)], sourceOf(folder, store()), 'units');
    expect(rows.map(({ caption }) => /what \*\*(\w+)\*\*/.exec(caption ?? '')?.[1])).toEqual([
      'raises',
      'lowers',
    ]); // €12.34 for each
  });

  it('are none for no games', async () => {
    expect(await gameStrips([], sourceOf(folder, store()), 'units')).toEqual([]);
  });
});

const bands: BandMap[] = [
  { low: cents(99), high: cents(499), games: 3, pictures: 1234, map: map(1, -2, 0, 0) },
  { low: cents(999), high: cents(999), games: 1, pictures: 1, map: map(4, 4, 4, 4) },
];

describe('mean maps by price', () => {
  it('show what raises above what lowers the price, with prices and counts, at one scale', async () => {
    const { rows, largest } = await meanMapRows(bands);
    expect(largest).toBe(4);
    expect(rows.map(({ caption }) => caption)).toEqual([
      'What **raises** the price on average',
      'What **lowers** the price on average',
    ]);
    expect(rows.map(({ pictures }) => pictures.map(({ caption }) => caption))).toEqual([
      [
        '**€0.99 to €4.99**, 1,234 pictures of 3 games: up to 1',
        '**€9.99**, 1 picture of 1 game: 4 everywhere alike',
      ],
      ['up to 2', 'nowhere'],
    ]);
    const first = await decoded(rows[0]!.pictures[0]!.src);
    const quarter = [...inferno.subarray(3 * 64, 3 * 65)]; // 1 of 4, as the nearest of 256 colours
    expect([...first.data.subarray(0, 3)]).toEqual(quarter);
    expect([...first.data.subarray(3, 6)]).toEqual([...inferno.subarray(0, 3)]);
  });

  it('are two empty rows for no bands', async () => {
    const { rows, largest } = await meanMapRows([]);
    expect([largest, rows.map(({ pictures }) => pictures)]).toEqual([0, [[], []]]);
  });
});

/** A map as large as the square of 32 pixels: `value` in the rows from `from` up to `to`. */
const band = (from: number, to: number, value: number): HeatMap => ({
  width: 32,
  height: 32,
  values: Float32Array.from({ length: 32 * 32 }, (_, i) => (i >= from * 32 && i < to * 32 ? value : 0)),
});

describe('the part of a map over the picture', () => {
  // Picture 0 has 600 × 338 pixels, 32 × 18 in the square: rows 7 to 24.
  it('has the shape of the picture and knows nothing of the padding', () => {
    const { width, height } = visibleMap(store(), 0, map(1, 1, 1, 1));
    expect([width, height]).toEqual([180, 101]); // 180 · 338 / 600, rounded
    expect(peakOf([visibleMap(store(), 0, band(0, 6, 9))])).toBe(0);
    expect(peakOf([visibleMap(store(), 0, band(26, 32, 9))])).toBe(0);
    expect(peakOf([visibleMap(store(), 0, band(0, 32, 9))])).toBe(9);
  });

  it('is upright where the picture is', () => {
    const { width, height } = visibleMap(store(), 4, map(0, 1, 0, 1));
    expect([width, height]).toEqual([101, 180]);
  });
});

describe('how strong a map is', () => {
  it('is told as its largest value, or that it is flat', () => {
    expect(strengthOf(map(0, 0.01234, 0, 0))).toBe('up to 0.0123');
    expect(strengthOf(map(0.5, 0.5, 0.5, 0.5))).toBe('0.5000 everywhere alike');
    expect(strengthOf(map(0, 0, 0, 0))).toBe('nowhere');
    expect(peakOf([map(0, 1, 2, 0), map(0, 3, 0, 0)])).toBe(3);
    expect(peakOf([])).toBe(0);
  });
});

describe('maps over pictures', () => {
  const words = { alt: 'a map', caption: 'seen' };

  it('share one scale, the largest value of all opaque', async () => {
    const maps = [map(1, 0, 1, 0), map(0, 4, 0, 4)].map((values) => visibleMap(store(), 0, values));
    const pictures = await mapPictures(
      maps.map((values) => ({ image: 0, map: values, ...words })),
      sourceOf(folder, store()),
    );
    expect(pictures.map(({ caption }) => caption)).toEqual(['seen: up to 1', 'seen: up to 4']);
    const corners = pictures.map(async ({ over }) => {
      const { data, size } = await decoded(over!); // every one has a layer
      expect(size).toBe('180 × 101 × 4');
      return [data[3], data[4 * 179 + 3]];
    });
    expect(await Promise.all(corners)).toEqual([
      [64, 0], // a quarter of 255, rounded
      [0, 255],
    ]);
  });

  it('lie over the picture as it was uploaded, of the same shape', async () => {
    const shown = { image: 4, map: visibleMap(store(), 4, map(1, 0, 0, 0)), ...words };
    const [picture] = await mapPictures([shown], sourceOf(folder, store()));
    expect((await decoded(picture!.src)).size).toBe('203 × 360 × 3'); // 338 × 600, turned upright
    expect((await decoded(picture!.over!)).size).toBe('101 × 180 × 4');
  });

  it('are refused with a sign, and are none for none', async () => {
    const signed = { image: 0, map: map(1, -1, 0, 0), ...words };
    const source = sourceOf(folder, store());
    await expect(async () => mapPictures([signed], source)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await mapPictures([], source)).toEqual([]);
  });
});

describe('titles', () => {
  it('are those of the games kept, and the number of any other', () => {
    const titleOf = titlesOf(sourceOf(folder, store()));
    expect([titleOf('20'), titleOf('30')]).toEqual(['Game <20>', '30']);
  });
});
