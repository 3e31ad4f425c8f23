import { bootstrapMean, type Interval } from '../evaluation/intervals';
import { byGame, type Verdict, verdictOf } from '../explain/comparison';
import { type Question, questions } from '../explain/faithfulness';
import { type HeatMap, lowers, raises } from '../explain/heatMap';
import { type Pointing, pointing } from '../explain/pointing';
import type { CheckedPicture } from './checkedPictures';

/** How far a map points at what is known to carry the price: means over games, shares from 0 to 1. */
export interface PointingRow {
  map: string;
  /** Its positive part, its negative part, or its magnitude. */
  question: Question;
  /** Pictures that count: with a mask, and a map that is not zero. */
  pictures: number;
  games: number;
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

const part: Record<Question, (map: HeatMap) => HeatMap> = {
  raises,
  lowers,
  matters: (map) => ({ ...map, values: map.values.map(Math.abs) }),
};

/**
 * Looks how much of each map lies inside the pictures' masks, against the masks' share of the picture, game by game. `maps`: for each name one map for
 * each picture. Null when no picture has a mask; a row is left out when all of its maps are zero.
 */
export function checkPointing(
  pictures: readonly CheckedPicture[],
  maps: Readonly<Record<string, readonly HeatMap[]>>,
  seed: number,
): PointingRow[] | null {
  if (pictures.every(({ mask }) => mask === null)) return null;
  return Object.entries(maps).flatMap(([map, all]) =>
    questions.flatMap((question) => {
      const found = pictures.flatMap((picture, i) => {
        const pointed = picture.mask && pointing(part[question](all[i]!), picture.mask, picture); // one for each picture
        return pointed ? [{ appid: picture.appid, ...pointed }] : [];
      });
      return found.length > 0 ? [{ map, question, ...pointingFigures(found, seed) }] : [];
    }),
  );
}

function pointingFigures(
  found: readonly (Pointing & Pick<CheckedPicture, 'appid'>)[],
  seed: number,
): Omit<PointingRow, 'map' | 'question'> {
  const interval = (value: (row: Pointing) => number): Interval =>
    bootstrapMean([...byGame(found, value).values()], { seed });
  const chance = interval((row) => row.chance).estimate;
  const lift = interval((row) => row.inside - row.chance);
  const hitLift = interval((row) => row.hit - row.chance);
  return {
    pictures: found.length,
    games: byGame(found, ({ chance }) => chance).size,
    chance,
    inside: chance + lift.estimate,
    lift,
    verdict: verdictOf(lift),
    hit: chance + hitLift.estimate,
    hitLift,
    hitVerdict: verdictOf(hitLift),
  };
}
