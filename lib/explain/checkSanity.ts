import { random } from '../core/random';
import { spearman } from '../metrics/regression';
import { type Backbone, SMALLEST, weightedBackbone } from '../networks/backbone';
import type { NamedArray } from '../networks/hdf5';
import { initialKernel } from '../networks/initialWeights';
import { type PlacedLayer, placed } from '../networks/layers';
import { assignWeights, modelWeights } from '../networks/modelWeights';
import { assignWeighted } from '../networks/weighted';
import { type BaseAndHead, type OpenBaseAndHead, withModel } from './baseAndHead';
import { type CheckedPicture, meanOverItems, type NamedMaps } from './comparison';
import { type HeatMap, magnitudes } from './heatMap';

/** How alike two maps of a picture are, as Adebayo et al. (2018) measure it: Spearman's rank correlation, 0 where one is constant. */
export interface MapSimilarity {
  correlation: number;
  magnitude: number;
}

/** Compares two maps of the same size. Throws `BAD_INPUT` when a value is not finite. */
export const mapSimilarity = (a: HeatMap, b: HeatMap): MapSimilarity => ({
  correlation: spearman(a.values, b.values),
  magnitude: spearman(magnitudes(a).values, magnitudes(b).values),
});

/** The measures of likeness by which a method is judged where maps ought to have changed. */
type Judged = readonly (keyof MapSimilarity)[];

/** The maps of a model with other weights. */
export interface ChangedMaps {
  /** The weights that are no longer those of the model, such as `dense2 and above`. Equal names are draws of the same. */
  changed: string;
  maps: NamedMaps;
  judged: Judged;
}

/** How alike a method's maps are to those of the model with some weights replaced; means over items. */
export type SanityRow = ReturnType<typeof sanityRows>[number];

/** A rank correlation from which on two maps count as the same. It is a convention, as no theory gives one. */
export const SAME = 0.5;

/** Compares each method's maps with those of models with other weights. */
export function sanityRows(
  pictures: readonly CheckedPicture[],
  original: NamedMaps,
  changes: readonly ChangedMaps[],
  seed: number,
) {
  const names = [...new Set(changes.map(({ changed }) => changed))];
  return Object.entries(original).flatMap(([method, own]) =>
    names.map((changed) => {
      const draws = changes.filter((change) => change.changed === changed);
      const rows = draws.flatMap(
        ({ maps }) => pictures.map(({ id }, i) => ({ id, ...mapSimilarity(own[i]!, maps[method]![i]!) })), // a map for each picture
      );
      const over = (key: keyof MapSimilarity) => meanOverItems(rows, (row) => row[key], { seed });
      return {
        method,
        changed,
        judged: draws[0]!.judged, // each name has draws
        correlation: over('correlation'),
        magnitude: over('magnitude'),
      };
    }),
  );
}

/** Whether each method's maps show what the model has learnt: all that is judged, in `rows`, lies clearly below `SAME`. */
export const sanityVerdicts = (rows: readonly SanityRow[]) =>
  [...new Set(rows.map(({ method }) => method))].map((method) => {
    const own = rows.filter((row) => row.method === method && row.judged.length > 0);
    const sane = own.every((row) => row.judged.every((measure) => row[measure].high < SAME));
    return { method, rows: own, sane };
  });

/** Units of the base whose weights are drawn anew behind the head, after the whole head: the last convolution, then the last block too. */
const baseUnits = [1, 4];

export interface RandomisationOptions {
  /** Times that weights are drawn anew: a single draw may turn a map upside down or leave it by luck. */
  draws: number;
  /** Whether each step from the output down is looked at, or only the last, by which methods are judged. */
  every: boolean;
  seed: number;
  /** Awaited after each step; may throw to end it. */
  onStep?: (done: number, total: number) => void | Promise<void>;
}

