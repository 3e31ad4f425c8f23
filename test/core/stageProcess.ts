import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type StageResult, stage } from '../../lib/core/stage';

/** Files of the result below; enough that two processes that share a disk meet while they write. */
export const fileCount = 40;

/** A stage whose result is `fileCount` files that all hold `label`; loading it tells the labels found. */
export const labelled = (
  folder: string,
  label: string,
  pause = 0,
  onHalfway = () => {},
): Promise<StageResult<string[]>> =>
  stage({
    name: 'labelled',
    version: 1,
    folder,
    inputs: { label },
    make: async (target) => {
      for (let i = 0; i < fileCount; i++) {
        writeFileSync(path.join(target, `${i}.txt`), label);
        if (i === fileCount / 2) onHalfway();
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    },
    load: (target) => {
      const texts = Array.from({ length: fileCount }, (_, i) =>
        readFileSync(path.join(target, `${i}.txt`), 'utf8'),
      );
      return [...new Set(texts)];
    },
  });

/** As a process of its own: `node --require tsx/cjs test/stageProcess.ts FOLDER LABEL MILLISECONDS_BETWEEN_FILES` */
if (process.argv[1] === __filename) {
  const [folder = '', label = '', pause = '0'] = process.argv.slice(2);
  labelled(folder, label, Number(pause), () => console.log('halfway')).then(
    ({ value, reused }) => console.log(JSON.stringify({ labels: value, reused })),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
