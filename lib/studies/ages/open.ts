import type { Network } from '../../core/concepts';
import { once } from '../../core/once';
import { quietRun } from '../../core/run';
import { eachFold } from '../../data/folds';
import { openPictures, planStore } from '../../images/pictureStage';
import type { ImageStore } from '../../images/store';
import { normalizedHead } from '../../networks/head';
import { banner } from '../../report/banner';
import { classStudy } from '../../report/classStudy';
import type { Judged } from '../../report/judgedFolds';
import { type Learnt, learnt } from '../../report/learntModels';
import { openStudy } from '../../report/openStudy';
import { growingCurves } from '../../report/trainingCharts';
import { type ClassModelOptions, trainClasses } from '../../training/classModel';
import { crossValidate } from '../../training/crossValidation';
import { backboneFeatures, grey, type Look, pictures } from '../../training/looks';
import { openData } from './data';
import { evaluateFaces } from './judge';
import { type FaceCnnOptions, faceCnn } from './networks';
import { readyMadeAges } from './readyMade';
import { study } from './study';

/** Of a linear head, whose steps take no time: at this rate heads on whatever features come to their end. */
const headTraining = { epochs: 100, patience: 6, batchSize: 128, learningRate: 3e-3 };

/** How the original's network is trained. */
interface CnnTraining extends FaceCnnOptions {
  title: string;
  augmented?: boolean;
  size?: number;
  patience?: number;
}

/** By the name of its figures. */
const cnns: Record<string, CnnTraining> = {
  'cnn.plain': { title: "The original's network, not augmented", augmented: false },
  cnn: { title: "The original's network, augmented" },
  'cnn.leaky': { title: 'The same with LeakyReLU, augmented', activation: 'leakyRelu' },
  'cnn.large': { title: 'The same at 64 pixels, augmented', size: 64, patience: 20 }, // it begins slowly
};

/** Pairs of dropout and learning rate that the search tries, and for how many epochs. */
const TRIED = [0, 0.25, 0.4, 0.6].flatMap((rate) =>
  [3e-4, 1e-3, 3e-3].map((speed) => [rate, speed] as const),
);
const EPOCHS = 8;

/** Opens the study for the notebook of that name: what a cell asks for is made when it first does, or taken from an earlier run. Throws what `openStudy` throws. */
export async function open(name: string) {
  const report = await openStudy(study, name);
  const { config } = report;
  const { data, features } = classStudy(report, (size) => openData(report, size), config.transferSize);
  const storeAt = async (size: number): Promise<ImageStore> => (await data(size)).images;
  const judge = async (
    named: Pick<Judged, 'name' | 'title' | 'look'>,
    network: Network,
    count: number,
    options: ClassModelOptions,
  ): Promise<Judged> => {
    const faces = await data(named.look.size);
    const folds = eachFold(faces, count);
    const { progress } = options.features ? quietRun(config) : report; // heads are trained in no time
    const run = { ...report, progress, config: { ...config, imageSize: named.look.size } };
    const titled = { ...options, title: named.title };
    const found = await crossValidate(run, folds, { ...network, name: named.name }, titled);
    return { ...named, ...found, evaluation: evaluateFaces(found.tested, config.seed) };
  };
  const head = async (name: string, title: string, look: Look, count = config.folds): Promise<Judged> => {
    const options = { features: await look.rows(storeAt), settings: headTraining };
    return judge({ name, title, look }, normalizedHead, count, options);
  };
  const cnn = async (name: string, live = true): Promise<Judged> => {
    const { title, augmented, size = config.imageSize, patience, ...changed } = cnns[name]!; // one of them
    const curves = live ? growingCurves(title) : null;
    const settings = { patience: patience ?? config.patience };
    const options = { augmented, bestBy: 'accuracy' as const, settings, onEpoch: curves?.add };
    const found = await judge(
      { name, title, look: pictures(size) },
      faceCnn(changed),
      config.cnnFolds,
      options,
    );
    curves?.done(found.models[0]!.history); // there is at least one fold
    return found;
  };
  const readyMade = once(async (): Promise<Judged[]> => {
    if (config.data === null && !config.thorough) {
      const advice =
        'It knows photographs of people, these faces are drawn: --data DIR or --thorough asks it.';
      banner('note', 'The ready-made age network was left out', advice);
      return [];
    }
    const judged = (): Promise<Judged> => head('readymade', 'Ready-made age network', readyMadeAges(report));
    const found = await report.ifAvailable('The ready-made age network', 'warning.readymade', judged);
    return found ? [found] : [];
  });
  const transfer = once(async () => {
    const { backbone } = await features(); // which says so where it is not the one that was asked for
    const look = backboneFeatures(report, config.transferSize, backbone);
    return head('transfer', `Linear head on ${backbone.architecture}`, look);
  });
  const greyPixels = once(() => head('baseline.grey', '16 × 16 grey pixels', grey(config.imageSize)));
  return Object.assign(report, {
    /** The faces, of `imageSize` pixels where no size is given. */
    data,
    /** The faces whose class is asked for, of `size` pixels. */
    async asked(size: number): Promise<ImageStore> {
      const { folder, asked } = await data();
      const run = { ...report, config: { ...config, imageSize: size } };
      const files = asked.map((file) => ({ id: file, file }));
      return (await openPictures(run, await planStore(run, folder, files))).value;
    },
    /** The original's network in one of its forms, trained from its first weights while its curves grow on the page. */
    cnn,
    /** The original's network after a few epochs with each pair of dropout and learning rate. */
    async search(): Promise<Learnt[]> {
      const found: Learnt[] = [];
      for (const [dropout, learningRate] of TRIED) {
        const title = `Dropout ${dropout}, learning rate ${learningRate}`;
        const settings = { learningRate, epochs: EPOCHS, patience: EPOCHS };
        const options = { augmented: false, bestBy: 'accuracy' as const, settings };
        const network = { ...faceCnn({ dropout }), name: `search ${dropout} ${learningRate}` };
        const model = await trainClasses(report, await data(), network, options);
        found.push(learnt(model, { name: 'search', title, size: config.imageSize }));
      }
      return found;
    },
    /** A linear head on grey values, a baseline. */
    grey: greyPixels,
    /** A linear head on the features of the backbone. */
    transfer,
    /** A linear head on what the ready-made age network says; none, with a word on the page, where it cannot be had. */
    readyMade,
    /** A linear head on what a look gives, for so many folds. */
    head,
    /** All models that compete for the submission. */
    async models(): Promise<Judged[]> {
      const wanted = Object.keys(cnns).filter((name) => name !== 'cnn.large' || config.thorough);
      const found: Judged[] = [];
      for (const name of wanted) found.push(await cnn(name, false));
      return [...found, await greyPixels(), await transfer(), ...(await readyMade())];
    },
  });
}
