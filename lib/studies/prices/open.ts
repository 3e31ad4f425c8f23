import { once } from '../../core/once';
import { banner } from '../../report/banner';
import { type Loaded, loadTable, selectGames, tableFigures } from './games';
import { predictPictures } from './predictions';
import { openPictures, prepareData } from './preparedData';
import { openReport } from './report/openReport';
import { openModel } from './reportModel';

/** The price study, opened for one notebook: each part is made, or taken from an earlier run, when first asked for; `close` frees all. */
export type PriceStudy = Awaited<ReturnType<typeof open>>;

/** Opens the price study for the notebook of that name, see `openReport`; those from 06 on load TensorFlow and the base. */
export async function open(name: string) {
  const report = await openReport(name, { model: name >= '06' });
  const { close, config } = report;
  const resources = new Set<() => void>();
  const owned = <T>(value: T, free: () => void): T => {
    resources.add(free);
    return value;
  };
  /** With what must be known of a table, at the top of the page. */
  const noted = async <T extends Loaded>(loaded: T): Promise<T> => {
    await report.record(tableFigures(loaded));
    return loaded;
  };
  const table = once(async () => noted(await loadTable(report)));
  const priced = once(async () => noted(await selectGames(report, 'optional')));
  const shown = once(async () => noted(await selectGames(report)));
  const games = (pictures?: 'required' | 'optional') => (pictures === 'optional' ? priced() : shown());
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
    /** The table, and which pictures belong to its rows. */
    table,
    /** The games of the table, dealt to training, validation and test; with `optional` also of a data set without any pictures. */
    games,
    /** Their pictures as the network sees them. */
    pictures,
    /** The pictures with the features that the report's model learns from. */
    data,
    /** The report's model. */
    trained: async () => (await opened()).model,
    /** How the last blocks of the base were trained with the model; null where the settings leave that out. */
    tuned: async () => (await opened()).tuned,
    /** What the model says of every validation and test picture. */
    predictions: once(async () => predictPictures(report, await data(), (await opened()).model)),
    close: async (found: readonly string[]) => {
      for (const free of resources) free();
      resources.clear();
      await close(found);
    },
  });
}
