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
 * The mean of the features of each game's pictures, each of which weighs the same. `ids[i]` is the game of row i; `read` gives rows by number,
 * each `[places, dims]` in C order, such as the positions of a feature map, over which is averaged too. Reads a few hundred rows at a time, each
 * once, in ascending order.
 */
export function averageByGame(
  ids: readonly AppId[],
  dims: number,
  read: (rows: readonly number[]) => ArrayLike<number>,
): GameFeatures {
  const games = [...new Set(ids)].sort(byId);
  const place = new Map(games.map((id, i) => [id, i]));
  const values = new Float64Array(games.length * dims);
  const counts = new Uint32Array(games.length);
  for (let start = 0; start < ids.length; start += CHUNK) {
    const rows = Array.from({ length: Math.min(CHUNK, ids.length - start) }, (_, i) => start + i);
    const features = read(rows);
    const length = features.length / rows.length;
    const share = dims / length; // one over the number of places
    rows.forEach((row, i) => {
      const game = place.get(ids[row]!)!; // a row of the list, whose games all have a place
      counts[game]!++;
      const [from, to] = [i * length, game * dims];
      for (let k = 0; k < length; k++) values[to + (k % dims)]! += features[from + k]! * share; // in range
    });
  }
  for (let i = 0; i < values.length; i++) values[i]! /= counts[Math.floor(i / dims)]!; // every game has a row
  return { ids: games, dims, values };
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
