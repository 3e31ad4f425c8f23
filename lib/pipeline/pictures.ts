import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Screenshot } from '../dataset/screenshots';
import { ReportError, systemCode } from '../errors';
import { sha256 } from '../files';
import { type ImageStore, openStore } from '../images/store';
import { writeStore } from '../images/storeWriter';
import { mapBounded } from '../pool';
import { findLeaks, type Leaks } from '../split/leaks';
import { type Part, partOf, parts, rowsOf, type Split } from '../split/split';
import { type StageResult, stage } from '../stage';
import type { Selection } from './games';
import { dataName, type Run, stageFolder, withProgress } from './run';

/** Prepares every picture of the table's games, or takes what an earlier run prepared. The caller closes the store. */
export async function preparePictures(run: Run, selection: Selection): Promise<StageResult<ImageStore>> {
  const { config, signal } = run;
  const { folder, index } = selection;
  if (!index) {
    throw new ReportError(
      'NO_SCREENSHOTS',
      `${folder} has no folder screenshots/: put each game's pictures in screenshots/<appid>/.`,
    );
  }
  const { imageSize: size, background } = config;
  const screenshots = [...index.games.values()].flat();
  return stage({
    name: 'prepared',
    version: 1,
    folder: stageFolder(config, 'prepared', `${dataName(config)}-${size}`),
    inputs: { size, background, pictures: await fingerprint(folder, screenshots) },
    make: async (target) => {
      await withProgress(run, 'Preparing pictures', (onProgress) =>
        writeStore(target, screenshots, { dataFolder: folder, size, background, onProgress, signal }),
      );
    },
    load: openStore,
  });
}

/** Stands for the pictures as they are on disk: names, sizes and times of change, not their content, which would take as long as preparing. */
async function fingerprint(folder: string, screenshots: readonly Screenshot[]): Promise<string> {
  const lines = await mapBounded(screenshots, 32, async ({ file }) => {
    try {
      const { size, mtimeMs } = await stat(path.join(folder, file));
      return `${file} ${size} ${mtimeMs}`;
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined) throw error;
      return `${file} ${code}`; // preparing decides what that means for the picture
    }
  });
  return sha256(lines.join('\n'));
}

/** The rows of the store in each part, and what had to be taken out so that the parts do not know each other. */
export interface PartRows {
  rows: Record<Part, number[]>;
  /** What was found before anything was taken out. */
  leaks: Leaks;
  /** Rows left out of training or validation because the same picture is also in a later part. */
  withheld: number[];
}

/**
 * Deals the store's rows to the parts of the split. A picture that is, pixel by pixel, in two parts stays in the later one (test before
 * validation before training) and is withheld from the other.
 */
export function dealRows(store: ImageStore, split: Split): PartRows {
  const { appid, file, sha256: hash } = store.index.columns;
  const dealt = rowsOf(split, appid);
  const partOfGame = partOf(split);
  const used = parts.flatMap((part) => dealt[part]);
  const leaks = findLeaks(
    used.map((row) => ({
      appid: appid[row]!,
      file: file[row]!,
      part: partOfGame.get(appid[row]!)!,
      hash: hash[row]!,
    })), // rows of the store, games of the split
  );
  const lastPart = new Map(leaks.pictures.map((leak) => [leak.hash, leak.parts.at(-1)]));
  const stays = (row: number, part: Part): boolean => (lastPart.get(hash[row]!) ?? part) === part;
  const rows = Object.fromEntries(parts.map((part) => [part, dealt[part].filter((row) => stays(row, part))]));
  const withheld = parts.flatMap((part) => dealt[part].filter((row) => !stays(row, part)));
  return { rows: rows as Record<Part, number[]>, leaks, withheld }; // one entry per part
}