/** What `explain` makes of a model whose weights are drawn anew, from the output down to the base's last block. Afterwards the head is as it was. */
export async function randomisedMaps(
  model: BaseAndHead,
  explain: (model: OpenBaseAndHead) => Promise<NamedMaps>,
  { draws, every, seed, onStep }: RandomisationOptions,
): Promise<ChangedMaps[]> {
  const { head, weights } = model;
  const learnt = modelWeights(head);
  const places = placed(weights.layers(model.imageSize));
  const names = places.flatMap(({ layer, weights }) => weights.map(() => layer.name));
  const ends = unitEnds(places);
  const found: ChangedMaps[] = [];
  try {
    await withModel(model, async (open) => {
      for (let draw = 0; draw < draws; draw++) {
        const drawn = random(seed, 'randomised', draw).integer(0, 2 ** 31 - 1);
        const layers = cascade(learnt, drawn);
        const headSteps = layers.map(({ layer, arrays }, i) => ({
          changed: i === 0 ? layer : `${layer} and above`,
          arrays,
          units: 0,
        }));
        const behind = baseUnits.map((units) => {
          const first = names[ends.at(-units - 1)!]!; // a base has more
          const changed = `${first.replace(/_expand$/, '')} and above`;
          return { changed, units, arrays: layers.at(-1)?.arrays ?? learnt };
        });
        const steps = every ? [...headSteps, ...behind] : behind.slice(-1);
        for (const { changed, arrays, units } of steps) {
          assignWeights(head, arrays);
          const base = { ...weights, arrays: randomisedBase(weights, units, drawn) };
          assignWeighted(open.base, weightedBackbone(base, open.imageSize));
          const judged: Judged = units === baseUnits.at(-1) ? ['correlation', 'magnitude'] : [];
          found.push({ changed, maps: await explain(open), judged });
          await onStep?.(found.length, draws * steps.length);
        }
      }
    });
  } finally {
    assignWeights(head, learnt);
  }
  return found;
}

/** Cascading weight randomisation (Adebayo et al. 2018): from the output down, one layer's weights after the other become those of an untrained model. */
export function cascade(
  arrays: readonly NamedArray[],
  seed: number,
): { layer: string; arrays: NamedArray[] }[] {
  const layers = [...new Set(arrays.map(layerOf))].reverse();
  return layers.map((layer, step) => {
    const gone = new Set(layers.slice(0, step + 1));
    return { layer, arrays: arrays.map((array) => (gone.has(layerOf(array)) ? fresh(array, seed) : array)) };
  });
}

const layerOf = ({ name }: NamedArray): string => name.slice(0, name.indexOf('/'));

/** An array as before any training: scales and variances 1, the others, kernels apart, 0; the same seed and name give the same. */
function fresh(array: NamedArray, seed: number): NamedArray {
  const kind = array.name.slice(array.name.lastIndexOf('/') + 1);
  if (kind.endsWith('kernel')) return initialKernel(array, seed);
  return {
    ...array,
    data: new Float32Array(array.data.length).fill(/^(gamma|moving_variance)/.test(kind) ? 1 : 0),
  };
}

/** The place behind the last array of each unit of a base: the convolutions up to a batch normalization, and that. */
const unitEnds = (places: readonly PlacedLayer[]): number[] =>
  places
    .flatMap(({ weights }) => weights)
    .flatMap(({ name }, i) => (/moving_variance$/.test(name) ? i + 1 : []));

/** The arrays of a base with its last `units` units drawn anew; those before stay as they are. */
export function randomisedBase(
  { arrays, layers }: Pick<Backbone, 'arrays' | 'layers'>,
  units: number,
  seed: number,
): NamedArray[] {
  const places = placed(layers(SMALLEST));
  const kinds = places.flatMap(({ weights }) =>
    weights.map(({ name }) => name.split(/\/(?:depthwise_)?/).at(-1)),
  );
  const ends = unitEnds(places);
  return arrays.map((array, i) => {
    if (i < ends.at(-units - 1)!) return array; // a base has more, here and above
    const unit = ends.filter((end) => end <= i).length;
    return { ...fresh({ ...array, name: `${unit}/${kinds[i]}` }, seed), name: array.name };
  });
}
