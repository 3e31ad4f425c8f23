import { mean } from '../data/numbers';
import { type BootstrapOptions, pairedDifference } from '../metrics/intervals';
import { byItem, type CheckedPicture, type NamedMaps, verdictOf } from './comparison';
import { controlMaps, controlNames } from './controls';
import {
  type Faithfulness,
  faithfulness,
  type Question,
  questions,
  type RemovalSettings,
  removalScores,
  type Scores,
} from './faithfulness';
import type { HeatMap } from './heatMap';
import { rankPixels } from './removal';

export type Measure = keyof Faithfulness;

/** The measures in the order in which they are shown. */
export const measures: readonly Measure[] = ['deletion', 'insertion', 'road'];

/** How faithful a map of one picture is: by a method or a control, asked one question. */
export interface JudgedMap {
  id: string;
  map: string;
  question: Question;
  figures: Faithfulness;
}

/** A method (its mean `area`) beside a control, on the same items; `difference` is method − control. */
export type ComparisonRow = ReturnType<typeof compareWithControls>[number];

/** Compares methods with controls of the same size, item by item, by removing pixels in the order of their maps. Throws what `removalScores` and `onPicture` throw. */
export async function checkFaithfulness(
  pictures: readonly CheckedPicture[],
  maps: NamedMaps,
  scores: Scores,
  settings: RemovalSettings,
  onPicture: (done: number) => void | Promise<void> = () => {},
): Promise<ComparisonRow[]> {
  const judged: JudgedMap[] = [];
  for (const [i, picture] of pictures.entries()) {
    const asked = removalOrders(picture, i, maps, settings.seed);
    const orders = asked.map(({ order }) => order);
    const found = await removalScores(picture, orders, scores, settings);
    asked.forEach(({ map, answers }, k) => {
      for (const question of answers) {
        judged.push({ id: picture.id, map, question, figures: faithfulness(found[k]!, question) }); // one for each order
      }
    });
    await onPicture(i + 1);
  }
  return Object.entries(maps).flatMap(([method, [first]]) =>
    first
      ? compareWithControls(judged, method, Object.values(controlNames(first)), { seed: settings.seed })
      : [],
  );
}

/** The orders of a picture's pixels: a method's map gives each question one of its own, a control has no sign and one for all. */
function removalOrders(picture: CheckedPicture, i: number, maps: NamedMaps, seed: number) {
  const order = (map: HeatMap): Int32Array => rankPixels(map, picture, seed, picture.file);
  const own = Object.entries(maps).map(([map, all]) => ({ map, found: all[i]! })); // one for each picture
  const sizes = own.map(({ found }) => found);
  const controls = controlMaps(picture, sizes, seed, picture.file);
  return [
    ...own.flatMap(({ map, found }): { map: string; answers: readonly Question[]; order: Int32Array }[] => [
      { map, answers: ['raises'], order: order(found) },
      { map, answers: ['lowers'], order: order({ ...found, values: found.values.map((value) => -value) }) },
    ]),
    ...Object.entries(controls).map(([map, found]) => ({ map, answers: questions, order: order(found) })),
  ];
}

const rowsOf = (judged: readonly JudgedMap[], map: string, question: Question): JudgedMap[] =>
  judged.filter((row) => row.map === map && row.question === question);

/** A method beside each of its controls, item by item. Throws `BAD_INPUT` when a control was not asked about the same items. */
export function compareWithControls(
  judged: readonly JudgedMap[],
  method: string,
  controls: readonly string[],
  options: BootstrapOptions,
) {
  return controls.flatMap((control) =>
    questions.flatMap((question) =>
      measures.map((measure) => {
        const areas = (map: string) =>
          byItem(rowsOf(judged, map, question), ({ figures }) => figures[measure]);
        const [ours, theirs] = [areas(method), areas(control)];
        const same = [...ours.keys()].map((id) => theirs.get(id) ?? Number.NaN); // refused there
        const difference = pairedDifference([...ours.values()], same, options);
        const area = mean([...ours.values()]);
        return { method, control, question, measure, area, difference, verdict: verdictOf(difference) };
      }),
    ),
  );
}
