import type { LayersModel, Tensor, Tensor2D } from '@tensorflow/tfjs';
import { tensorflow } from '../tensorflow/backend';
import { inputShape } from './attribution';

/** Exact Shapley values (Shapley 1953) of players, from what each group of them reaches: bit j of a group's place says whether player j is in it. */
export function shapleyValues(reached: ArrayLike<number>): number[] {
  const groups = reached.length;
  const sizes = new Uint8Array(groups);
  for (let group = 1; group < groups; group++) sizes[group] = sizes[group >> 1]! + (group & 1); // an earlier group's
  const players = sizes[groups - 1] ?? 0; // of the last, in which all are
  const weights = [1 / players]; // for each number of others: the share of all orders in which just these come before
  for (let size = 1; size < players; size++) weights.push((weights[size - 1]! * size) / (players - size));
  return Array.from({ length: players }, (_, player) => {
    const joined = 1 << player;
    let sum = 0;
    for (let group = 0; group < groups; group++) {
      if (group & joined) continue;
      sum += weights[sizes[group]!]! * (reached[group | joined]! - reached[group]!); // groups, all of them
    }
    return sum;
  });
}

/** The number of the tile that each place lies in, of `grid × grid` tiles, row by row. */
const tileOf = (height: number, width: number, grid: number): number[] =>
  Array.from({ length: height * width }, (_, place) => {
    const row = Math.floor((Math.floor(place / width) * grid) / height);
    return row * grid + Math.floor(((place % width) * grid) / width);
  });

/** The sum of a picture's values `[height · width · channels]` over each of `grid × grid` tiles. */
export function tileSums(values: Float32Array, height: number, width: number, grid: number): number[] {
  const sums = new Array<number>(grid * grid).fill(0);
  const channels = values.length / (height * width);
  const tiles = tileOf(height, width, grid);
  values.forEach((value, i) => {
    sums[tiles[Math.floor(i / channels)]!]! += value; // a place's tile, which has a sum
  });
  return sums;
}

/** Mixed pictures that are asked about at a time. */
const AT_ONCE = 512;

/** A picture and what stands in for its parts, both as the model takes them, laid flat. */
export interface TileInput {
  model: LayersModel;
  picture: Float32Array;
  reference: Float32Array;
  output: number;
  /** Tiles along a side. */
  grid: number;
}

/** The tiles in which picture and reference differ, of all of them. Every mix of these is asked about: 2 to the power of their number. */
export function differingTiles({ model, picture, reference, grid }: Omit<TileInput, 'output'>): number[] {
  const [height, width] = inputShape(model);
  const changes = picture.map((value, i) => Math.abs(value - reference[i]!)); // as many
  return tileSums(changes, height, width, grid).flatMap((change, tile) => (change > 0 ? [tile] : []));
}

/** The exact Shapley value of each tile for one output: all mixes of the picture's tiles and the reference's are asked about. A tile in which the two agree has 0 without being asked. */
export function exactTiles(input: TileInput): number[] {
  const { model, picture, reference, output, grid } = input;
  const { tf } = tensorflow();
  const [height, width, channels] = inputShape(model);
  const players = differingTiles(input);
  const tiles = tileOf(height, width, grid);
  const covers = Float32Array.from(players.flatMap((tile) => tiles.map((own) => Number(own === tile))));
  const reached = new Float32Array(2 ** players.length);
  for (let start = 0; start < reached.length; start += AT_ONCE) {
    const count = Math.min(AT_ONCE, reached.length - start);
    tf.tidy(() => {
      const taken = Float32Array.from({ length: count * players.length }, (_, i) => {
        return ((start + Math.floor(i / players.length)) >> (i % players.length)) & 1;
      });
      const masks = tf.matMul(
        tf.tensor2d(taken, [count, players.length]),
        tf.tensor2d(covers, [players.length, height * width]),
      );
      const [own, other] = [picture, reference].map((one) => tf.tensor4d(one, [1, height, width, channels]));
      const change = tf.sub(own!, other!); // two of them
      const mixed = tf.add(other!, tf.mul(change, masks.reshape([count, height, width, 1])));
      const given = model.apply(mixed as Tensor, { training: false }) as Tensor2D; // one output
      reached.set(tf.slice(given, [0, output], [count, 1]).dataSync(), start);
    });
  }
  const found = shapleyValues(reached);
  return Array.from({ length: grid * grid }, (_, tile) => found[players.indexOf(tile)] ?? 0); // one for each player
}
