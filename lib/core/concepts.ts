// The words of the project, in the order in which a study meets them. Types only: every room may import them.
import type { LayersModel, Scalar, Tensor } from '@tensorflow/tfjs';
import type { Command } from './command';
import type { Run } from './run';
import type { coreSettings, Values } from './settings';

/** One thing with a label and the pictures that show it: a cover, a face, a digit, a thing on sale. */
export interface Item<L = unknown> {
  /** Unique in its data set. */
  id: string;
  label: L;
  /** Its pictures, as paths below the folder of the data set. */
  files: readonly string[];
  title?: string;
}

/** Something that was found in a data set and cannot be used: a row of a table, a file, a folder. */
export interface Dropped {
  /** What it is called there. */
  name: string;
  /** Why it cannot be used, the same words for the same reason. */
  reason: string;
}

/** Where a data set comes from and under which terms; null where nobody has said. */
export interface Provenance {
  origin: string | null;
  licence: string | null;
}

/** The items that a study asks about. */
export interface DataSet<L = unknown> {
  name: string;
  folder: string;
  /** True for pictures that the project has drawn itself. */
  generated: boolean;
  items: readonly Item<L>[];
  dropped: readonly Dropped[];
  provenance: Provenance;
  /** What must be known of how it was read. */
  notes?: readonly string[];
}

/** What an item is used for; all its pictures go the same way. */
export type Part = 'training' | 'validation' | 'test';

/** Height, width and channels of a picture or of a feature map. */
export type Shape = readonly [height: number, width: number, channels: number];

/** Rows to learn from: `x` is `[rows, ...shape]` and `y` is `[rows, outputs]`, both laid flat. */
export interface Batch {
  x: Float32Array;
  y: Float32Array;
}

/** Where a network's input comes from: features that were computed before, or pictures that are augmented as they are read. */
export interface Source {
  /** Number of rows. */
  count: number;
  /** Shape of one row of `x`. */
  shape: Shape;
  /** Stands for the content of the source: two sources with equal keys give equal batches. */
  key: string;
  /** How often each row is drawn beside the others: an epoch then draws as many rows as there are, with replacement. Default: each row once. */
  weights?: readonly number[];
  /** The rows with these numbers: in another epoch perhaps augmented in another way; epoch 0, for evaluation and prediction, gives them as they are. */
  read(rows: readonly number[], epoch: number): Batch | Promise<Batch>;
}

/** A figure of one row, of which the mean over all rows is reported. */
export type RowMetric = (output: ArrayLike<number>, target: ArrayLike<number>) => number;

/** What a network learns: how a label becomes numbers, what is made small, and what the numbers mean. */
export interface Task<L = unknown, P = unknown> {
  name: string;
  /** Everything that the loss depends on beside the name; plain JSON. */
  settings: Readonly<Record<string, unknown>>;
  /** Numbers that the network gives for a row. */
  outputs: number;
  /** The row of `y` for a label. Throws `BAD_INPUT` for a label that does not fit. */
  encode(label: L): readonly number[];
  /** Mean loss of `output` and `target`, both `[rows, outputs]`, to be differentiated. */
  loss(output: Tensor, target: Tensor): Scalar;
  /** The prediction that a row of output stands for. */
  decode(output: ArrayLike<number>): P;
  /** Figures beside the loss, by name. */
  metrics: Readonly<Record<string, RowMetric>>;
  /** The validation figure that chooses the best epoch: `loss` or one of the metrics. */
  monitor: { metric: string; best: 'min' | 'max' };
}

/** How a network is built for a task. */
export interface Network {
  name: string;
  /** A model from rows of `shape` to the task's outputs; its first weights depend on nothing but these three. The caller disposes it. */
  build(shape: Shape, task: Pick<Task, 'outputs'>, seed: number): LayersModel;
  /** The list it is built from, where it is: what an earlier run has trained is taken again only if that is the same. */
  layers?(shape: Shape, outputs: number, seed: number): readonly object[];
}

/** Loss and metrics by name, each a mean over rows. */
export type Figures = Readonly<Record<string, number>>;

/** One epoch of a training. */
export interface EpochRecord {
  /** Counted from 1. */
  epoch: number;
  /** Means over the epoch's steps, with dropout and before each step's update. */
  training: Figures;
  validation: Figures;
  /** Of the whole epoch, validation included. */
  seconds: number;
  /** At the last step of the epoch. */
  learningRate: number;
}

/** What has learnt a task. */
export interface Model<L = unknown, P = unknown, H = unknown> {
  layers: LayersModel;
  task: Task<L, P>;
  history: H;
  dispose(): void;
}

/** What a model predicts for one picture of an item. */
export interface Prediction<L = unknown, P = unknown> {
  /** Of the item. */
  id: string;
  file: string;
  /** Row of the store of prepared pictures. */
  image: number;
  part: Part;
  label: L;
  predicted: P;
}

/** A notebook of a study, and the page made of it. */
export interface Notebook {
  /** File name without extension, on the command line, among the pages and in `seconds.<name>` of the results. */
  name: string;
  title: string;
  question: string;
}

/** A question, the notebooks that answer it, and what can be set. */
export interface Study<S extends typeof coreSettings = typeof coreSettings> {
  /** Of its folders: `lib/studies/<name>`, `notebooks/<name>`, `data/<name>`, `reports/<name>`. */
  name: string;
  title: string;
  question: string;
  /** In the order in which they run. */
  notebooks: readonly Notebook[];
  settings: S;
  /** What its pages depend on beside code, settings and data, such as the weights that can be had; plain JSON. */
  dependsOn?(run: Run<Values<S>>): Promise<unknown>;
  /** The data set that the settings name, before any picture is decoded, for `npm run check`. Throws what keeps a report from being made. */
  data?(run: Run<Values<S>>): Promise<DataSet>;
  /** Bytes that a report leaves for each picture beside the picture itself, prepared at `imageSize`. */
  bytesPerPicture?(run: Run<Values<S>>): Promise<number>;
  /** What it can do beside its report, by the name after `npm run`; loaded when it is asked for. */
  commands?: Readonly<Record<string, () => Promise<Command>>>;
}
