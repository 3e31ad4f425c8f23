import { ReportError } from '../core/errors';
import { spearman } from '../metrics/regression';
import { type HeatMap, magnitudes } from './heatMap';

/** How alike two maps of a picture are: Spearman's rank correlation, 0 where one is constant. */
export interface MapSimilarity {
  /** Of their values, sign and all. */
  correlation: number;
  /** Of their magnitudes. */
  magnitude: number;
}

/** Compares two maps of the same size, as Adebayo et al. (2018) do. Throws `BAD_INPUT` when the sizes differ or a value is not finite. */
export function mapSimilarity(a: HeatMap, b: HeatMap): MapSimilarity {
  if (a.width !== b.width || a.height !== b.height) {
    throw new ReportError(
      'BAD_INPUT',
      `A map of ${a.width} × ${a.height} cannot be compared with one of ${b.width} × ${b.height}: give two of one size.`,
    );
  }
  return {
    correlation: spearman(a.values, b.values),
    magnitude: spearman(magnitudes(a).values, magnitudes(b).values),
  };
}
