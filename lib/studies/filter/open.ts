import { once } from '../../core/once';
import { classStudy, itemOf } from '../../report/classStudy';
import { type Learnt, learnt } from '../../report/learntModels';
import { openStudy } from '../../report/openStudy';
import { growingCurves } from '../../report/trainingCharts';
import { trainClasses } from '../../training/classModel';
import { learningCurve } from '../../training/learningCurve';
import { openData } from './data';
import { networks, type OriginalNetwork } from './networks';
import { study } from './study';

/** The size that is taken where pictures are too small for a network. */
const LARGER = 96;

/** Opens the study for the notebook of that name: what a cell asks for is made when it first does, or taken from an earlier run. Throws what `openStudy` throws. */
export async function open(name: string) {
  const report = await openStudy(study, name);
  const { config } = report;
  const { data, features, linear } = classStudy(
    report,
    (size) => openData(report, size),
    config.transferSize,
  );
  const learn = async (network: OriginalNetwork, augmented: boolean, live: boolean) => {
    const title = `CNN ${network.name}, ${augmented ? 'augmented' : 'not augmented'}`;
    const curves = live ? growingCurves(title) : null;
    const size = config.imageSize < network.smallest ? LARGER : config.imageSize;
    const { accuracy, augmented: there } = network.reported;
    const options = { title, augmented, onEpoch: curves?.add, bestBy: 'accuracy' as const };
    const model = await trainClasses(report, await data(size), network, options);
    curves?.done(model.history);
    const name = `cnn.${network.name}${augmented ? '' : '.plain'}`;
    return learnt(model, { name, title, size, reported: there === augmented ? accuracy : undefined });
  };
  const transfer = once(() => linear());
  return Object.assign(report, {
    /** The pictures, of `imageSize` pixels where no size is given. */
    data,
    /** What the backbone, frozen as it was found, has of pictures of `transferSize` pixels. */
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
        const { validation } = some.size === items.length ? all : await linear({}, some);
        const { share, low, high } = validation;
        return { estimate: 1 - share, low: 1 - high, high: 1 - low };
      };
      return learningCurve(report, { items, inputs: { key: all.key }, error });
    },
  });
}
