import { once } from '../../core/once';
import { type BaseWeights, backboneSummary } from '../../networks/backbone';
import { efficientnetLite0 } from '../../networks/efficientnetLite';
import { pictureFeatures } from '../../networks/featureStage';
import { linearHead } from '../../networks/head';
import { type Learnt, learnt } from '../../report/learntModels';
import { openStudy } from '../../report/openStudy';
import { growingCurves } from '../../report/trainingCharts';
import { trainClasses } from '../../training/classModel';
import { learningCurve } from '../../training/learningCurve';
import { meanRows, type Rows } from '../../training/sources';
import { type FilterData, openData } from './data';
import { networks, type OriginalNetwork } from './networks';
import { study } from './study';

/** Features of a backbone, of which row i is of row i of the pictures: the mean over all places of its last feature map. */
export interface Features {
  pictures: FilterData;
  backbone: BaseWeights;
  rows: Rows;
}

/** The size that is taken where pictures are too small for a network. */
const LARGER = 96;

/** Epochs of a linear layer at least: they take no time. */
const HEAD_EPOCHS = 60;

/** Opens the study for the notebook of that name: what a cell asks for is made when it first does, or taken from an earlier run. Throws what `openStudy` throws. */
export async function open(name: string) {
  const report = await openStudy(study, name);
  const { config } = report;
  const opened = new Map<number, () => Promise<FilterData>>();
  const data = (size = config.imageSize): Promise<FilterData> => {
    const found = opened.get(size) ?? once(() => openData(report, size));
    opened.set(size, found);
    return found();
  };
  const learn = async (network: OriginalNetwork, augmented: boolean, live: boolean) => {
    const title = `CNN ${network.name}, ${augmented ? 'augmented' : 'not augmented'}`;
    const curves = live ? growingCurves(title) : null;
    const size = config.imageSize < network.smallest ? LARGER : config.imageSize;
    const { accuracy, augmented: there } = network.reported;
    const options = { augmented, onEpoch: curves?.add, bestBy: 'accuracy' as const };
    const model = await trainClasses(report, await data(size), network, options);
    curves?.done(model.history);
    const name = `cnn.${network.name}${augmented ? '' : '.plain'}`;
    return learnt(model, { name, title, size, reported: there === augmented ? accuracy : undefined });
  };
  const features = once(async (): Promise<Features> => {
    const run = { ...report, config: { ...config, imageSize: config.transferSize } };
    const pictures = await data(config.transferSize);
    const backbone = await efficientnetLite0(run);
    if (backbone.warning) await report.record({ 'warning.transfer': backbone.warning });
    const store = await pictureFeatures(run, pictures.images, backbone);
    const rows = meanRows(store);
    store.close();
    return { pictures, backbone, rows };
  });
  const learnHead = async (only?: ReadonlySet<string>): Promise<Learnt> => {
    const { transferSize: size } = config;
    const { pictures, backbone, rows } = await features();
    const run = {
      ...report,
      config: { ...config, imageSize: size, epochs: Math.max(config.epochs, HEAD_EPOCHS) },
    };
    const training = pictures.rows.training.filter((row) => only?.has(itemOf(pictures, row)) ?? true);
    const network = only ? { ...linearHead, name: `${linearHead.name} of ${only.size}` } : linearHead;
    const own = { ...pictures, rows: { ...pictures.rows, training } };
    const model = await trainClasses(run, own, network, { features: rows });
    const layers = [backboneSummary(backbone, size), ...model.layers];
    return learnt(
      { ...model, layers },
      { name: 'transfer', title: `Transfer from ${backbone.architecture}`, size },
    );
  };
  const transfer = once(() => learnHead());
  return Object.assign(report, {
    /** The pictures, of `imageSize` pixels where no size is given. */
    data,
    /** What EfficientNet-Lite0, frozen as it learnt ImageNet, has of pictures of `transferSize` pixels. */
    features,
    /** A linear layer on these features. */
    transfer,
    /** A network of the original, trained from its first weights while its curves grow on the page; pictures that are too small for it are taken larger. */
    trained: (network: OriginalNetwork, { augmented = true } = {}) => learn(network, augmented, true),
    /** All that are to be compared on test pictures: the networks of the original, augmented, and transfer learning. */
    networks: async () => {
      const wanted = networks.filter(({ slow }) => config.thorough || !slow);
      const found: Learnt[] = [];
      for (const network of wanted) found.push(await learn(network, true, false));
      return [...found, await transfer()];
    },
    /** The error rate of transfer learning on validation pictures, by the number of training pictures. */
    learningCurve: async () => {
      const [{ pictures }, all] = [await features(), await transfer()];
      const items = pictures.rows.training.map((row) => itemOf(pictures, row));
      const error = async (some: ReadonlySet<string>) => {
        const { validation } = some.size === items.length ? all : await learnHead(some);
        const { share, low, high } = validation;
        return { estimate: 1 - share, low: 1 - high, high: 1 - low };
      };
      return learningCurve(report, { items, inputs: { key: all.key }, error });
    },
  });
}

const itemOf = ({ images }: FilterData, row: number): string => images.index.columns.item[row]!; // a row of the store
