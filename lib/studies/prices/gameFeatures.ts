import { ReportError } from '../../core/errors';
import { byId } from '../../data/split';
import type { AppId } from './units';

/** Features of games, one row each. */
export interface GameFeatures {
  /** Ascending. */
  ids: AppId[];
  /** Numbers a game. */
  dims: number;
  /** `[appids.length, dims]` in C order. */
  values: Float64Array;
}

/** Rows read at a time: bounds the memory for any number of pictures. */
const CHUNK = 256;

/**
 * The mean of the features of each game's pictures. `appids[i]` is the game of row i; `read` gives rows by number, each
 * `[places, dims]` in C order, such as the positions of a feature map with its channels last, over which is averaged too. Each picture
 * weighs the same in its game. Reads a few hundred rows at a time, each once, in ascending order. Throws `BAD_INPUT` without rows or when
 * what is read is not as many rows of whole places as were asked for.
 */
export function averageByGame(
  ids: readonly AppId[],
  dims: number,
  read: (rows: readonly number[]) => ArrayLike<number>,
): GameFeatures {
  if (ids.length === 0)
    throw new ReportError('BAD_INPUT', 'There are no features to average: give some rows.');
  const games = [...new Set(ids)].sort(byId);
  const place = new Map(games.map((id, i) => [id, i]));
  const values = new Float64Array(games.length * dims);
  const counts = new Uint32Array(games.length);
  for (let start = 0; start < ids.length; start += CHUNK) {
    const rows = Array.from({ length: Math.min(CHUNK, ids.length - start) }, (_, i) => start + i);
    const features = read(rows);
    const length = features.length / rows.length;
    if (length === 0 || length % dims !== 0) {
      throw new ReportError(
        'BAD_INPUT',
        `${features.length} features are not ${rows.length} rows of places with ${dims} numbers each.`,
      );
    }
    rows.forEach((row, i) => {
      const game = place.get(ids[row]!)!; // a row of the list, whose games all have a place
      counts[game]!++;
      addRow(values, game * dims, dims, features, i * length, length);
    });
  }
  for (let i = 0; i < values.length; i++) values[i]! /= counts[Math.floor(i / dims)]!; // every game has a row
  return { ids: games, dims, values };
}

/** Adds the mean over the places of one row of features to the sums that begin at `target`. */
function addRow(
  sums: Float64Array,
  target: number,
  dims: number,
  features: ArrayLike<number>,
  start: number,
  length: number,
): void {
  const share = dims / length; // one over the number of places
  for (let i = 0; i < length; i++) sums[target + (i % dims)]! += features[start + i]! * share; // in range
}

/** The features of some games, in the order asked for. Throws `BAD_INPUT` for a game that has none. */
export function pickGames(features: GameFeatures, ids: readonly AppId[]): GameFeatures {
  const { dims, values } = features;
  const place = new Map(features.ids.map((id, i) => [id, i]));
  const picked = new Float64Array(ids.length * dims);
  ids.forEach((id, i) => {
    const from = place.get(id);
    if (from === undefined) {
      throw new ReportError('BAD_INPUT', `Game ${id} has no features: give only games with pictures.`);
    }
    picked.set(values.subarray(from * dims, (from + 1) * dims), i * dims);
  });
  return { ids: [...ids], dims, values: picked };
}
