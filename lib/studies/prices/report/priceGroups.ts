import { seriesColour } from '../../../report/charts';

/** A named sample of prices in EUR cents. */
export interface PriceGroup {
  name: string;
  prices: readonly number[];
  /** A colour of the palette, such as `@training`; by default the next one. */
  colour?: string;
}

/** The colour of a sample among others. */
export const colourOf = (group: { colour?: string }, index: number): string =>
  group.colour ?? seriesColour(index);

/** A price that a chart marks with a line and a word. */
export interface PriceLimit {
  price: number;
  label: string;
}

/** The largest value; spreading a long array into Math.max would overflow the stack. */
export const maximum = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.max(a, b), -Infinity);
