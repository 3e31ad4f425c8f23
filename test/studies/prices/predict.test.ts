import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256, stableJson } from '../../../lib/core/files';
import { valueInterval } from '../../../lib/metrics/conformal';
import { predictGame } from '../../../lib/studies/prices/foundModel';
import { perGame } from '../../../lib/studies/prices/perGame';
import { predictPictures } from '../../../lib/studies/prices/predictions';
import { prepareData, truePrices } from '../../../lib/studies/prices/preparedData';
import { modelFolder, trainReportModel } from '../../../lib/studies/prices/reportModel';
import type { Run } from '../../../lib/studies/prices/settings';
import type { PricePrediction } from '../../../lib/studies/prices/target';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { expectClose, withCode } from '../../data/close';
import { tinyData } from './tinyData';

const tiny = tinyData();
let tf: TensorFlow;
let run: Run;
let game: ReturnType<typeof perGame>[number];
let pictures: PricePrediction[];
let calibration: Parameters<typeof valueInterval>[0];
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  run = tiny.run({ epochs: 1, variants: 0, target: 'hurdle' });
  const prepared = await prepareData(run);
  const trained = await trainReportModel(run, prepared);
  const value = await predictPictures(run, prepared, trained);
  const test = value.filter(({ part }) => part === 'test');
  [game] = perGame(test, truePrices(prepared.selection), trained.scaler) as [typeof game];
  pictures = test.filter(({ id }) => id === game.id);
  ({ calibration } = trained);
  trained.dispose();
  prepared.close();
});

const files = (): string[] => pictures.map(({ file }) => path.join(tiny.folder, file));
/** A copy of the model that a test may spoil. */
function copied(name: string): { run: Run; record: string } {
  const work = path.join(tiny.root, name);
  const other = { ...run, config: { ...run.config, work } };
  cpSync(modelFolder(run), modelFolder(other), { recursive: true });
  return { run: other, record: path.join(modelFolder(other), 'model.json') };
}
const respelt = (file: string, change: (text: string) => string): void =>
  writeFileSync(file, change(readFileSync(file, 'utf8')));

describe('predicting a game from its pictures', () => {
  it('gives the price that the report gives for the same pictures, with the interval of its calibration', async () => {
    const before = tf.memory().numTensors;
    const guess = await predictGame(run, files());
    // Batches of another size may sum in another order: the last bits of float32, through half precision.
    expectClose(
      [guess.price, ...guess.pictures.map(({ price }) => price)],
      [game.predicted, ...pictures.map(({ predicted }) => predicted.price)],
      2e-3,
    );
    expect(guess.pictures.map(({ file }) => file)).toEqual(files());
    expect(guess.interval).toEqual(valueInterval(calibration, guess.price));
    expect(guess.confidence).toBe(0.9);
    expect(guess.warnings[0]).toContain("The base is the project's own");
    expect(guess.warnings[1]).toContain('too few'); // validation games of 12
    expect(tf.memory().numTensors).toBe(before);
  });

  it('needs no data set, only the model', async () => {
    const { run: other } = copied('moved');
    const aside = `${tiny.folder}-aside`;
    mkdirSync(aside);
    const own = path.join(aside, path.basename(files()[0]!));
    cpSync(files()[0]!, own);
    const [first] = (await predictGame(other, [own])).pictures;
    expectClose([first!.price], [pictures[0]!.predicted.price], 2e-3);
    rmSync(aside, { recursive: true });
  });

  it('does not depend on settings that belong to training', async () => {
    const other = {
      ...run,
      config: { ...run.config, imageSize: 224, alpha: 1, background: '#ffffff', seed: 9 },
    };
    expect(await predictGame(other, files())).toEqual(await predictGame(run, files()));
  });

  it('refuses no pictures, and says which picture cannot be used and why', async () => {
    await expect(predictGame(run, [])).rejects.toEqual(withCode('BAD_INPUT'));
    const before = tf.memory().numTensors;
    const missing = path.join(tiny.folder, 'nothing.jpg');
    await expect(predictGame(run, [...files(), missing])).rejects.toMatchObject({
      code: 'UNREADABLE_IMAGE',
      message: `${missing} cannot be used: there is no such file. Replace the file or leave it out.`,
    });
    const text = path.join(tiny.folder, 'games.csv');
    await expect(predictGame(run, [text])).rejects.toMatchObject({
      code: 'UNREADABLE_IMAGE',
      message: expect.stringContaining('not a picture'),
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names a picture that is not there before it looks for a model', async () => {
    const work = path.join(tiny.root, 'empty');
    const missing = path.join(tiny.folder, 'nothing.jpg');
    await expect(
      predictGame({ ...run, config: { ...run.config, work } }, [...files(), missing]),
    ).rejects.toEqual(withCode('UNREADABLE_IMAGE'));
  });

  it('says how to train a model when there is none yet', async () => {
    const work = path.join(tiny.root, 'empty');
    await expect(predictGame({ ...run, config: { ...run.config, work } }, files())).rejects.toMatchObject({
      code: 'NO_MODEL',
      message: expect.stringContaining('npm run report'),
    });
  });

  it('refuses a damaged model', async () => {
    const { run: other, record } = copied('damaged');
    respelt(record, (text) => text.slice(0, 300));
    await expect(predictGame(other, files())).rejects.toEqual(withCode('BAD_WEIGHTS'));
  });

  it('names the base that the model belongs to when another one is found, or its file is gone', async () => {
    const before = tf.memory().numTensors;
    const { run: other, record } = copied('other-base');
    const { base } = JSON.parse(readFileSync(record, 'utf8')).userDefinedMetadata;
    /** Saved as it would have been with another text in it. */
    const savedWith = (text: string): string => {
      const { sha256: _, ...rest } = JSON.parse(text);
      return stableJson({ ...rest, sha256: sha256(stableJson(rest)) }, 1);
    };
    respelt(record, (text) => savedWith(text.replace(base.sha256, 'f'.repeat(64))));
    await expect(predictGame(other, files())).rejects.toMatchObject({
      code: 'BAD_WEIGHTS',
      message: expect.stringMatching(
        /^The model was trained on mobilenet_v2_0.35_96_generated.h5 .*ffffffffffff.* was found: give the former with --weights/,
      ),
    });
    respelt(record, (text) => savedWith(text.replace(/("file": )null/, '$1"/gone/base.h5"')));
    await expect(predictGame(other, files())).rejects.toMatchObject({
      code: 'BAD_WEIGHTS',
      message: expect.stringContaining('/gone/base.h5, which is gone'),
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});
