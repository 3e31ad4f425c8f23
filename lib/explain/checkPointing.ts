import type { Interval } from '../metrics/intervals';
import {
  byItem,
  type CheckedPicture,
  meanOverItems,
  type NamedMaps,
  type Verdict,
  verdictOf,
} from './comparison';
import { controlMaps, controlNames, FINE_EDGES } from './controls';
import { type Question, questions } from './faithfulness';
import { type HeatMap, lowers, magnitudes, raises } from './heatMap';
import { type Pointing, pointing } from './pointing';

/** How far a map points at what is known to carry the label: means over items, shares from 0 to 1. */
export interface PointingRow {
  map: string;
  /** Its positive part, its negative part, or its magnitude. */
  question: Question;
  /** Pictures that count: with a mask, and a map that is not zero. */
  pictures: number;
  items: number;
  /** The mask's share of the picture. */
  chance: number;
  /** Share of the mass inside the mask, and that minus chance. */
  inside: number;
  lift: Interval;
  verdict: Verdict;
  /** Share of the pictures whose largest value lies inside, that minus chance, and what is to be said of it. */
  hit: number;
  hitLift: Interval;
  hitVerdict: Verdict;
}

/** A method beside a control on the same pictures: means over items of the differences, method − control. */
export interface PointingComparison {
  method: string;
  control: string;
  question: Question;
  inside: Interval;
  insideVerdict: Verdict;
  hit: Interval;
  hitVerdict: Verdict;
}

/** What was found of where maps point. Plain JSON. */
export interface PointingResult {
  rows: PointingRow[];
  comparisons: PointingComparison[];
}

const part: Record<Question, (map: HeatMap) => HeatMap> = { raises, lowers, matters: magnitudes };

/**
 * Looks how much of each map lies inside the pictures' masks, item by item: against the masks' share of the picture, and against the
 * controls of the method's own size. The latter is the fairer chance for hits, since the largest value of a coarse map lies near the
 * border more often than any pixel does. Null when no picture has a mask; a row is left out when all of its maps are zero.
 */
export function checkPointing(
  pictures: readonly CheckedPicture[],
  methods: NamedMaps,
  seed: number,
): PointingResult | null {
  if (pictures.every(({ mask }) => mask === null)) return null;
  const sizes = Object.values(methods).flatMap(([first]) => first ?? []);
  const each = pictures.map((picture) => controlMaps(picture, sizes, seed, picture.file));
  const names = Object.keys(each[0] ?? {});
  const controls: NamedMaps = Object.fromEntries(
    names.map((name) => [name, each.map((maps) => maps[name]!)]),
  ); // the same for each
  const rows = Object.entries({ ...methods, ...controls }).flatMap(([map, all]) =>
    questions.flatMap((question) => {
      const found = pointings(pictures, all, question).flatMap((row) => row ?? []);
      return found.length > 0 ? [{ map, question, ...pointingFigures(found, seed) }] : [];
    }),
  );
  const comparisons = Object.entries(methods).flatMap(([method, maps]) =>
    [...(maps[0] ? Object.values(controlNames(maps[0])) : []), FINE_EDGES].flatMap((control) => {
      const theirs = pointings(pictures, controls[control] ?? [], 'matters'); // a control has no sign
      return questions.flatMap((question) => {
        const compared = comparePointing(pointings(pictures, maps, question), theirs, seed);
        return compared ? [{ method, control, question, ...compared }] : [];
      });
    }),
  );
  return { rows, comparisons };
}

interface PictureRow extends Pointing {
  id: string;
}

/** Where each picture's map points; null where there is no mask or nothing in the map. */
const pointings = (
  pictures: readonly CheckedPicture[],
  maps: readonly HeatMap[],
  question: Question,
): (PictureRow | null)[] =>
  pictures.map((picture, i) => {
    const pointed = picture.mask && pointing(part[question](maps[i]!), picture.mask, picture); // one for each picture
    return pointed ? { id: picture.id, ...pointed } : null;
  });

function comparePointing(
  ours: readonly (PictureRow | null)[],
  theirs: readonly (PictureRow | null)[],
  seed: number,
): Omit<PointingComparison, 'method' | 'control' | 'question'> | null {
  const both = ours.flatMap((own, i) => {
    const other = theirs[i];
    return own && other ? [{ id: own.id, inside: own.inside - other.inside, hit: own.hit - other.hit }] : [];
  });
  if (both.length === 0) return null;
  const inside = meanOverItems(both, (row) => row.inside, { seed });
  const hit = meanOverItems(both, (row) => row.hit, { seed });
  return { inside, insideVerdict: verdictOf(inside), hit, hitVerdict: verdictOf(hit) };
}

function pointingFigures(found: readonly PictureRow[], seed: number): Omit<PointingRow, 'map' | 'question'> {
  const chance = meanOverItems(found, (row) => row.chance, { seed }).estimate;
  const lift = meanOverItems(found, (row) => row.inside - row.chance, { seed });
  const hitLift = meanOverItems(found, (row) => row.hit - row.chance, { seed });
  return {
    pictures: found.length,
    items: byItem(found, (row) => row.chance).size,
    chance,
    inside: chance + lift.estimate,
    lift,
    verdict: verdictOf(lift),
    hit: chance + hitLift.estimate,
    hitLift,
    hitVerdict: verdictOf(hitLift),
  };
}
