import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietRun, type Run } from '../../../lib/core/run';
import { readSettings } from '../../../lib/core/settings';
import { eachFold } from '../../../lib/data/folds';
import { openPictures, planStore } from '../../../lib/images/pictureStage';
import type { ImageStore } from '../../../lib/images/store';
import { smallCnn } from '../../../lib/networks/smallCnn';
import type { Judged } from '../../../lib/report/judgedFolds';
import { type AgeData, openData } from '../../../lib/studies/ages/data';
import { evaluateFaces } from '../../../lib/studies/ages/judge';
import { drawFaces, planSample } from '../../../lib/studies/ages/sample';
import { type Config, settings } from '../../../lib/studies/ages/settings';
import { answer } from '../../../lib/studies/ages/submission';
import { askAgain, crossValidate } from '../../../lib/training/crossValidation';
import { pictures } from '../../../lib/training/looks';
import { withCode } from '../../data/close';
import { sharedFolder } from '../../temporary';

const folder = sharedFolder();
let run: Run<Config>;
let data: AgeData;
let asked: ImageStore;
let judged: Judged;

beforeAll(async () => {
  const faces = planSample(42).filter(({ file }, i) => i % 15 === 0 || file === 'Test/1.jpg');
  const own = (part: string) => faces.filter(({ file }) => file.startsWith(part));
  for (const part of ['Train', 'Test']) await mkdir(path.join(folder, part));
  await drawFaces.run({ folder, jobs: faces });
  const rows = own('Train').map(({ file, label }) => `${path.basename(file)},${label}`);
  await writeFile(path.join(folder, 'train.csv'), ['ID,Class', ...rows].join('\n'));
  const ids = ['gone.jpg', ...own('Test').map(({ file }) => path.basename(file))];
  await writeFile(path.join(folder, 'test.csv'), ['ID', ...ids].join('\n'));
  const given = { REPORT_DATA: folder, REPORT_FOLDS: '2', REPORT_EPOCHS: '2' };
  run = quietRun(readSettings('ages', settings, given, folder));
  data = await openData(run);
  const folds = eachFold(data);
  const found = await crossValidate(run, folds, smallCnn);
  judged = {
    ...{ ...found, name: 'small', title: 'A small network', look: pictures(32) },
    evaluation: evaluateFaces(found.tested, 1),
  };
  const files = data.asked.map((file) => ({ id: file, file }));
  asked = (await openPictures(run, await planStore(run, folder, files))).value;
}, 120_000);
afterAll(() => {
  data.images.close();
  asked.close();
});

describe('the saved models, asked again', () => {
  it('say what they said when they were trained; every face is asked about with its mirror image', async () => {
    const { apart, flipped } = await askAgain(judged, data.classes, async () => data.images);
    expect(apart).toBeLessThan(1e-5); // as a probability: other batches
    expect(flipped.map(({ id }) => id)).toEqual(judged.tested.map(({ id }) => id));
  });

  it('answer for every face in the order of the table; one that cannot be read gets the most frequent class', async () => {
    const [first, ...others] = await answer(judged, data, async () => asked, false);
    expect(first).toEqual({ id: 'gone.jpg', image: null, label: 'MIDDLE', probability: null });
    expect(others.map(({ id }) => `Test/${id}`)).toEqual(data.asked.slice(1));
    for (const { probability } of others) expect(probability).toBeGreaterThanOrEqual(1 / 3);
    const flipped = await answer(judged, data, async () => asked, true);
    expect(flipped.map(({ probability }) => probability)).not.toEqual([
      null,
      ...others.map((one) => one.probability),
    ]);
  });

  it('are refused where one of them is another now', async () => {
    const [first, second] = judged.models.map((model) => model.folder) as [string, string]; // of two folds
    for (const name of await readdir(second)) {
      if (/^(model|weights)/.test(name))
        await writeFile(path.join(first, name), await readFile(path.join(second, name)));
    }
    await expect(askAgain(judged, data.classes, async () => data.images)).rejects.toEqual(
      withCode('BAD_WEIGHTS'),
    );
  });
});
