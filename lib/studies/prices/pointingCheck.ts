import { byGame, type Verdict, verdictOf } from '../../explain/comparison';
import { controlNames, FINE_EDGES } from '../../explain/controls';
import { type Question, questions } from '../../explain/faithfulness';
import { type HeatMap, lowers, magnitudes, raises } from '../../explain/heatMap';
import { type Pointing, pointing } from '../../explain/pointing';
import { bootstrapMean, type Interval } from '../../metrics/intervals';
import type { CheckedPicture } from './checkedPictures';
import type { AppId } from './units';

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

/** A method beside a control on the same pictures: means over games of the differences, method − control. */
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

const part: Record<Question, (map: HeatMap) => HeatMap> = {
  raises,
  lowers,
  matters: magnitudes,
};

/** For each name one map for each picture. */
type NamedMaps = Readonly<Record<string, readonly HeatMap[]>>;

/**
 * Looks how much of each map lies inside the pictures' masks, game by game: against the masks' share of the picture, and against the
 * controls of the method's own size. The latter is the fairer chance for hits, since the largest value of a coarse map lies near the
 * border more often than any pixel does. Null when no picture has a mask; a row is left out when all of its maps are zero.
 */
export function checkPointing(
  pictures: readonly CheckedPicture[],
  methods: NamedMaps,
  controls: NamedMaps,
  seed: number,
): PointingResult | null {
  if (pictures.every(({ mask }) => mask === null)) return null;
  const rows = Object.entries({ ...methods, ...controls }).flatMap(([map, all]) =>
    questions.flatMap((question) => {
      const found = pointings(pictures, all, question).filter((row) => row !== null);
      return found.length > 0 ? [{ map, question, ...pointingFigures(found, seed) }] : [];
    }),
  );
  const comparisons = Object.entries(methods).flatMap(([method, maps]) =>
    Object.entries(controls)
      .filter(([control]) => isControlOf(control, maps))
      .flatMap(([control, theirs]) =>
        questions.flatMap((question) => {
          const compared = comparePointing(
            pointings(pictures, maps, question),
            pointings(pictures, theirs, 'matters'), // a control has no sign
            seed,
          );
          return compared ? [{ method, control, question, ...compared }] : [];
        }),
      ),
  );
  return { rows, comparisons };
}

const isControlOf = (control: string, [first]: readonly HeatMap[]): boolean =>
  control === FINE_EDGES || (first !== undefined && Object.values(controlNames(first)).includes(control));

interface PictureRow extends Pointing {
  id: AppId;
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
  const interval = (key: 'inside' | 'hit'): Interval =>
    bootstrapMean([...byGame(both, (row) => row[key]).values()], { seed });
  const [inside, hit] = [interval('inside'), interval('hit')];
  return { inside, insideVerdict: verdictOf(inside), hit, hitVerdict: verdictOf(hit) };
}

function pointingFigures(found: readonly PictureRow[], seed: number): Omit<PointingRow, 'map' | 'question'> {
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
