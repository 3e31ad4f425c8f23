import type { Interval } from '../metrics/intervals';
import {
  byItem,
  type CheckedPicture,
  meanOverItems,
  type NamedMaps,
  type Verdict,
  verdictOf,
} from './comparison';
import { controlMaps } from './controls';
import { type Question, questions } from './faithfulness';
import { type HeatMap, lowers, raises } from './heatMap';
import { type Pointing, pointing } from './pointing';

/** How far a map points at what is known to carry the label: means over items, shares from 0 to 1. */
export interface PointingRow {
  map: string;
  /** Its positive part or its negative part. */
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

const part: Record<Question, (map: HeatMap) => HeatMap> = { raises, lowers };

/**
 * Looks how much of each map lies inside the pictures' masks, item by item, against the masks' share of the picture. Beside the methods stand controls
 * of their own size, which are the fairer chance for hits, since the largest value of a coarse map lies near the border more often than
 * any pixel does; having no sign, they only raise. Null when no picture has a mask; a row is left out when all of its maps are zero.
 */
export function checkPointing(
  pictures: readonly CheckedPicture[],
  methods: NamedMaps,
  seed: number,
): PointingRow[] | null {
  if (pictures.every(({ mask }) => mask === null)) return null;
  const sizes = Object.values(methods).flatMap(([first]) => first ?? []);
  const each = pictures.map((picture) => controlMaps(picture, sizes, seed, picture.file));
  const names = Object.keys(each[0] ?? {});
  const controls: NamedMaps = Object.fromEntries(
    names.map((name) => [name, each.map((maps) => maps[name]!)]),
  ); // the same for each
  return Object.entries({ ...methods, ...controls }).flatMap(([map, all]) =>
    questions.flatMap((question) => {
      const found = pictures.flatMap((picture, i): PictureRow[] => {
        const pointed = picture.mask && pointing(part[question](all[i]!), picture.mask, picture); // one for each picture
        return pointed ? [{ id: picture.id, ...pointed }] : [];
      });
      return found.length > 0 ? [{ map, question, ...pointingFigures(found, seed) }] : [];
    }),
  );
}

interface PictureRow extends Pointing {
  id: string;
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
