import type { LayersModel } from '@tensorflow/tfjs';
import { largest } from '../core/extremes';
import { random } from '../core/random';
import { type Run, withProgress } from '../core/run';
import type { ClassPictures } from '../data/classData';
import { loadModel } from '../networks/modelFile';
import type { ClassModel } from '../training/classModel';
import type { Rows } from '../training/sources';
import { type AttributionMethodName, attribute } from './attribute';
import { type Attribution, gapOf } from './attribution';

/** Pictures of classes, and what a network is given of them; row i is of row i of `images`. */
export interface ExplainableData extends ClassPictures {
  pixels: Rows;
}

/** A validation picture with what each of its pixels adds to the logit of each class. */
export interface ExplainedItem {
  row: number;
  label: string;
  /** Number of the class that the network takes it for. */
  said: number;
  right: boolean;
  values: readonly Attribution[];
}

/** The trained network with the items that it is explained on. */
export type Explained = Awaited<ReturnType<typeof explainItems>>;

/** Explains the first item of each class that the network tells right, and the first that it tells wrongly, on validation, against `count` training items in equal parts of all classes. Throws what `loadModel` and `attribute` throw. */
export async function explainItems(
  run: Run,
  data: ExplainableData,
  trained: ClassModel & { folder: string },
  count: number,
) {
  const { classes, pixels } = data;
  const { model } = await loadModel(trained.folder);
  const seed = run.config.seed;
  const background = balancedRows(data, count, seed);
  const chosen = classes.flatMap((name) =>
    [true, false].flatMap((right) => {
      const fits = ({ part, label, predicted }: ClassModel['predictions'][number]): boolean =>
        part === 'validation' && label === name && (predicted.label === name) === right;
      return trained.predictions.find(fits) ?? [];
    }),
  );
  const rows = chosen.map(({ image }) => image);
  const references = pixels.read(background);
  const every = [...classes.keys()];
  const asked = { model, pictures: pixels.read(rows), seed, signal: run.signal };
  const values = await withProgress(run, 'What each pixel adds', (onProgress) =>
    attribute({ ...asked, references, outputs: () => every, onProgress }),
  );
  const items = chosen.map(({ image: row, label, predicted }, i): ExplainedItem => {
    const said = classes.indexOf(predicted.label);
    return { row, label, said, right: predicted.label === label, values: values[i]! }; // one of each
  });
  /** What pixels add to the class that is said, against other references, by another method or in another network. */
  const own = async (
    other: { method?: AttributionMethodName; references?: Float32Array; model?: LayersModel },
    of: readonly ExplainedItem[] = items,
  ): Promise<Attribution[]> => {
    const found = await attribute({
      ...{ ...asked, references, ...other },
      pictures: pixels.read(of.map(({ row }) => row)),
      outputs: (i) => [of[i]!.said], // one for each
    });
    return found.flat();
  };
  return { data, seed, model, background, items, own, signal: run.signal };
}

/** `count` training rows, as many of each class, drawn by a seed. */
export const balancedRows = (
  { classes, labels, rows }: ClassPictures,
  count: number,
  seed: number,
): number[] =>
  classes.flatMap((name) => {
    const all = rows.training.filter((row) => labels[row] === name);
    return random(seed, 'background', name)
      .shuffle(all)
      .slice(0, count / classes.length);
  });

/** What the pixels of an item add to the class that is said of it. */
export const saidValues = ({ values, said }: ExplainedItem): Attribution => values[said]!; // one of the classes

/** The largest gap of all items and classes, in units of the logit. */
export const largestGap = ({ items }: Pick<Explained, 'items'>): number =>
  largest(items.flatMap(({ values }) => values.map((one) => Math.abs(gapOf(one)))));
