import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { quietRun } from '../../../lib/core/run';
import { coreSettings, readSettings } from '../../../lib/core/settings';
import { prepareClasses } from '../../../lib/data/classData';
import { readClassFolders } from '../../../lib/data/classFolders';
import { openNetwork } from '../../../lib/explain/classNetwork';
import { backboneFile } from '../../../lib/networks/backbones';
import { pictureFeatures } from '../../../lib/networks/featureStage';
import { linearHead } from '../../../lib/networks/head';
import { saveModel } from '../../../lib/networks/modelFile';
import { ownFile } from '../../../lib/networks/weights';
import { writeDemo } from '../../../lib/report/demo/writeDemo';
import { loadTensorFlow } from '../../../lib/tensorflow/backend';
import { meanRows } from '../../../lib/training/sources';
import { picture, wavePixels } from '../../images/pictures';

/** Side in pixels of what the model sees. */
export const size = 96;

/** So low that five classes do not get a fifth each, and a small difference between two pictures shows. */
export const temperature = 0.2;

export const words = {
  title: 'Waves <b>',
  question: 'Which wave is it?',
  one: 'wave',
  many: 'waves',
  caution: 'Of no use to anybody.',
};

/** A demo of the project's own base and a linear layer with its first weights, in `folder`: five classes of 12 pictures, of the model's size. */
export async function tinyDemo(folder: string) {
  await loadTensorFlow();
  const data = path.join(folder, 'waves');
  for (let i = 0; i < 60; i++) {
    const place = path.join(data, `class ${i % 5}`);
    mkdirSync(place, { recursive: true });
    await picture(wavePixels(size, size, i), size, size)
      .png()
      .toFile(path.join(place, `${i}.png`));
  }
  const config = readSettings('waves', coreSettings, { REPORT_DATA: data, REPORT_PROCESSES: '1' }, folder);
  const run = quietRun({ ...config, background: '#204060' });
  const set = await readClassFolders(data, run.config);
  const classData = await prepareClasses(run, { ...set, generated: false });
  const backbone = await backboneFile(ownFile('').file);
  const store = await pictureFeatures(run, classData.images, backbone);
  const head = linearHead.build([1, 1, 1280], { outputs: 5 }, 1);
  const saved = path.join(folder, 'head');
  mkdirSync(saved, { recursive: true });
  await saveModel(saved, head);
  head.dispose();
  const { background } = run.config;
  const network = await openNetwork({ folder: saved, size, background, backbone });
  const features = meanRows(store);
  store.close();
  const source = {
    words,
    model: 'A model',
    key: 'a key',
    network,
    temperature,
    data: classData,
    features,
  };
  const { folder: demo, value: record } = await writeDemo(run, source);
  return { run, source, network, data: classData, demo, record };
}
