import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../core/files';
import { once } from '../../core/once';
import { readFrames } from '../../images/frames';
import type { ShownObject } from '../../metrics/averagePrecision';
import { type Detected, detectorFor, findObjects, type NamedPicture } from '../../networks/findObjects';
import { FRAMES, panAlong } from '../../networks/pan';
import { banner } from '../../report/banner';
import type { Report } from '../../report/openReport';
import type { Config } from './settings';

const photo = (file: string): string => path.join(projectRoot(), 'lib', 'studies', 'digits', 'photos', file);

/** The photographs that the project carries. */
export const photographs = (['cat', 'cup', 'astronaut', 'motorcycle'] as const).map((name) => ({
  name,
  source: photo(`${name}.jpg`),
}));

/** Opens the detector for a page, which says so where it cannot be had: nothing is found then, in no picture. */
export async function detection(report: Report<Config>) {
  const { detector: wanted, detectorScore: least, detectorIou: iou, video } = report.config;
  const open = () => detectorFor(report, wanted);
  const detector = await report.ifAvailable('The detector of objects', 'warning.detector', open);
  const look = async (what: string, pictures: readonly NamedPicture[]): Promise<Detected[]> => {
    if (detector) return findObjects(report, detector, pictures, { iou });
    banner('note', `${what} not looked at`, 'With a network, npm run report -- digits looks for objects.');
    return [];
  };
  const objects = async () => JSON.parse(await readFile(photo('objects.json'), 'utf8')) as ShownObject[];
  return {
    /** What it is called. */
    title: detector?.title ?? 'no detector',
    /** What it finds in the photographs. */
    photographs: once(async () => {
      const all = await look('The photographs are', photographs);
      const figures = all.flatMap(({ name, found }) =>
        found
          .filter(({ score }) => score >= least)
          .map(({ label, score }) => [`detect.${name}.${label.replaceAll(' ', '_')}`, score] as const),
      );
      await report.record(Object.fromEntries(figures.reverse())); // of a label the best one, which is last now
      return all;
    }),
    /** What the photographs show, boxes drawn by hand. */
    objects,
    /** The boxes of a photograph before and after suppression, hard and soft. */
    suppressed: async (name: string): Promise<Detected[]> => {
      const [source = ''] = photographs.flatMap((one) => (one.name === name ? one.source : []));
      const ways = {
        'Every box': { iou: 1 },
        'After suppression': { iou },
        'After soft suppression': { sigma: 0.5 },
      };
      const found = Object.entries(ways).map(([title, how]) =>
        detector ? findObjects(report, detector, [{ name: title, source }], how) : [],
      );
      return (await Promise.all(found)).flat();
    },
    /** What it finds in the frames of the video, and what they show where that is known. */
    video: once(async () => {
      const { frames, shown } = video
        ? { frames: await readFrames(video, FRAMES), shown: [] }
        : await panAlong(photographs, await objects());
      const named = frames.map(({ content, seconds }, i) => ({ name: String(i), source: content, seconds }));
      return { found: await look('The frames are', named), shown };
    }),
  };
}
