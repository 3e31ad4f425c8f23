import { ReportError } from '../core/errors';

/** One of several parts of a piece of work, each of which can be done anywhere and in any order. */
export interface Shard {
  /** Counted from 1. */
  number: number;
  count: number;
}

/** `2/8` → the second of eight. Throws `BAD_SETTING` for anything else. */
export function parseShard(text: string): Shard {
  const [, number, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim()) ?? [];
  const shard = { number: Number(number), count: Number(count) };
  if (shard.number >= 1 && shard.number <= shard.count) return shard;
  const expected = 'a number and how many there are, such as 2/8, counted from 1';
  throw new ReportError('BAD_SETTING', `The shard is "${text}", expected ${expected}.`);
}

/** The shard's own items: as many as those of any other shard, or one more, next to each other. Every item is in exactly one shard. */
export function shardOf<T>(items: readonly T[], { number, count }: Shard): T[] {
  const edge = (n: number): number => Math.floor((n * items.length) / count);
  return items.slice(edge(number - 1), edge(number));
}
