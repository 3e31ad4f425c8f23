import type { LayersModel } from '@tensorflow/tfjs';
import { random } from '../../core/random';
import { byGame } from '../../explain/comparison';
import type { HeatMap } from '../../explain/heatMap';
import { cascade, randomisedBase } from '../../explain/randomise';
import type { ScoreTarget } from '../../explain/scoreTarget';
import { type MapSimilarity, mapSimilarity } from '../../explain/similarity';
import type { MapMethod, Subject } from '../../explain/subject';
import { bootstrapMean, type Interval } from '../../metrics/intervals';
import { assignHeadWeights, headWeights } from '../../networks/head';
import { askedModel, type CheckedPicture } from './checkedPictures';
import type { Selection } from './games';
import { learn, type Trained } from './headStage';
import type { PreparedData } from './preparedData';
import type { Run } from './settings';
import type { TargetKind } from './target';

/** How alike a method's maps are to those of the model with some weights replaced; means over games. */
export interface SanityRow extends Record<keyof MapSimilarity, Interval> {
  method: string;
  /** The weights that are no longer those of the model, such as `dense2 and above`. */
  changed: string;
}

/** Whether a method's maps show what the model has learnt. */
export interface SanityVerdict {
  method: string;
  /** Rank correlation with the maps of the model whose weights are all drawn anew, with sign and of the magnitudes. */
  weights: Interval;
  magnitudes: Interval;
  /** Rank correlation with the maps of the head that learnt shuffled prices. */
  prices: Interval;
  /** All three clearly below `SAME`. */
  sane: boolean;
}

/** A rank correlation from which on two maps count as the same. It is a convention, as no theory gives one. */
export const SAME = 0.5;

/** The last change of the model's own weights, and the other one. */
export const ALL_CHANGED = 'block_16 and above';
export const SHUFFLED = 'learnt from shuffled prices';

/** Units of the base whose weights are drawn anew behind the head, after the whole head: the last convolution, then the last block too. */
const baseSteps = [
  { units: 1, changed: 'Conv_1 and above' },
  { units: 4, changed: ALL_CHANGED },
];

/** Times that weights are drawn anew: a single draw may turn a map upside down or leave it by luck. */
const DRAWS = 3;

/** Everything that is compared: pictures, methods, and the model whose maps are the original ones. */
export interface SanityInput {
  pictures: readonly CheckedPicture[];
  methods: Readonly<Record<string, MapMethod>>;
  base: Subject['base'];
  /** Changed during the check; afterwards as it was. */
  head: LayersModel;
  /** The same head, taught shuffled prices. */
  shuffled: LayersModel;
  target: ScoreTarget;
  seed: number;
  /** Called after each step and awaited; may throw to end it. */
  onStep?: (done: number, total: number) => void | Promise<void>;
}

/** Compares each method's maps with those of ever more random models and of a head that learnt shuffled prices. */
export async function checkSanity(input: SanityInput): Promise<SanityRow[]> {
  const { pictures, methods, base, head, shuffled, target, seed, onStep } = input;
  const learnt = headWeights(head);
  const size = pictures[0]!.size; // the caller gives pictures
  const layers = cascade(learnt, 0).map(({ layer }) => layer);
  const total = 2 + DRAWS * (layers.length + baseSteps.length);
  let done = 0;
  const explain = async (subject: Subject): Promise<Maps> => {
    const maps = await explained(methods, subject);
    await onStep?.(++done, total);
    return maps;
  };
  const askedAnew = async (arrays: Subject['base'], model: LayersModel): Promise<Maps> => {
    const asked = await askedModel(arrays, size, model, target);
    try {
      return await explain(asked.subject(pictures));
    } finally {
      asked.dispose();
    }
  };
  const asked = await askedModel(base, size, head, target);
  const found = new Map<string, Maps[]>();
  const keep = (changed: string, maps: Maps): unknown =>
    found.set(changed, [...(found.get(changed) ?? []), maps]);
  let original: Maps;
  try {
    const subject = asked.subject(pictures); // what the base makes of them does not change with the head
    original = await explain(subject);
    for (let draw = 0; draw < DRAWS; draw++) {
      const drawn = random(seed, 'randomised', draw).integer(0, 2 ** 31 - 1);
      for (const { layer, arrays } of cascade(learnt, drawn)) {
        assignHeadWeights(head, arrays);
        keep(layer === layers[0] ? layer : `${layer} and above`, await explain(subject));
      }
      for (const { units, changed } of baseSteps) {
        const arrays = randomisedBase(base.arrays, units, drawn);
        keep(changed, await askedAnew({ ...base, arrays }, head));
      }
    }
  } finally {
    assignHeadWeights(head, learnt);
    asked.dispose();
  }
  keep(SHUFFLED, await askedAnew(base, shuffled));
  return Object.keys(methods).flatMap((method) =>
    [...found].map(([changed, draws]) => ({
      method,
      changed,
      ...similarities(
        pictures,
        original[method]!,
        draws.map((maps) => maps[method]!),
        seed,
      ), // one for each method
    })),
  );
}

