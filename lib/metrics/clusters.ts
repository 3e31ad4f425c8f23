import { ReportError } from '../core/errors';
import { byId } from '../data/split';
import type { Draws } from './draws';

/** How often each row occurs when whole items are drawn (the cluster bootstrap: Davison and Hinkley, 1997, section 3.8). Throws `BAD_INPUT`. */
export function clusters(items: readonly string[]): {
  count: number;
  drawsOf: (drawn: Int32Array) => Draws;
} {
  if (items.length === 0)
    throw new ReportError('BAD_INPUT', 'There are no predictions: predict some items first.');
  const ids = [...new Set(items)].sort(byId);
  const place = new Map(ids.map((id, i) => [id, i]));
  const itemOf = items.map((id) => place.get(id)!); // of one of the rows
  const drawnItems = new Int32Array(ids.length);
  const draws = { times: new Int32Array(items.length), count: 0 }; // used again for every resample
  const drawsOf = (drawn: Int32Array): Draws => {
    drawnItems.fill(0);
    for (const item of drawn) drawnItems[item]!++;
    draws.count = 0;
    for (let row = 0; row < itemOf.length; row++) {
      draws.times[row] = drawnItems[itemOf[row]!]!;
      draws.count += draws.times[row]!;
    }
    return draws;
  };
  return { count: ids.length, drawsOf };
}
