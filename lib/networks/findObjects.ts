import { throwIfAborted } from '../core/pool';
import { type Run, withProgress } from '../core/run';
import { prepareImage } from '../images/prepare';
import type { Detection, Suppression } from '../metrics/boxes';
import { type Detector, type detectors, openDetector } from './detector';

/** A picture, or a frame of a moving one. */
export interface NamedPicture {
  name: string;
  /** Path or content of its file. */
  source: string | Uint8Array;
  /** When the frame appears. */
  seconds?: number;
}

/** A picture with what was found in it, the best first. */
export interface Detected extends NamedPicture {
  width: number;
  height: number;
  found: readonly Detection[];
}

/** `openDetector` with progress while it is fetched. */
export const detectorFor = (run: Run, name: keyof typeof detectors): Promise<Detector> =>
  withProgress(run, 'Detector', (onProgress) =>
    openDetector(name, { onFetch: () => onProgress(0, 1, 'fetching it'), signal: run.signal }),
  );

/** What a detector finds in pictures. Throws `UNREADABLE_IMAGE` and `INTERRUPTED`. */
export const findObjects = (
  run: Run,
  detector: Detector,
  pictures: readonly NamedPicture[],
  how: Partial<Suppression>,
): Promise<Detected[]> =>
  withProgress(run, 'Finding objects', async (onProgress) => {
    const found: Detected[] = [];
    for (const one of pictures) {
      throwIfAborted(run.signal);
      const picture = await prepareImage(one.source, detector.size, run.config.background, one.name);
      const { width, height } = picture;
      found.push({ ...one, width, height, found: detector.find(picture, how) });
      onProgress(found.length, pictures.length);
    }
    return found;
  });
