import { type BootstrapOptions, bootstrapAll } from '../../lib/metrics/intervals';

/** The interval of one figure. */
export const bootstrap = (
  count: number,
  statistic: (rows: Int32Array) => number,
  options: BootstrapOptions,
) => bootstrapAll(count, (rows) => ({ figure: statistic(rows) }), options).figure;
