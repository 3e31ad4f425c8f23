import type { ClassData } from '../data/classData';
import type { Look } from '../training/looks';
import { principalComponents } from '../training/principalComponents';
import type { Chart } from './charts';
import { seriesColour } from './charts';
import { formatNumber } from './format';
import { encodeSquare } from './gallery';
import { marks } from './traces';

/** Pictures on a map. */
const MOST = 300;

/** Test pictures by the two directions in which what a look gives of them differs most, coloured by class; each is shown while its mark is pointed at. */
export async function pictureMap(
  { images, rows, labels, classes }: ClassData,
  look: Look,
  seed: number,
): Promise<Chart> {
  const { shape, read } = await look.rows(async () => images);
  const own = rows.test.slice(0, MOST);
  const places = principalComponents(read(own), shape[2], 2, seed).project(read(own));
  const faces = await Promise.all(own.map((row) => encodeSquare(images.readOne(row), images.size)));
  const byClass = classes.map((name) => own.flatMap((row, i) => (labels[row] === name ? [i] : [])));
  const middle = (of: readonly number[], axis: 0 | 1) =>
    formatNumber(of.reduce((sum, i) => sum + places[2 * i + axis]!, 0) / of.length, 2); // two for each face
  return {
    title: `A map of ${own.length} test pictures`,
    alt: byClass
      .map((of, k) => `${classes[k]}: ${of.length} pictures around ${middle(of, 0)}, ${middle(of, 1)}.`)
      .join(' '),
    traces: byClass.map((of, k) => {
      const name = classes[k]!; // one for each
      const at = (axis: 0 | 1) => of.map((i) => places[2 * i + axis]!);
      const pictures = of.map((i) => faces[i]!); // a face each
      const points = { name, x: at(0), y: at(1), words: of.map(() => name), pictures };
      return marks(points, { color: `${seriesColour(k)}/0.7`, size: 8 });
    }),
    layout: {
      hovermode: 'closest',
      xaxis: { title: { text: 'First direction' } },
      yaxis: { title: { text: 'Second direction' } },
    },
    height: 460,
  };
}
