import { ReportError } from '../../core/errors';
import type { GrownResult } from '../../core/stage';
import { openPictures, type PicturePlan, planStore } from '../../images/pictureStage';
import type { ImageStore } from '../../images/store';
import type { Selection } from './games';
import type { Run } from './settings';

/** What is to be prepared for a selection, all of its pictures in the order of the games. Throws `NO_SCREENSHOTS` when it has none. */
export async function planPictures(run: Run, { folder, index }: Selection): Promise<PicturePlan> {
  if (index) return planStore(run, folder, [...index.games.values()].flat());
  throw new ReportError(
    'NO_SCREENSHOTS',
    `${folder} has no folder screenshots/: put each game's pictures in screenshots/<appid>/.`,
  );
}

/**
 * Prepares the pictures of the table's games that no earlier run has prepared: new games cost their own pictures only. The caller closes
 * the store.
 */
export const preparePictures = async (run: Run, selection: Selection): Promise<GrownResult<ImageStore>> =>
  openPictures(run, await planPictures(run, selection));
