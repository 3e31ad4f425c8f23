import path from 'node:path';
import type { Tensor1D } from '@tensorflow/tfjs';
import { largest } from '../core/extremes';
import type { LabelledFile } from '../data/folders';
import type { ClassNetwork } from '../explain/classNetwork';
import { normaliseTogether, raises } from '../explain/heatMap';
import { outputColumn, type ScoreTarget } from '../explain/scoreTarget';
import type { ImageStore } from '../images/store';
import type { SaidClass } from '../metrics/judgedClasses';
import { findsOf, type Judged, type PositiveData } from '../metrics/judgedScores';
import { tensorflow } from '../tensorflow/backend';
import { formatPercent } from './format';
import { encodeSquare, type Picture, type PictureRow, storedPicture } from './gallery';
import { mapLayer } from './heatMaps';

/** Pictures in a row at most. */
const SHOWN = 4;

/** Test pictures that a network of two classes finds, misses and falsely takes for the positive one, under what raises the evidence for that class; all maps of a row at one scale. `data` has the pictures as the network takes them. */
export async function lookRows(
  network: ClassNetwork,
  { images, classes, positive }: PositiveData,
  judged: Judged,
): Promise<PictureRow[]> {
  const place = classes.indexOf(positive);
  const logOdds: ScoreTarget = (output) =>
    tensorflow().tf.sub(outputColumn(place)(output), outputColumn(1 - place)(output));
  const rows: PictureRow[] = [];
  for (const [kind, found] of Object.entries(findsOf(judged))) {
    const shown = found.slice(0, SHOWN).map(({ file, score }) => ({ file, caption: formatPercent(score) }));
    if (shown.length > 0)
      rows.push(await mapRow(network, images, `${kind}: ${found.length}`, shown, logOdds));
  }
  return rows;
}

/** For each class the test pictures that a network is surest of, rightly, under what raises the evidence for it over the mean of all; all maps of a row at one scale. `data` has the pictures as the network takes them. */
export async function classLookRows(
  network: ClassNetwork,
  { images, classes }: Pick<PositiveData, 'images' | 'classes'>,
  said: readonly SaidClass[],
): Promise<PictureRow[]> {
  const rows: PictureRow[] = [];
  for (const [place, name] of classes.entries()) {
    const above: ScoreTarget = (output) =>
      tensorflow().tf.sub(outputColumn(place)(output), output.mean(1)) as Tensor1D; // one for each row
    const right = said.filter(({ label, predicted }) => label === name && predicted.label === name);
    const sure = ({ predicted }: SaidClass): number => predicted.probabilities[place]!; // of that class
    const shown = [...right].sort((a, b) => sure(b) - sure(a)).slice(0, SHOWN);
    const captioned = shown.map((one) => ({ file: one.file, caption: formatPercent(sure(one)) }));
    if (shown.length > 0) rows.push(await mapRow(network, images, `**${name}**`, captioned, above));
  }
  return rows;
}

/** Pictures that are told wrongly, the surest first, each with what is said of it and what it is. */
export function mistakes(images: ImageStore, said: readonly SaidClass[], count: number): Promise<Picture[]> {
  const sure = ({ predicted }: SaidClass): number => largest(predicted.probabilities);
  const wrong = said.filter(({ label, predicted }) => predicted.label !== label);
  const shown = wrong.sort((a, b) => sure(b) - sure(a)).slice(0, count);
  return Promise.all(
    shown.map((one) => {
      const row = images.index.columns.file.indexOf(one.file);
      const words = `**${one.predicted.label}** ${formatPercent(sure(one))}, is ${one.label}`;
      return storedPicture(images, row, one.file, words);
    }),
  );
}

/** Pictures of the store with their maps, all at one scale. */
async function mapRow(
  network: ClassNetwork,
  images: ImageStore,
  caption: string,
  shown: readonly { file: string; caption: string }[],
  target: ScoreTarget,
): Promise<PictureRow> {
  const stored = shown.map(({ file }) => images.index.columns.file.indexOf(file));
  const read = (own: readonly number[]) => images.read(own.map((i) => stored[i]!)); // below the count
  const maps = await network.maps({ count: shown.length, read }, target);
  const layers = normaliseTogether(maps.map(raises));
  const pictures = shown.map(
    async ({ file, caption: words }, i): Promise<Picture> => ({
      src: await encodeSquare(images.readOne(stored[i]!), images.size), // one of each, here and below
      over: await mapLayer(layers[i]!),
      ...{ alt: file, caption: words },
    }),
  );
  return { caption, pictures: await Promise.all(pictures) };
}

/** What a network of two classes says of files, for a gallery; of how many it is known what they show, which are told wrongly, and what cannot be read. */
export async function askPictures(
  network: ClassNetwork,
  files: readonly LabelledFile[],
  filter: Pick<PositiveData, 'positive' | 'classes'> & { size: number; threshold: number },
) {
  const { positive, classes, size, threshold } = filter;
  const answers = await network.ask(files.map(({ file }) => file));
  const [pictures, wrong, unread]: [Picture[], string[], string[]] = [[], [], []];
  let known = 0;
  for (const [i, { file, label }] of files.entries()) {
    const caption = path.parse(file).name;
    const answer = answers[i]!; // one for each
    if ('reason' in answer) unread.push(`${caption} (${answer.reason})`);
    else {
      if (label !== null) known++;
      const probability = answer.probabilities[classes.indexOf(positive)]!; // one of the classes
      const right = label === null || probability >= threshold === (label === positive);
      if (!right) wrong.push(caption);
      const words = `${caption}: ${formatPercent(probability)}${right ? '' : ', **wrong**'}`;
      pictures.push({ src: await encodeSquare(answer.picture.pixels, size), alt: caption, caption: words });
    }
  }
  return { pictures, known, wrong, unread };
}
