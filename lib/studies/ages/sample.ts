import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { random } from '../../core/random';
import { drawTogether, jpegTask } from '../../samples/drawTogether';
import { drawFace, type Person } from './face';

/** One picture of the sample. Plain JSON. */
export interface SampleFace extends Person {
  /** Relative to the sample's folder. */
  file: string;
  label: string;
  /** Seed of the drawing: pictures of one face look the same. */
  face: string;
  /** Its side in pixels. */
  side: number;
}

/** Each class, its share as in the contest, and its years. */
const classes = [
  ['MIDDLE', 0.54, 30, 50],
  ['YOUNG', 0.34, 3, 29],
  ['OLD', 0.12, 51, 85],
] as const;

const counts = { Train: 1500, Test: 300 };

/** Training pictures that are those of a face that is there already. */
const AGAIN = 12;

/** Decides whose faces there are; a few of the training part are there twice, and a few of these as another class. */
export function planSample(seed: number): SampleFace[] {
  const draw = random(seed, 'ages sample');
  const numbers = draw.shuffle(Array.from({ length: counts.Train + counts.Test }, (_, i) => i + 1));
  const faces = numbers.map((number, i): SampleFace => {
    const part = i < counts.Train ? 'Train' : 'Test';
    const place = ((i < counts.Train ? i : i - counts.Train) + 0.5) / counts[part];
    const [label, , from, to] = classes[place < 0.54 ? 0 : place < 0.88 ? 1 : 2];
    const file = `${part}/${number}.jpg`;
    return {
      ...{ file, label, age: draw.integer(from, to), male: draw.next() < 0.5 },
      ...{ face: `${seed} ${file}`, side: 96 },
    };
  });
  for (let i = 0; i < AGAIN; i++) {
    const { face, age, male, label } = faces[i * 60]!; // of the first 720, none of them a copy
    const at = counts.Train - 1 - i * 60; // of the last 720
    faces[at] = { ...faces[at]!, face, age, male, label: i % 4 === 0 ? faces[at]!.label : label, side: 90 }; // there
  }
  return faces.sort((a, b) => (a.face < b.face ? -1 : 1));
}

/** Draws a sample into `folder` as the contest lays out its data. The same seed gives the same bytes on the same machine. */
export async function makeSample(folder: string, seed: number): Promise<void> {
  const faces = planSample(seed);
  await drawTogether(drawFaces, folder, faces);
  const rowsOf = (part: string, row: (face: SampleFace, id: string) => string): string[] =>
    faces.filter(({ file }) => file.startsWith(part)).map((face) => row(face, path.basename(face.file)));
  const training = rowsOf('Train', ({ label, male }, id) => `${id},${label},${male ? 'Male' : 'Female'}`);
  await writeFile(path.join(folder, 'train.csv'), `${['ID,Class,gender', ...training].join('\n')}\n`);
  await writeFile(path.join(folder, 'test.csv'), `${['ID', ...rowsOf('Test', (_, id) => id)].join('\n')}\n`);
}

/** Draws faces and writes them as files. */
export const drawFaces = jpegTask(
  'studies/ages/sample',
  'drawFaces',
  ({ face, side, ...person }: SampleFace) => ({
    canvas: drawFace(random(0, face), person),
    width: side,
    height: side,
  }),
);