/** Of each method, a map for each picture. */
export type Maps = Record<string, HeatMap[]>;

/** What each method makes of some pictures, by its name. */
export async function explained(methods: SanityInput['methods'], subject: Subject): Promise<Maps> {
  const maps: Maps = {};
  for (const [name, method] of Object.entries(methods)) maps[name] = await method(subject);
  return maps;
}

function similarities(
  pictures: readonly CheckedPicture[],
  original: readonly HeatMap[],
  draws: readonly (readonly HeatMap[])[],
  seed: number,
): Record<keyof MapSimilarity, Interval> {
  const rows = draws.flatMap(
    (maps) => maps.map((map, i) => ({ id: pictures[i]!.id, ...mapSimilarity(original[i]!, map) })), // a map for each picture
  );
  const interval = (key: keyof MapSimilarity): Interval =>
    bootstrapMean([...byGame(rows, (row) => row[key]).values()], { seed });
  return {
    correlation: interval('correlation'),
    magnitude: interval('magnitude'),
    ssim: interval('ssim'),
  };
}

/**
 * What the rows say of each method: sane when all three intervals end below `SAME`. The magnitudes of maps of the head on shuffled prices are not
 * judged: the base is the same, and where its activations are large they stay large.
 */
export function sanityVerdicts(rows: readonly SanityRow[]): SanityVerdict[] {
  return [...new Set(rows.map(({ method }) => method))].map((method) => {
    const of = (changed: string): SanityRow =>
      rows.find((row) => row.method === method && row.changed === changed)!; // checkSanity makes both
    const { correlation: weights, magnitude: magnitudes } = of(ALL_CHANGED);
    const { correlation: prices } = of(SHUFFLED);
    const sane = [weights, magnitudes, prices].every(({ high }) => high < SAME);
    return { method, weights, magnitudes, prices, sane };
  });
}

/** The selection with the prices of its training and validation games dealt anew among them; test games keep theirs. */
export function shufflePrices<Dealt extends Pick<Selection, 'kept' | 'split'>>(
  selection: Dealt,
  seed: number,
): Dealt {
  const test = new Set(selection.split.test);
  const others = selection.kept.filter(({ id }) => !test.has(id));
  const prices = random(seed, 'shuffled prices').shuffle(others.map(({ price }) => price));
  const dealt = new Map(others.map(({ id }, i) => [id, prices[i]!])); // as many
  return {
    ...selection,
    kept: selection.kept.map((game) => ({ ...game, price: dealt.get(game.id) ?? game.price })),
  };
}

/**
 * A head that learnt as the model did, but from shuffled prices: there is nothing in it that the pictures could tell. The caller disposes its
 * model.
 */
export const learnShuffled = (run: Run, prepared: PreparedData, kind: TargetKind): Promise<Trained> =>
  learn(run, { ...prepared, selection: shufflePrices(prepared.selection, run.config.seed) }, kind);
