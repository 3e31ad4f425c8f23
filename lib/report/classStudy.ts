import { once } from '../core/once';
import type { Config } from '../core/settings';
import type { UniqueClassData } from '../data/copies';
import { type BaseWeights, backboneSummary } from '../networks/backbone';
import { openBackbone } from '../networks/backbones';
import { pictureFeatures } from '../networks/featureStage';
import { linearHead } from '../networks/head';
import { trainClasses } from '../training/classModel';
import { meanRows, type Rows } from '../training/sources';
import type { ClassesOptions } from '../training/tasks';
import { type Learnt, learnt } from './learntModels';
import type { Report } from './openReport';

/** Features of a backbone, of which row i is of row i of the pictures: the mean over all places of its last feature map. */
export interface Features<D> {
  pictures: D;
  backbone: BaseWeights;
  rows: Rows;
}

/** Epochs of a linear layer at least: they take no time. */
const HEAD_EPOCHS = 60;

/** What a study of classes asks for again and again, each made when it is first asked for: pictures, prepared by `prepare` at a size, their features at `size` pixels, and a linear layer on these. */
export function classStudy<D extends UniqueClassData>(
  report: Report,
  prepare: (size: number) => Promise<D>,
  size: number,
) {
  const config: Config = { ...report.config, imageSize: size };
  const opened = new Map<number, () => Promise<D>>();
  const data = (wanted = report.config.imageSize): Promise<D> => {
    const found = opened.get(wanted) ?? once(() => prepare(wanted));
    opened.set(wanted, found);
    return found();
  };
  const features = once(async (): Promise<Features<D>> => {
    const run = { ...report, config };
    const pictures = await data(size);
    const backbone = await openBackbone(run);
    if (backbone.warning) await report.record({ 'warning.transfer': backbone.warning });
    const store = await pictureFeatures(run, pictures.images, backbone);
    const rows = meanRows(store);
    store.close();
    return { pictures, backbone, rows };
  });
  return {
    /** The pictures, of `imageSize` pixels where no size is given. */
    data,
    /** What the backbone, frozen as it was found, has of the pictures. */
    features,
    /** A linear layer on these features, trained on all training pictures or on those of some items. */
    async linear(options: ClassesOptions = {}, only?: ReadonlySet<string>): Promise<Learnt> {
      const { pictures, backbone, rows } = await features();
      const run = { ...report, config: { ...config, epochs: Math.max(config.epochs, HEAD_EPOCHS) } };
      const training = pictures.rows.training.filter((row) => only?.has(itemOf(pictures, row)) ?? true);
      const network = only ? { ...linearHead, name: `${linearHead.name} of ${only.size}` } : linearHead;
      const own = { ...pictures, rows: { ...pictures.rows, training } };
      const model = await trainClasses(run, own, network, { ...options, features: rows });
      const layers = [backboneSummary(backbone, size), ...model.layers];
      const title = `Transfer from ${backbone.architecture}`;
      return learnt({ ...model, layers }, { name: 'transfer', title, size });
    },
  };
}

/** The item of a row of the store. */
export const itemOf = ({ images }: Pick<UniqueClassData, 'images'>, row: number): string =>
  images.index.columns.item[row]!; // a row of the store
