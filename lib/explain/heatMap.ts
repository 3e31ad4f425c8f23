import { ReportError } from '../core/errors';

/** One value per place of a feature map or a picture, row by row from the top left. */
export interface HeatMap {
  width: number;
  height: number;
  /** `width · height` values. */
  values: Float32Array;
}

/** Where the prediction is raised: the positive part of a raw map (ReLU), in the map's unit. */
export const raises = (map: HeatMap): HeatMap => mapValues(map, (value) => Math.max(value, 0));

/** Where the prediction is lowered, as positive values (the counterfactual explanation of Selvaraju et al. 2017, section 3.3). */
export const lowers = (map: HeatMap): HeatMap => mapValues(map, (value) => Math.max(-value, 0));

/** How much either way: the map's values without their signs. */
export const magnitudes = (map: HeatMap): HeatMap => mapValues(map, Math.abs);

/** What one map has more than another of the same size. */
export const difference = (map: HeatMap, other: HeatMap): HeatMap => ({
  ...map,
  values: map.values.map((value, i) => value - other.values[i]!), // as many
});

/** The largest value of maps with values ≥ 0; 0 for none. */
export const peakOf = (maps: readonly HeatMap[]): number =>
  maps.reduce((most, { values }) => values.reduce((a, b) => Math.max(a, b), most), 0);

/** A map of values ≥ 0 divided by its largest; zeros everywhere stay zeros. Throws `BAD_INPUT` for a value that is negative or not finite. */
export const normalise = (map: HeatMap): HeatMap => normaliseTogether([map])[0]!; // one for one

/** As `normalise`, by the largest value of all these maps, so that they compare: what raises a prediction beside what lowers it. */
export function normaliseTogether(maps: readonly HeatMap[]): HeatMap[] {
  for (const { values } of maps) {
    const wrong = values.find((value) => !(value >= 0 && value < Number.POSITIVE_INFINITY));
    if (wrong === undefined) continue;
    throw new ReportError(
      'BAD_INPUT',
      `A heat map with the value ${wrong} cannot be normalised: take what raises or what lowers the prediction first.`,
    );
  }
  const largest = peakOf(maps);
  return maps.map((map) => mapValues(map, (value) => (largest === 0 ? 0 : value / largest)));
}

/** Whether a map has the same value everywhere, so that it points nowhere. */
export const isLevel = ({ values }: HeatMap): boolean => values.every((value) => value === values[0]);

const mapValues = (map: HeatMap, change: (value: number) => number): HeatMap => ({
  ...map,
  values: map.values.map(change),
});

/** The sums of a raw map's positive and of its negative values, both as positive numbers, and its largest magnitude, in the map's unit. */
export function mapBalance(map: HeatMap): { raises: number; lowers: number; largest: number } {
  const sum = (part: HeatMap): number => part.values.reduce((total, value) => total + value, 0);
  return { raises: sum(raises(map)), lowers: sum(lowers(map)), largest: peakOf([magnitudes(map)]) };
}
