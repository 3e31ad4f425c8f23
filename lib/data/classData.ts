import type { Part } from '../core/concepts';
import type { Run } from '../core/run';
import { openPictures, planStore } from '../images/pictureStage';
import type { ImageStore } from '../images/store';
import type { ClassFolders } from './classFolders';
import { dealRows, type PartRows } from './partRows';
import { parts } from './split';

/** Pictures of classes, prepared and dealt to parts. */
export interface ClassData extends ClassFolders, PartRows {
  images: ImageStore;
  /** The class of each row of `images`. */
  labels: readonly string[];
  /** Stands for the pictures, their classes and their parts. */
  key: string;
}

/** What a model of classes learns from: pictures with the class of each, dealt to parts. */
export type ClassPictures = Pick<ClassData, 'classes' | 'rows' | 'images' | 'labels'>;

/** Prepares the pictures of class folders. Their store stays open until the process ends. Throws what preparing throws. */
export async function prepareClasses(run: Run, set: ClassFolders): Promise<ClassData> {
  const pictures = set.items.flatMap(({ id, files }) => files.map((file) => ({ id, file })));
  const plan = await planStore(run, set.folder, pictures);
  const { value: images, key } = await openPictures(run, plan);
  const labelOf = new Map(set.items.map(({ id, label }) => [id, label]));
  const labels = images.index.columns.item.map((id) => labelOf.get(id)!); // items of the set
  return { ...set, ...dealRows(images, set.split), images, labels, key };
}

/** How many pictures each class has in each part. */
export const classBalance = ({ classes, rows, labels }: Pick<ClassData, 'classes' | 'rows' | 'labels'>) =>
  classes.map((name) => {
    const count = (part: Part): number => rows[part].filter((row) => labels[row] === name).length;
    return {
      class: name,
      ...(Object.fromEntries(parts.map((part) => [part, count(part)])) as Record<Part, number>),
    };
  });
