import type { Network } from '../../core/concepts';
import { once } from '../../core/once';
import { openPictures, planStore } from '../../images/pictureStage';
import type { ImageStore } from '../../images/store';
import { normalizedHead } from '../../networks/head';
import { openStudy } from '../../report/openStudy';
import { growingCurves } from '../../report/trainingCharts';
import type { ClassModelOptions } from '../../training/classModel';
import { crossValidate } from '../../training/crossValidation';
import { type AgeData, foldOf, openData } from './data';
import { evaluateFaces, type Judged } from './judge';
import { backboneFeatures, grey, joined, type Look, pictures } from './looks';
import { type FaceCnnOptions, faceCnn } from './networks';
import { readyMadeAges } from './readyMade';
import { study } from './study';

/** Of a linear head: its steps take no time. */
const headTraining = { epochs: 100, patience: 10, batchSize: 128 };

/** Opens the study for the notebook of that name: what a cell asks for is made when it first does, or taken from an earlier run. Throws what `openStudy` throws. */
export async function open(name: string) {
  const report = await openStudy(study, name);
  const { config } = report;
  const opened = new Map<number, () => Promise<AgeData>>();
  const data = (size = config.imageSize): Promise<AgeData> => {
    const found = opened.get(size) ?? once(() => openData(report, size));
    opened.set(size, found);
    return found();
  };
  const judge = async (
    named: Pick<Judged, 'name' | 'title' | 'look'>,
    network: Network,
    { count, ...options }: ClassModelOptions & { count: number },
  ): Promise<Judged> => {
    const faces = await data(named.look.size);
    const folds = faces.folds.slice(0, count).map((_, k) => ({ ...faces, ...foldOf(faces, k) }));
    const training = options.features ? headTraining : {};
    const run = { ...report, config: { ...config, imageSize: named.look.size, ...training } };
    const found = await crossValidate(run, folds, { ...network, name: named.name }, options);
    return { ...named, ...found, evaluation: evaluateFaces(found.tested, config.seed) };
  };
  const look = {
    grey: grey(config.imageSize),
    transfer: backboneFeatures(report),
    readyMade: readyMadeAges(report),
  };
  const both = joined('both', [look.transfer, look.readyMade]);
  const labelledRows = new Map<Look, ReturnType<Look['rows']>>();
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
    look: { ...look, both },
    /** A linear head on what a look gives, judged on every face. */
    async head(name: string, title: string, given: Look): Promise<Judged> {
      const found = labelledRows.get(given) ?? given.rows(async (size) => (await data(size)).images);
      labelledRows.set(given, found);
      const options = { features: await found, count: config.folds };
      return judge({ name, title, look: given }, normalizedHead, options);
    },
    /** The original's network, trained from its first weights while its curves grow on the page. */
    async cnn(
      name: string,
      title: string,
      {
        size = config.imageSize,
        augmented = true,
        ...changed
      }: FaceCnnOptions & { size?: number; augmented?: boolean } = {},
    ): Promise<Judged> {
      const curves = growingCurves(title);
      const options = { augmented, bestBy: 'accuracy' as const, onEpoch: curves.add };
      const found = await judge({ name, title, look: pictures(size) }, faceCnn(changed), {
        ...options,
        count: Math.min(config.cnnFolds, config.folds),
      });
      curves.done(found.models[0]!.history); // there is at least one fold
      return found;
    },
  });
}
