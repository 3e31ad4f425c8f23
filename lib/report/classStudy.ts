import { once } from '../core/once';
import { throwIfAborted } from '../core/pool';
import { quietRun, withProgress } from '../core/run';
import type { Config } from '../core/settings';
import type { UniqueClassData } from '../data/copies';
import { letterbox } from '../images/letterbox';
import { resizedCrop } from '../images/recipe';
import { type BaseWeights, backboneSummary, narrowLayers, stageStart } from '../networks/backbone';
import { openBackbone } from '../networks/backbones';
import { pictureFeatures } from '../networks/featureStage';
import { createExtractor } from '../networks/features';
import { linearHead, linearHeadWith } from '../networks/head';
import { tailNetwork } from '../networks/wholeModel';
import { type ClassModelOptions, trainClasses } from '../training/classModel';
import { seenBy } from '../training/pictureSource';
import { joinedRows, meanRows, momentRows, type Rows } from '../training/sources';
import type { ClassesOptions } from '../training/tasks';
import { type Learnt, learnt } from './learntModels';
import type { Report } from './openReport';

/** Features of a backbone, of which row i is of row i of the pictures: the mean over all places of its last feature map. */
export interface Features<D> {
  pictures: D;
  backbone: BaseWeights;
  rows: Rows;
}

/** How the last stages of a backbone are trained with a linear layer behind them. */
export interface Tuning {
  /** Of its figures in the results. */
  name: string;
  title: string;
  /** Learning rates of the linear layer, of the backbone's last stage and of the one before it, see `stageStart`; a stage that is not named stays as it is. */
  rates: readonly [layer: number, last: number, before?: number];
  /** For each of them the first epoch in which it learns; default: all from the beginning. */
  since?: readonly number[];
  /** Share of the features that is dropped in training. */
  dropout: number;
  /** Accuracy that the original of a study reports of it. */
  reported?: number;
}

/** How much larger pictures are prepared that are stretched to a square, so that those with sides of 2 and 3 lose no detail. */
const LARGER = 1.5;

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
  const told = async (wanted: number): Promise<D> => {
    const pictures = await prepare(wanted);
    await report.record({ 'warning.data': pictures.notes?.join(' ') ?? null });
    return pictures;
  };
  const data = (wanted = report.config.imageSize): Promise<D> => {
    const found = opened.get(wanted) ?? once(() => told(wanted));
    opened.set(wanted, found);
    return found();
  };
  const opening = once(async (): Promise<BaseWeights> => {
    const backbone = await openBackbone({ ...report, config });
    if (backbone.warning) await report.record({ 'warning.transfer': backbone.warning });
    return backbone;
  });
  const features = once(async (): Promise<Features<D>> => {
    const run = { ...report, config };
    const [pictures, backbone] = [await data(size), await opening()];
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
      const { progress } = only ? quietRun(config) : report; // one of many heads, which are counted together
      const epochs = Math.max(config.epochs, HEAD_EPOCHS);
      const run = { ...report, progress, config: { ...config, epochs } };
      const training = pictures.rows.training.filter((row) => only?.has(itemOf(pictures, row)) ?? true);
      const network = only ? { ...linearHead, name: `${linearHead.name} of ${only.size}` } : linearHead;
      const own = { ...pictures, rows: { ...pictures.rows, training } };
      const model = await trainClasses(run, own, network, { ...options, features: rows });
      const layers = [backboneSummary(backbone, size), ...model.layers];
      const title = `Transfer from ${backbone.architecture}`;
      return learnt({ ...model, layers }, { name: 'transfer', title, size });
    },
    /** Means and deviations over each picture, stretched to fill its square, and over its thirds, of what the backbone has at its `narrowLayers`, and the numbers of each of these. Thirds were chosen on box covers, of which they told 1.5 more of 100 (the mean of eight deals to five folds by title). */
    moments: once(async (): Promise<Rows & { parts: number[] }> => {
      const larger = Math.round(LARGER * size);
      const [{ images }, backbone] = [await data(larger), await opening()];
      const { width, height } = images.index.columns;
      const stretched = (row: number): Uint8Array => {
        const box = letterbox(width[row]!, height[row]!, larger); // a row of the store
        return resizedCrop(images.readOne(row), larger, box, size, size);
      };
      const layers = narrowLayers(backbone);
      const all: Rows[] = [];
      await withProgress(report, 'Features at several depths', async (onProgress) => {
        for (const upTo of layers) {
          throwIfAborted(report.signal);
          const { shape, extract, dispose } = await createExtractor(backbone, size, 1, upTo);
          const read = (rows: readonly number[]) => extract(stretched(rows[0]!), 1); // asked one by one
          const moments = momentRows({ count: width.length, shape, key: `${backbone.sha256} ${upTo}`, read });
          for (const one of moments) all.push(one);
          dispose();
          onProgress(layers.indexOf(upTo) + 1, layers.length);
        }
      });
      return joinedRows(all);
    }),
    /** The last stages of the backbone, trained with a linear layer on pictures of `tuned` pixels; what comes before them is computed once where training pictures stay the same. */
    async tuned(
      { name, title, rates, since = [], dropout, reported }: Tuning,
      tuned: number,
      options: ClassModelOptions,
    ): Promise<Learnt> {
      const run = { ...report, config: { ...config, imageSize: tuned } };
      const [pictures, backbone] = [await data(tuned), await opening()];
      const [layer, ...stages] = rates.map((rate) => rate ?? 0);
      const starts = stages.map((_, i) => stageStart(backbone, i === 0 ? 1 : 2));
      const { cut } = starts.at(-1)!; // at least the last stage learns
      const froms = ['gap', ...starts.map(({ first }) => first)]; // a linear head begins with the mean
      const learning = froms.map((from, i) => ({ from, factor: rates[i]! / layer!, since: since[i] ?? 1 })); // a rate for each
      const store = await pictureFeatures(run, pictures.images, backbone, { upTo: cut });
      try {
        const network = { ...tailNetwork(backbone, tuned, cut, linearHeadWith(dropout)), name };
        const settings = { ...options.settings, learningRate: layer!, rates: learning.reverse() }; // as above
        const model = await trainClasses(run, pictures, network, {
          ...options,
          title,
          settings,
          features: store,
          seenBy: (source) => seenBy(source, backbone, cut),
        });
        return learnt(model, { name, title, size: tuned, reported });
      } finally {
        store.close();
      }
    },
  };
}

/** The item of a row of the store. */
export const itemOf = ({ images }: Pick<UniqueClassData, 'images'>, row: number): string =>
  images.index.columns.item[row]!; // a row of the store
