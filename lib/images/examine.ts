import path from 'node:path';
import { sha256 } from '../core/files';
import { streamBounded } from '../core/pool';
import { type Run, withProgress } from '../core/run';
import type { WorkerTask } from '../storage/workers';
import { withWorkers } from '../tensorflow/runWorkers';
import { readPictures } from './pictureReader';
import { type PictureSettings, preparerFor } from './pictureTask';
import { chooseDecoder } from './preparer';

/** What there is to know of a picture's file. */
export interface Examined {
  bytes: number;
  /** Hex SHA-256 of the file; empty where it could not be read. */
  sha256: string;
  /** Pixels, after EXIF rotation; 0 where it cannot be used. */
  width: number;
  height: number;
  /** Why it cannot be used, in the words of a report, or null. */
  reason: string | null;
}

interface ExamineInput {
  files: readonly string[];
  settings: PictureSettings;
}

/** Reads files and decodes them as a report would, and leaves nothing behind. */
export const examineFiles: WorkerTask<ExamineInput, Examined[]> = {
  module: 'images/examine',
  name: 'examineFiles',
  run: async ({ files, settings }) => {
    const preparer = await preparerFor(settings);
    const read: Pick<Examined, 'bytes' | 'sha256'>[] = [];
    async function* contents() {
      for await (const content of readPictures(files)) {
        const none = 'reason' in content;
        read.push(none ? { bytes: 0, sha256: '' } : { bytes: content.length, sha256: sha256(content) });
        yield content;
      }
    }
    const results = await preparer.prepareContents(contents());
    return results.map((found, i): Examined => {
      const own = read[i]!; // one for each
      if ('reason' in found) return { ...own, width: 0, height: 0, reason: found.reason };
      return { ...own, width: found.width, height: found.height, reason: null };
    });
  },
};

/** Pictures that a process is given at a time. */
const AT_ONCE = 128;

/** Examines pictures below `folder`, in their order; each is decoded at the run's size. Throws `INTERRUPTED`. */
export async function examinePictures(
  run: Run,
  folder: string,
  pictures: readonly string[],
): Promise<Examined[]> {
  const { imageSize: size, background } = run.config;
  const settings = { size, background, decoder: await chooseDecoder() };
  const starts = Array.from({ length: Math.ceil(pictures.length / AT_ONCE) }, (_, i) => i * AT_ONCE);
  const filesFrom = (start: number): string[] =>
    pictures.slice(start, start + AT_ONCE).map((file) => path.join(folder, file));
  return withWorkers(run, { kind: 'pictures', rows: pictures.length }, (workers) =>
    withProgress(run, 'Reading pictures', async (onProgress) => {
      const found: Examined[] = [];
      const examine = (start: number) => workers.run(examineFiles, { files: filesFrom(start), settings });
      for await (const some of streamBounded(starts, workers.lanes, examine, { signal: run.signal })) {
        for (const one of some) found.push(one);
        onProgress(found.length, pictures.length);
      }
      return found;
    }),
  );
}
