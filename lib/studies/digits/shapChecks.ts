import { largest } from '../../core/extremes';
import { random } from '../../core/random';
import { mean } from '../../data/numbers';
import { attribute, outputScores } from '../../explain/attribute';
import { type Attribution, squareMap } from '../../explain/attribution';
import { type ChangedMaps, sanityRows } from '../../explain/checkSanity';
import type { CheckedPicture } from '../../explain/comparison';
import { randomMap } from '../../explain/controls';
import { type Explained, type ExplainedItem, saidValues } from '../../explain/explainedItems';
import { removalScores } from '../../explain/faithfulness';
import { rankPixels } from '../../explain/removal';
import { differingTiles, exactTiles, tileSums } from '../../explain/shapleyTiles';
import { formatNumber } from '../../report/format';
import type { RemovalCurves } from '../../report/removalChart';
import { signedPicture } from '../../report/signedMaps';
import { digitCnn } from './networks';
import { correlation, drawn, type OtherValues } from './shap';

/** Tiles along a side for which exact values are found. */
const GRID = 4;

/** Random networks that the values are held against. */
const NETWORKS = 2;

/** Mixes of tiles that are asked about at most: those of one digit that differs from another everywhere. */
const MIXES = 2 ** (GRID * GRID);

/** Tiles of digits as three methods have them. */
export type TileValues = Awaited<ReturnType<typeof tileValues>>;

/** Each tile of the first digits told right with what DeepSHAP and integrated gradients give it and its exact Shapley value, all against the same digit of the background; figures are null where no digit is told right. */
export async function tileValues({ data, seed, model, background, items, own }: Explained) {
  const { pixels, images } = data;
  const found: { digit: ExplainedItem; exact: number[]; fast: number[]; gradients: number[] }[] = [];
  let mixes = 0;
  for (const digit of items.filter(({ right }) => right)) {
    const reference = pixels.read([random(seed, 'tiles', digit.row).pick(background)]);
    const sums = async (method: 'deep-shap' | 'integrated-gradients') => {
      const [values] = await own({ method, references: reference }, [digit]);
      return tileSums(values!.mean, images.size, images.size, GRID); // of one digit
    };
    const asked = { model, picture: pixels.read([digit.row]), reference, output: digit.said, grid: GRID };
    mixes += 2 ** differingTiles(asked).length;
    if (mixes > MIXES) break;
    found.push({
      digit,
      exact: exactTiles(asked),
      fast: await sums('deep-shap'),
      gradients: await sums('integrated-gradients'),
    });
  }
  const all = (of: 'exact' | 'fast' | 'gradients') => found.flatMap((one) => one[of]);
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null); // of no digit
  return {
    found,
    fast: finite(correlation(all('exact'), all('fast'))),
    gradients: finite(correlation(all('exact'), all('gradients'))),
    furthest: finite(
      largest(found.flatMap(({ exact, fast }) => exact.map((value, i) => Math.abs(value - fast[i]!)))),
    ), // as many
  };
}

/** The digits as the checks of maps take them. */
const placed = ({ data, items }: Explained): CheckedPicture[] =>
  items.map(({ row }) => {
    const size = data.images.size;
    const file = data.images.index.columns.file[row]!; // a row of the store
    const box = { left: 0, top: 0, width: size, height: size };
    return { id: file, file, mask: null, pixels: data.images.readOne(row), size, box };
  });

/** How alike the values are to those of networks that have learnt nothing; and, as the most that can be asked for, to those against other digits. */
export async function control(explained: Explained, others: OtherValues) {
  const { data, seed, items } = explained;
  const maps = (of: readonly Attribution[]) => ({ DeepSHAP: of.map(({ mean: own }) => squareMap(own)) });
  const { name, values } = others[1]!; // the same method against other digits
  const changes: ChangedMaps[] = [{ changed: name, maps: maps(values), judged: [] }];
  for (let i = 1; i <= NETWORKS; i++) {
    const model = digitCnn.build(data.pixels.shape, { outputs: data.classes.length }, seed + i);
    changes.push({ changed: 'random weights', maps: maps(await explained.own({ model })), judged: [] });
    model.dispose();
  }
  return sanityRows(placed(explained), maps(items.map(saidValues)), changes, seed);
}

/** The logit of the class said while pixels are removed from the digits that are told right: in the order of methods, of brightness, and at random. */
export async function deletion(explained: Explained, others: OtherValues) {
  const { data, seed, model, items } = explained;
  const methods = others.filter(({ name }, i) => i === 0 || !name.startsWith('DeepSHAP'));
  const scores: Record<string, number[][]> = {};
  for (const [i, picture] of placed(explained).entries()) {
    const { said, right, row } = items[i]!; // one for each
    if (!right) continue;
    const maps = {
      ...Object.fromEntries(methods.map(({ name, values }) => [name, squareMap(values[i]!.mean)])), // one for each
      'Brightest first': squareMap(data.pixels.read([row])),
      'At random': randomMap(picture.size, picture.size, seed, picture.file),
    };
    const orders = Object.values(maps).map((map) => rankPixels(map, picture, seed, picture.file));
    const found = await removalScores(picture, orders, outputScores(model, said), {
      steps: 10,
      roadShares: [],
      seed,
    });
    Object.keys(maps).forEach((name, k) => {
      scores[name] = [...(scores[name] ?? []), [...found[k]!.deletion]]; // one for each order
    });
  }
  return Object.entries(scores).map(([name, own]) => ({ name, scores: own }));
}

/** The mean score with the first tenth of the pixels removed, in words. */
export const afterTenth = ({ scores }: RemovalCurves): string =>
  formatNumber(mean(scores.map((own) => own[1]!)), 1); // of ten steps

/** What the lecture drew: probabilities explained against digits drawn from all, summed over the classes; the first digits told right at the full colour of the largest sum. */
export async function lecturePicture(explained: Explained) {
  const { data, seed, model, items, signal } = explained;
  const right = items.filter((digit) => digit.right).slice(0, 6);
  const found = await attribute({
    ...{ model, seed, signal, softmax: true },
    pictures: data.pixels.read(right.map(({ row }) => row)),
    references: data.pixels.read(drawn(data, seed)),
    outputs: () => [...data.classes.keys()],
  });
  const sums = found.map(
    ([first, ...rest]) => first!.mean.map((value, i) => rest.reduce((sum, one) => sum + one.mean[i]!, value)), // of each pixel
  );
  const reach = largestOf(sums);
  const pictures = sums.map((values) =>
    signedPicture(squareMap(values), reach, { alt: 'Sum over the classes' }),
  );
  return {
    row: { pictures: await Promise.all(pictures) },
    reach,
    values: largestOf(found.flat().map((one) => one.mean)),
  };
}

const largestOf = (all: readonly Float32Array[]): number =>
  largest(all.map((values) => largest(values.map(Math.abs))));
