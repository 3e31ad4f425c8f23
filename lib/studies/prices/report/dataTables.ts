import type { Part } from '../../../core/concepts';
import { ReportError } from '../../../core/errors';
import type { NearDuplicates } from '../../../data/nearDuplicates';
import type { PartRows } from '../../../data/partRows';
import { parts } from '../../../data/split';
import type { ImageStore } from '../../../images/store';
import type { FeatureRow } from '../../../networks/featureStage';
import type { Sample } from '../../../report/distributionCharts';
import { formatPercent } from '../../../report/format';
import type { Columns } from '../../../report/tables';
import type { Selection } from '../games';
import type { compareRules } from '../outliers';
import { truePrices } from '../preparedData';
import { formatPrice } from '../units';

/** How many pictures each game of the table has. */
export const pictureCounts = ({ catalogue, index }: Selection): number[] =>
  catalogue.games.map(({ id }) => index?.games.get(id)?.length ?? 0);

/** What table and folders do not have in common, and the pictures that are not used because of that. */
export const indexFacts = ({ index }: Pick<Selection, 'index'>): Record<string, number> => ({
  'Games with pictures': index?.games.size ?? 0,
  'Games of the table without pictures': index?.withoutPictures.length ?? 0,
  'Folders that no game of the table claims': index?.withoutGame.length ?? 0,
  'Folders whose name is not an appid': index?.malformedFolders.length ?? 0,
  'Pictures that rows list and that are not there': index?.missing.length ?? 0,
  'Pictures in folders of games that no row lists': index?.unlisted.length ?? 0,
  'Pictures in folders that no game claims':
    index?.withoutGame.reduce((sum, { images }) => sum + images, 0) ?? 0,
});

/** The columns of the outcomes of outlier rules. */
export const ruleColumns: Columns<ReturnType<typeof compareRules>[number]> = {
  rule: ['Rule, and where its limit comes from', ({ kind, why }) => `${kind}: ${why}`],
  removed: 'Removed',
  removedShare: ['Share', formatPercent],
  kept: 'Kept',
};

/** What is left out on the way from the table to the games used. */
export const selectionSteps = ({ catalogue, index, rule, removed, kept }: Selection) => [
  { step: 'Games in the table', games: catalogue.games.length },
  { step: 'without pictures', games: -(index?.withoutPictures.length ?? 0) },
  { step: `removed by the ${rule.kind} outlier rule`, games: -removed.length },
  { step: 'Games used', games: kept.length },
];

/** Games and pictures of each part. */
export const partSizes = ({ split, kept }: Selection, { rows }: PartRows) =>
  parts.map((part) => ({
    part,
    games: split[part].length,
    share: split[part].length / kept.length,
    images: rows[part].length,
  }));

/** The prices of the games of each part. */
export function pricesOfParts(selection: Selection): (Sample & { name: Part })[] {
  const prices = truePrices(selection);
  return parts.map((part) => ({
    name: part,
    values: selection.split[part].flatMap((id) => prices.get(id) ?? []),
    colour: `@${part}`,
  }));
}

/** The labels of the training pictures: the prices of their games. */
export function pictureLabels(selection: Selection, { index }: ImageStore, { rows }: PartRows) {
  const prices = truePrices(selection);
  return rows.training.map((row) => {
    const [id, file] = [index.columns.item[row]!, index.columns.file[row]!]; // a row of the store
    return { row, id, file, price: prices.get(id)! }; // of a kept game
  });
}

/** The columns of `pictureLabels`. */
export const labelColumns: Columns<ReturnType<typeof pictureLabels>[number]> = {
  row: 'Row',
  id: 'appid',
  file: 'File',
  price: ['Label', formatPrice],
};

/** What the parts have in common. */
export const leakRows = ({ leaks, withheld }: PartRows) => [
  { check: 'Games in more than one part', found: leaks.items.length },
  { check: 'Identical pictures in more than one part', found: leaks.pictures.length },
  { check: 'Pictures withheld because of that', found: withheld.length },
];

/** Throws `BAD_INPUT` when a game is in two parts, which no split of whole games allows. */
export function requireNoSharedGame({ leaks }: PartRows): void {
  if (leaks.items.length === 0) return;
  const ids = leaks.items.map(({ id }) => id).join(', ');
  throw new ReportError('BAD_INPUT', `Games are in two parts: ${ids}. Delete data/split and run this again.`);
}

/** Near-identical pictures, a line for each group. */
export const sharedRows = (groups: readonly NearDuplicates[]) =>
  groups.map(({ parts: shared, pictures }) => ({
    parts: shared.join(', '),
    files: pictures.map(({ file }) => file.replace('screenshots/', '')).join(', '),
  }));

/** Original pictures and augmented copies of each part. */
export const copiesByPart = (rows: readonly FeatureRow[]) =>
  parts.map((part) => {
    const own = rows.filter((row) => row.part === part);
    const originals = own.filter(({ variant }) => variant === 0).length;
    return { part, originals, copies: own.length - originals };
  });
