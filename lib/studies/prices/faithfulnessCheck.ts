import {
  type AreaRow,
  areaRows,
  type ComparisonRow,
  compareWithControls,
  type JudgedMap,
} from '../../explain/comparison';
import { controlMaps, controlNames, FINE_EDGES } from '../../explain/controls';
import {
  faithfulness,
  type Question,
  questions,
  type RemovalScores,
  type RemovalSettings,
  removalScores,
  type Scores,
} from '../../explain/faithfulness';
import type { HeatMap } from '../../explain/heatMap';
import { rankPixels } from '../../explain/removal';
import type { CheckedPicture } from './checkedPictures';

/** The mean curves of a map over the pictures: the change of the score since the whole picture (deletion) or the blurred one (insertion). */
export interface CurveRow {
  map: string;
  /** Whether the largest values (`raises`) or the smallest (`lowers`) go first, or the largest magnitudes. */
  question: Question;
  /** One for each step from 0 to all pixels. */
  deletion: number[];
  insertion: number[];
}

/** What was found of the methods' faithfulness. Plain JSON. */
export interface FaithfulnessResult {
  curves: CurveRow[];
  areas: AreaRow[];
  comparisons: ComparisonRow[];
}

/**
 * Takes every picture apart by each method's maps and by the controls of the same size, and compares them game by game. `maps`: for each
 * method one map for each picture. `onPicture` is told after each, and may throw to end it. Throws `BAD_INPUT` as `removalScores` does.
 */
export async function checkFaithfulness(
  pictures: readonly CheckedPicture[],
  maps: Readonly<Record<string, readonly HeatMap[]>>,
  scores: Scores,
  settings: RemovalSettings,
  onPicture: (done: number) => void | Promise<void> = () => {},
): Promise<FaithfulnessResult> {
  const judged: JudgedMap[] = [];
  const sums = new Map<string, CurveRow>();
  for (const [i, picture] of pictures.entries()) {
    const own = Object.fromEntries(Object.entries(maps).map(([name, all]) => [name, all[i]!])); // one for each picture
    const asked = [
      ...methodOrders(own, picture, settings.seed),
      ...controlOrders(own, picture, settings.seed),
    ];
    const found = removalScores(
      picture,
      asked.map(({ order }) => order),
      scores,
      settings,
    );
    asked.forEach(({ map, answers }, k) => {
      const answer = found[k]!; // one for each order
      for (const question of answers) {
        judged.push({ id: picture.id, map, question, figures: faithfulness(answer, question) });
        addCurves(sums, map, question, answer, 1 / pictures.length);
      }
    });
    await onPicture(i + 1);
  }
  const options = { seed: settings.seed };
  const comparisons = Object.entries(maps).flatMap(([method, [first]]) =>
    first
      ? compareWithControls(judged, method, [...Object.values(controlNames(first)), FINE_EDGES], options)
      : [],
  );
  return { curves: [...sums.values()], areas: areaRows(judged, options), comparisons };
}

/** An order of a picture's pixels, the map it comes from, and the questions it answers. */
interface AskedOrder {
  map: string;
  answers: readonly Question[];
  order: Int32Array;
}

/** A method's map answers each question by an order of its own. */
const methodOrders = (
  maps: Readonly<Record<string, HeatMap>>,
  picture: CheckedPicture,
  seed: number,
): AskedOrder[] =>
  Object.entries(maps).flatMap(([name, map]) => {
    const ranked = (question: Question, change: (value: number) => number): AskedOrder => ({
      map: name,
      answers: [question],
      order: rankPixels({ ...map, values: map.values.map(change) }, picture, seed, picture.file),
    });
    return [
      ranked('raises', (value) => value),
      ranked('lowers', (value) => -value),
      ranked('matters', Math.abs),
    ];
  });

/** A control has no sign: its order answers every question. */
const controlOrders = (
  maps: Readonly<Record<string, HeatMap>>,
  picture: CheckedPicture,
  seed: number,
): AskedOrder[] =>
  Object.entries(controlMaps(picture, Object.values(maps), seed, picture.file)).map(([name, map]) => ({
    map: name,
    answers: questions,
    order: rankPixels(map, picture, seed, picture.file),
  }));

function addCurves(
  sums: Map<string, CurveRow>,
  map: string,
  question: Question,
  { whole, deletion, insertion }: RemovalScores,
  weight: number,
): void {
  const key = `${question} ${map}`;
  const { length } = deletion;
  const row = sums.get(key) ?? {
    map,
    question,
    deletion: Array<number>(length).fill(0),
    insertion: Array<number>(length).fill(0),
  };
  row.deletion = row.deletion.map((sum, i) => sum + weight * (deletion[i]! - whole)); // as long, as the next
  row.insertion = row.insertion.map((sum, i) => sum + weight * (insertion[i]! - insertion[0]!));
  sums.set(key, row);
}
