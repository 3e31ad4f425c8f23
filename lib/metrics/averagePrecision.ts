import { mean } from '../data/numbers';
import { areaOf, type Detection, sharedArea } from './boxes';

/** An object that a picture shows. */
export interface ShownObject extends Pick<Detection, 'label' | 'box'> {
  /** Name of the picture. */
  picture: string;
  /** True for a box around many objects: finding it, however often, counts neither for nor against. */
  crowd?: boolean;
}

/** An object that was found in the picture of that name. */
export type FoundObject = Detection & Pick<ShownObject, 'picture'>;

/** What counts as finding an object. */
export interface Matching {
  /** Shares of their union that both boxes must have in common; the means over them are given. */
  ious: readonly number[];
  /** Smallest and largest area of objects that count. */
  areas: readonly [low: number, high: number];
  /** Detections of a label in a picture, the best ones, that count. */
  most: number;
}

/** COCO's thresholds for boxes: 0.5, 0.55, … 0.95. */
export const cocoIous: readonly number[] = Array.from({ length: 10 }, (_, i) => 0.5 + 0.05 * i);

/** Average precision and recall for each label that a picture shows, as COCO computes them (Lin et al., 2014): precision at 101 recalls. */
export function averagePrecision(
  shown: readonly ShownObject[],
  found: readonly FoundObject[],
  { ious = cocoIous, areas: [low, high] = [0, Infinity], most = 100 }: Partial<Matching> = {},
) {
  const inside = ({ box }: Pick<Detection, 'box'>): boolean => areaOf(box) >= low && areaOf(box) <= high;
  const pictures = [...new Set([...shown, ...found].map(({ picture }) => picture))];
  return [...new Set(shown.map(({ label }) => label))].flatMap((label) => {
    const byPicture = pictures.map((picture) => {
      const isHere = (one: ShownObject): boolean => one.picture === picture && one.label === label;
      const objects = shown.filter(isHere).map((one) => ({ ...one, wanted: !one.crowd && inside(one) }));
      objects.sort((a, b) => Number(b.wanted) - Number(a.wanted));
      return { objects, said: found.filter(isHere).sort(byScore).slice(0, most) };
    });
    const count = byPicture.flatMap(({ objects }) => objects.filter(({ wanted }) => wanted)).length;
    if (count === 0) return [];
    const curves = ious.map((limit) => {
      const judged = byPicture.flatMap(({ objects, said }) => matched(said, objects, limit));
      const counted = judged.filter(({ match, one }) => (match ? match.wanted : inside(one)));
      return precisionAndRecall(
        counted.sort((a, b) => byScore(a.one, b.one)).map(({ match }) => match !== null),
        count,
      );
    });
    const [precision, recall] = [mean(curves.map(([first]) => first)), mean(curves.map(([, last]) => last))];
    return [{ label, count, precision, recall }];
  });
}

const byScore = (a: Detection, b: Detection): number => b.score - a.score;

/** The object that each detection has found, the best detection first: of those that are still free the one that it overlaps most. Objects that count come first. */
function matched<O extends ShownObject & { wanted: boolean }>(
  said: readonly FoundObject[],
  objects: readonly O[],
  limit: number,
) {
  const taken = new Set<O>();
  return said.map((one) => {
    let match: O | null = null;
    let reach = limit;
    for (const object of objects) {
      if (match?.wanted && !object.wanted) break;
      if (taken.has(object) && !object.crowd) continue;
      const shared = sharedArea(one.box, object.box);
      const all = object.crowd ? areaOf(one.box) : areaOf(one.box) + areaOf(object.box) - shared;
      if (shared / all >= reach) [match, reach] = [object, shared / all];
    }
    if (match) taken.add(match);
    return { one, match };
  });
}

/** Of detections in the order of their scores, each right or wrong: the mean of the best precision from each of 101 recalls on, and the last recall. */
function precisionAndRecall(right: readonly boolean[], count: number): [precision: number, recall: number] {
  let hits = 0;
  const points = right.map((hit, i) => {
    if (hit) hits++;
    return { recall: hits / count, precision: hits / (i + 1) };
  });
  const best = (recall: number): number =>
    points.reduce((most, one) => (one.recall >= recall ? Math.max(most, one.precision) : most), 0);
  return [mean(Array.from({ length: 101 }, (_, i) => best(i * 0.01))), hits / count];
}
