import { once } from '../../core/once';
import type { Staged } from '../../core/stage';
import { banner } from '../../report/banner';
import type { FineTuned } from './fineTuningStage';
import { type Selection, selectGames } from './games';
import { predictPictures } from './predictions';
import { openPictures, type PreparedData, type PreparedPictures, prepareData } from './preparedData';
import { type OpenReport, openReport } from './report/openReport';
import { openModel, type ReportModel } from './reportModel';
import type { PricePrediction } from './target';

/**
 * The price study, opened for one notebook. Each of these is made, or taken from an earlier run, when a cell first asks for it; files and
 * models are freed by `close`, or at the latest by the end of the process.
 */
export interface PriceStudy extends OpenReport {
  /** The games of the table, dealt to training, validation and test. */
  games(): Promise<Selection>;
  /** Their pictures as the network sees them. */
  pictures(): Promise<PreparedPictures>;
  /** The pictures with the features that the report's model learns from. */
  data(): Promise<PreparedData>;
  /** The report's model. */
  trained(): Promise<Staged<ReportModel>>;
  /** How the last blocks of the base were trained with the model; null where the settings leave that out. */
  tuned(): Promise<FineTuned | null>;
  /** What the model says of every validation and test picture. */
  predictions(): Promise<PricePrediction[]>;
}

/** Opens the price study for the notebook of that name, see `openReport`; those from 06 on load TensorFlow and the base. */
export async function open(name: string): Promise<PriceStudy> {
  const report = await openReport(name, { model: name >= '06' });
  const { close, config } = report;
  const resources = new Set<() => void>();
  const owned = <T>(value: T, free: () => void): T => {
    resources.add(free);
    return value;
  };
  const games = once(() => selectGames(report));
  const pictures = once(async () => {
    const opened = await openPictures(report, await games());
    return owned(opened, opened.close);
  });
  const prepared = once(async () => prepareData(report, await pictures()));
  const opened = once(async () => {
    const found = await openModel(report, await prepared());
    const { tuned, model } = found;
    if (tuned?.improved) {
      const { name, sha256 } = tuned.weights;
      banner('note', 'Fine-tuned', `The model's base is ${name} (SHA-256 ${sha256.slice(0, 12)}…).`);
    }
    return owned(found, model.dispose);
  });
  const data = once(async () => {
    const found = config.fineTuneBlocks === 0 ? await prepared() : (await opened()).prepared;
    return owned(found, found.close);
  });
  return Object.assign(report, {
    ...{ games, pictures, data },
    trained: async () => (await opened()).model,
    tuned: async () => (await opened()).tuned,
    predictions: once(async () => predictPictures(report, await data(), (await opened()).model)),
    close: async (found: readonly string[]) => {
      for (const free of resources) free();
      resources.clear();
      await close(found);
    },
  });
}
