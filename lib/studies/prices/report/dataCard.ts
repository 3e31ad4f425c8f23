import type { Part, Provenance } from '../../../core/concepts';
import type { Description } from '../../../data/distribution';
import type { DroppedCount } from '../../../data/dropped';
import { parts } from '../../../data/split';
import { formatCount, formatPercent } from '../../../report/format';
import {
  ifKnown,
  MISSING,
  markdownCard,
  markdownFacts,
  markdownTable,
  markdownText,
} from '../../../report/markdown';
import type { OutlierRule } from '../outliers';
import { formatEuros } from '../units';

/** What a run knows of its data set; null where it does not. */
export interface DataRecord extends Provenance {
  /** Such as the folder, or `generated sample`. */
  name: string;
  generated: boolean;
  rows: { read: number; used: number; dropped: readonly DroppedCount[] } | null;
  games: { withPictures: number; withoutPictures: number; foldersWithoutGame: number } | null;
  pictures: { used: number; unreadable: number; size: number } | null;
  /** The prices of the games used, in EUR cents, and the share (0 to 1) that is free. */
  prices: (Description & { freeShare: number }) | null;
  outliers: { rule: OutlierRule; removed: number } | null;
  split: Record<Part, { games: number; pictures: number }> | null;
  seed: number | null;
  /** Games and pictures that more than one part has: identical ones, which are withheld, and near-identical ones, which are not. */
  leaks: { games: number; identical: number; withheld: number; nearIdentical: number | null } | null;
}

/** The card of a data set as Markdown: every figure is the record's, and what it does not know is named as not recorded. */
export const dataCard = (data: DataRecord): string =>
  markdownCard(`Data card: ${markdownText(data.name)}`, [
    ['Where it comes from', originText(data)],
    ['Rows', rowsText(data)],
    ['Pictures', picturesText(data)],
    ['Prices', pricesText(data)],
    ['Parts', splitText(data)],
    ['What the parts have in common', leaksText(data)],
  ]);

const originText = ({ generated, origin, licence }: DataRecord): string =>
  [
    ...(generated
      ? [
          'Drawn by the project itself: the looks of a picture follow the price by a rule of our own. Figures show that the method works, not what Steam is like.',
          '',
        ]
      : []),
    markdownFacts([
      ['Origin', ifKnown(origin, markdownText)],
      ['Licence', ifKnown(licence, markdownText)],
    ]),
  ].join('\n');

function rowsText({ rows, games }: DataRecord): string {
  const facts = markdownFacts([
    ['Rows read', ifKnown(rows, ({ read }) => formatCount(read))],
    ['Rows used', ifKnown(rows, ({ used }) => formatCount(used))],
    ['Games with pictures', ifKnown(games, ({ withPictures }) => formatCount(withPictures))],
    [
      'Games without pictures, not used',
      ifKnown(games, ({ withoutPictures }) => formatCount(withoutPictures)),
    ],
    [
      'Folders of pictures without a game, not used',
      ifKnown(games, ({ foldersWithoutGame }) => formatCount(foldersWithoutGame)),
    ],
  ]);
  if (rows === null) return `${facts}\n- Rows dropped: ${MISSING}`;
  if (rows.dropped.length === 0) return `${facts}\n- Rows dropped: none`;
  const table = markdownTable(
    ['Why rows were dropped', 'Rows'],
    rows.dropped.map(({ reason, count }) => [markdownText(reason), formatCount(count)]),
  );
  return `${facts}\n\n${table}`;
}

const picturesText = ({ pictures }: DataRecord): string =>
  markdownFacts([
    ['Used', ifKnown(pictures, ({ used }) => formatCount(used))],
    ['Not readable, left out', ifKnown(pictures, ({ unreadable }) => formatCount(unreadable))],
    [
      'Prepared as',
      ifKnown(
        pictures,
        ({ size }) => `${size} × ${size} pixels, aspect kept, padding beside or above and below`,
      ),
    ],
  ]);

const pricesText = ({ prices, outliers }: DataRecord): string =>
  markdownFacts([
    ['Games', ifKnown(prices, ({ count }) => formatCount(count))],
    ['Mean', ifKnown(prices, ({ mean }) => formatEuros(mean))],
    ['Median', ifKnown(prices, ({ median }) => formatEuros(median))],
    ['Middle half', ifKnown(prices, ({ q1, q3 }) => `${formatEuros(q1)} to ${formatEuros(q3)}`)],
    ['Lowest and highest', ifKnown(prices, ({ min, max }) => `${formatEuros(min)} and ${formatEuros(max)}`)],
    ['Standard deviation', ifKnown(prices, ({ deviation }) => formatEuros(deviation))],
    ['Free', ifKnown(prices, ({ freeShare }) => formatPercent(freeShare))],
    [
      'Outlier rule',
      ifKnown(
        outliers,
        ({ rule }) => `${rule.kind}, at most ${formatEuros(rule.maxPrice)}. ${markdownText(rule.why)}`,
      ),
    ],
    ['Games removed by it', ifKnown(outliers, ({ removed }) => formatCount(removed))],
  ]);

function splitText({ split, seed }: DataRecord): string {
  const table = ifKnown(split, (known) =>
    markdownTable(
      ['Part', 'Games', 'Pictures'],
      parts.map((part) => [part, formatCount(known[part].games), formatCount(known[part].pictures)]),
    ),
  );
  return [
    'Whole games: all pictures of a game are in one part.',
    table ?? MISSING,
    markdownFacts([['Seed of the split', ifKnown(seed, String)]]),
  ].join('\n\n');
}

const leaksText = ({ leaks }: DataRecord): string =>
  markdownFacts([
    ['Games in more than one part', ifKnown(leaks, ({ games }) => formatCount(games))],
    ['Identical pictures in more than one part', ifKnown(leaks, ({ identical }) => formatCount(identical))],
    [
      'Pictures withheld for that from the earlier part',
      ifKnown(leaks, ({ withheld }) => formatCount(withheld)),
    ],
    [
      'Near-identical pictures in more than one part, not withheld',
      ifKnown(leaks?.nearIdentical ?? null, formatCount),
    ],
  ]);
