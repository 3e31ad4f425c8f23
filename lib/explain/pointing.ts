import { byItem, type CheckedPicture, meanOverItems, type NamedMaps, verdictOf } from './comparison';
import { boxPlaces, controlMaps, type PlacedPicture } from './controls';
import { type Question, questions } from './faithfulness';
import { type HeatMap, lowers, raises } from './heatMap';
import { resizeMap } from './resize';

/** How far a map points at what is known to carry the label: means over items, shares from 0 to 1. */
export type PointingRow = NonNullable<ReturnType<typeof checkPointing>>[number];

const part: Record<Question, (map: HeatMap) => HeatMap> = { raises, lowers };

/** How much of each map lies in the pictures' masks, beside controls as coarse; null without masks, no row for maps that are all zero. */
export function checkPointing(pictures: readonly CheckedPicture[], methods: NamedMaps, seed: number) {
  if (pictures.every(({ mask }) => mask === null)) return null;
  const sizes = Object.values(methods).flatMap(([first]) => first ?? []);
  const each = pictures.map((picture) => controlMaps(picture, sizes, seed, picture.file));
  const names = Object.keys(each[0] ?? {});
  const controls = names.map((name) => [name, each.map((maps) => maps[name]!)] as const); // the same for each
  return [...Object.entries(methods), ...controls].flatMap(([map, all]) =>
    questions.flatMap((question) => {
      const found = pictures.flatMap((picture, i) => {
        const pointed = picture.mask && pointing(part[question](all[i]!), picture.mask, picture); // one for each picture
        return pointed ? [{ id: picture.id, ...pointed }] : [];
      });
      if (found.length === 0) return [];
      const chance = meanOverItems(found, (row) => row.chance, { seed }).estimate;
      const lift = meanOverItems(found, (row) => row.inside - row.chance, { seed });
      const hitLift = meanOverItems(found, (row) => row.hit - row.chance, { seed });
      return {
        map,
        /** Its positive part or its negative part. */
        question,
        /** Pictures that count: with a mask, and a map that is not zero. */
        pictures: found.length,
        items: byItem(found, (row) => row.chance).size,
        /** The mask's share of the picture. */
        chance,
        /** Share of the mass inside the mask, and that minus chance. */
        inside: chance + lift.estimate,
        lift,
        verdict: verdictOf(lift),
        /** Share of the pictures whose largest value lies inside, that minus chance, and what is to be said of it. */
        hit: chance + hitLift.estimate,
        hitLift,
        hitVerdict: verdictOf(hitLift),
      };
    }),
  );
}

/** Where a map points; all are shares from 0 to 1. */
export type Pointing = NonNullable<ReturnType<typeof pointing>>;

/** The share of a map's mass inside a mask, and whether its largest value is there (Zhang et al. 2016, no tolerance), padding left out; null for no mass. */
export function pointing(map: HeatMap, mask: Uint8Array, { size, box }: Pick<PlacedPicture, 'size' | 'box'>) {
  const { values } = resizeMap(map, size, size);
  const places = boxPlaces(size, box);
  const sum = (some: readonly number[]): number => some.reduce((total, at) => total + values[at]!, 0); // in the square
  const most = places.reduce((largest, at) => Math.max(largest, values[at]!), 0);
  if (most === 0) return null;
  const largest = places.filter((at) => values[at] === most);
  const masked = (some: readonly number[]): number[] => some.filter((at) => mask[at]);
  return {
    inside: sum(masked(places)) / sum(places),
    /** 1 when the map's largest value lies inside; where several are largest, the share of them. */
    hit: masked(largest).length / largest.length,
    /** Of the picture that the mask covers: both figures of a map that knows nothing. */
    chance: masked(places).length / places.length,
  };
}
