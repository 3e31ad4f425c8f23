import type { DataSet, Dropped } from '../../core/concepts';
import { ReportError } from '../../core/errors';
import { warningsIn } from '../../core/results';
import { readProvenance } from '../../data/provenance';
import { lastMapBytes } from '../../networks/featureStore';
import { loadTable, selectGames, tableFigures } from './games';
import type { ScreenshotIndex } from './screenshots';
import type { Config, Run } from './settings';
import type { Cents } from './units';

/** The games of the run's table with their pictures, and all that a report leaves out. Throws what `loadTable` throws. */
export async function dataSet(run: Run): Promise<DataSet<Cents>> {
  const loaded = await loadTable(run);
  const { folder, generated, catalogue, index } = loaded;
  const notes = [...warningsIn(tableFigures(loaded)), await faultOf(run)];
  return {
    ...{ name: folder, folder, generated },
    items: catalogue.games.map(({ id, price, title }) => {
      const files = index?.games.get(id) ?? [];
      return { id, label: price, title, files: files.map(({ file }) => file) };
    }),
    dropped: [...catalogue.dropped, ...(index ? droppedPictures(index) : [])],
    provenance: await readProvenance(folder),
    notes: notes.flatMap((note) => note ?? []),
  };
}

/** Bytes of the features of a picture and of its augmented copies, if it is one to learn from. */
export function bytesPerPicture({ imageSize, alpha, variants, testShare, validationShare }: Config): number {
  const copies = variants * (1 - testShare) * (1 - validationShare);
  return (1 + copies) * lastMapBytes(imageSize, 1280 * Math.max(1, alpha));
}

/** Why no report can be made of the run's games, or null. */
async function faultOf(run: Run): Promise<string | null> {
  try {
    await selectGames(run);
    return null;
  } catch (error) {
    if (error instanceof ReportError) return `The report will stop: ${error.message}`;
    throw error;
  }
}

/** What table and folders do not have in common. */
function droppedPictures(index: ScreenshotIndex): Dropped[] {
  const { withoutPictures, withoutGame, malformedFolders, missing, unlisted } = index;
  const named = (names: readonly string[], reason: string): Dropped[] =>
    names.map((name) => ({ name, reason }));
  return [
    ...named(withoutPictures, 'a game without pictures'),
    ...named(
      withoutGame.map(({ folder, images }) => `${folder} (${images} pictures)`),
      'a folder that no game of the table claims',
    ),
    ...named(malformedFolders, 'a folder whose name is not an appid'),
    ...named(
      missing.map(({ file }) => file),
      'a picture that a row lists and that is not there',
    ),
    ...named(unlisted, 'a picture in the folder of a game that its row does not list'),
  ];
}
