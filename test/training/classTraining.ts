import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { writeAtomic } from '../../lib/core/files';
import { quietRun, type Run, stageFolder } from '../../lib/core/run';
import { coreSettings, readSettings } from '../../lib/core/settings';
import { type ClassData, prepareClasses } from '../../lib/data/classData';
import { readClassFolders } from '../../lib/data/classFolders';
import { smallCnn } from '../../lib/networks/smallCnn';
import { makeCanvas } from '../../lib/samples/canvas';
import { encodeJpeg } from '../../lib/samples/picture';
import { type ClassModel, trainClasses } from '../../lib/training/classModel';

/** Twelve dark and twelve light pictures in class folders below `root`, prepared at 32 pixels. The caller closes `data.images`. */
export async function openClasses(root: string): Promise<{ run: Run; data: ClassData }> {
  const folder = path.join(root, 'pictures');
  for (const [label, shade] of Object.entries({ dark: 20, light: 200 })) {
    for (let i = 0; i < 12; i++) {
      const canvas = makeCanvas(32, 32);
      // No two alike, for the same picture in two parts would be withheld, and a darker stripe that augmentation moves.
      canvas.pixels.fill(shade + 4 * i).fill(shade - 20, 0, 10 * 32 * 3);
      await writeAtomic(path.join(folder, label, `${i}.jpg`), await encodeJpeg(canvas, 32, 32, 'smooth'));
    }
  }
  const own = { data: folder, imageSize: 32, epochs: 2, batchSize: 8 };
  const run = quietRun({ ...readSettings('demo', coreSettings, {}, root), ...own });
  return { run, data: await prepareClasses(run, await readClassFolders(folder, run.config)) };
}

/** The course of a training without its times. */
export const figures = ({ history: { epochs, bestEpoch } }: Pick<ClassModel, 'history'>) => ({
  epochs: epochs.map(({ seconds: _, ...rest }) => rest),
  bestEpoch,
});

/** Trains below the folder that is given, with a checkpoint after each step, and says how: a word at the beginning, the figures at the end. */
async function main(root: string): Promise<void> {
  const { run, data } = await openClasses(root);
  const own = quietRun({ ...run.config, epochs: 30, patience: 30, processes: 1 });
  const models = stageFolder(own.config, 'models');
  const left = existsSync(models) && readdirSync(models).some((name) => name.endsWith('.checkpoint'));
  console.log(left ? 'resuming' : 'training');
  const trained = await trainClasses(own, data, smallCnn, { checkpointSeconds: 0 });
  console.log(JSON.stringify({ ...figures(trained), predictions: trained.predictions }));
  data.images.close();
}

if (require.main === module) {
  main(process.argv[2]!).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
