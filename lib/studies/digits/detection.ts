import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ReportError } from '../../core/errors';
import { projectRoot } from '../../core/files';
import { once } from '../../core/once';
import { throwIfAborted } from '../../core/pool';
import { type Run, withProgress } from '../../core/run';
import { readFrames } from '../../images/frames';
import { prepareImage } from '../../images/prepare';
import type { ShownObject } from '../../metrics/averagePrecision';
import type { Suppression } from '../../metrics/boxes';
import { type Detector, openDetector } from '../../networks/detector';
import { banner } from '../../report/banner';
import { type Detected, labelsOf } from '../../report/detections';
import type { Report } from '../../report/openReport';
import { FRAMES, panAlong } from './pan';
import type { Config } from './settings';

/** Four photographs that the project carries, by their files' names. */
const names = ['cat', 'cup', 'astronaut', 'motorcycle'];

const photo = (file: string): string => path.join(projectRoot(), 'lib', 'studies', 'digits', 'photos', file);

/** What suppression does, by its title. */
const ways: Record<string, Partial<Suppression> | undefined> = {
  'Every box': { iou: 1 },
  'After suppression': undefined,
  'After soft suppression': { sigma: 0.5 },
};

type Named = Pick<Detected, 'name' | 'source' | 'seconds'>;

/** The detector of the settings; the caller disposes it. Throws what `openDetector` throws. */
export const detectorOf = (run: Run<Config>): Promise<Detector> =>
  withProgress(run, 'Detector', (onProgress) =>
    openDetector(run.config.detector, { onFetch: () => onProgress(0, 1, 'fetching it'), signal: run.signal }),
  );

/** What a detector finds in pictures. Throws `UNREADABLE_IMAGE` and `INTERRUPTED`. */
export const detect = (
  run: Run<Config>,
  detector: Detector,
  pictures: readonly Named[],
  how: Partial<Suppression> = { iou: run.config.detectorIou },
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

/** Opens the detector for a page, which says so where it cannot be had: nothing is found then, in no picture. */
export async function detection(report: Report<Config>) {
  const { config } = report;
  let reason: string | null = null;
  const detector = await detectorOf(report).catch((error: unknown) => {
    if (!(error instanceof ReportError) || error.code !== 'DOWNLOAD_FAILED') throw error;
    reason = `Objects are not looked for: ${error.message}`;
    return null;
  });
  await report.record({ 'warning.detector': reason });
  const look = async (what: string, pictures: readonly Named[]): Promise<Detected[]> => {
    if (detector) return detect(report, detector, pictures);
    banner('note', `${what} not looked at`, 'With a network, npm run report -- digits 03 looks for objects.');
    return [];
  };
  const photographs = names.map((name) => ({ name, source: photo(`${name}.jpg`) }));
  const objects = async () => JSON.parse(await readFile(photo('objects.json'), 'utf8')) as ShownObject[];
  return {
    /** What it is called. */
    title: detector?.title ?? 'no detector',
    /** What it finds in the photographs. */
    photographs: once(async () => {
      const found = await look('The photographs are', photographs);
      const figures = found.flatMap((one) =>
        labelsOf([one], config.detectorScore).map((label) => {
          const best = one.found.find((object) => object.label === label);
          return [`detect.${one.name}.${label.replaceAll(' ', '_')}`, best?.score ?? 0];
        }),
      );
      await report.record(Object.fromEntries(figures));
      return found;
    }),
    /** What the photographs show, boxes drawn by hand. */
    objects,
    /** The boxes of a photograph before and after suppression, hard and soft. */
    suppressed: async (name: string): Promise<Detected[]> => {
      const given = photographs.filter((one) => one.name === name);
      const found: Detected[] = [];
      for (const [title, how] of Object.entries(ways)) {
        const some = detector ? await detect(report, detector, given, how) : [];
        found.push(...some.map((one) => ({ ...one, name: title })));
      }
      return found;
    },
    /** What it finds in the frames of the video, and what they show where that is known. */
    video: once(async () => {
      const { frames, shown } = config.video
        ? { frames: await readFrames(config.video, FRAMES), shown: [] }
        : await panAlong(photographs, await objects());
      const named = frames.map(({ content, seconds }, i) => ({ name: String(i), source: content, seconds }));
      return { found: await look('The frames are', named), shown };
    }),
  };
}
