import path from 'node:path';
import { command } from '../../../core/command';
import { flag } from '../../../core/settings';
import { detectorFor, findObjects } from '../../../networks/findObjects';
import { formatPercent } from '../../../report/format';
import type { Config } from '../settings';

const options = { json: flag(false, 'everything, boxes too, as JSON and nothing else') };

/** `npm run detect`: what is in pictures, and where. Throws `UNREADABLE_IMAGE` and what `openDetector` throws. */
export const detect = command<Config, typeof options>({
  about: 'A ready-made network names objects of the 80 kinds of COCO; npm fetches it the first time.',
  operands: ['PICTURE …', 'one or more picture files'],
  settings: ['detector', 'detectorScore', 'detectorIou'],
  options,
  run: async (run, { operands, folder, options: { json } }) => {
    const { detector: wanted, detectorScore: least, detectorIou: iou } = run.config;
    const detector = await detectorFor(run, wanted);
    const pictures = operands.map((name) => ({ name, source: path.resolve(folder, name) }));
    const found = await findObjects(run, detector, pictures, { iou }).finally(detector.dispose);
    const answers = found.map(({ name, width, height, found: all }) => {
      return { picture: name, width, height, objects: all.filter(({ score }) => score >= least) };
    });
    if (json) console.log(JSON.stringify(answers, null, 2));
    else {
      for (const { picture, objects } of answers) {
        const words = objects.map(({ label, score }) => `${label} ${formatPercent(score, 0)}`);
        console.log(`${picture}  ${words.join(', ') || 'nothing'}`);
      }
      console.log(`\n${detector.title}, from a score of ${least} on.`);
    }
  },
});
