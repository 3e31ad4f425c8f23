import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { readResults } from '../../../lib/core/results';
import { open, type PriceStudy } from '../../../lib/studies/prices/open';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { withCode } from '../../data/close';
import { tinyData } from './tinyData';

vi.mock('../../../lib/report/plotly', () => ({ startCharts: vi.fn() })); // 2 MB, made by the set-up, and no part of this

const tiny = tinyData();
let tf: TensorFlow;
let tensors: number;
let study: PriceStudy;
const printed: string[] = [];
const opened = async (name: string, settings: Record<string, string> = {}): Promise<PriceStudy> => {
  for (const [setting, value] of Object.entries(settings)) vi.stubEnv(setting, value);
  return open(name);
};
beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation((line) => printed.push(String(line)));
  ({ tf } = await loadTensorFlow());
  tensors = tf.memory().numTensors;
  study = await opened('06-model', {
    REPORT_DATA: tiny.folder,
    REPORT_WORK: path.join(tiny.root, 'work'),
    REPORT_REPORTS: path.join(tiny.root, 'reports'),
    REPORT_IMAGE_SIZE: '64',
    REPORT_OUTLIER_RULE: 'fixed',
    REPORT_EPOCHS: '1',
  });
});

describe('a study opened for a notebook', () => {
  it('makes once what cells ask for', async () => {
    const data = await study.data();
    expect(await study.data()).toBe(data);
    expect((await study.pictures()).selection).toBe(await study.games());
    expect(data.images).toBe((await study.pictures()).images);
    const model = await study.trained();
    expect(await study.trained()).toBe(model);
    expect(model.comparison.chosen).toBe('log1p');
    expect(await study.tuned()).toBeNull();
    const { test, validation } = data.parts.rows;
    expect(await study.predictions()).toHaveLength(test.length + validation.length);
  });

  it('leaves out what takes minutes, and says how to get it', async () => {
    expect(await study.ifThorough('The search', () => expect.unreachable('it takes minutes'))).toBeNull();
    expect(printed.join('\n')).toMatch(/The search was left out.*npm run report -- prices 06 --thorough/);
  });

  it('frees files and models when it is closed', async () => {
    const { features, images } = await study.data();
    await study.close(['**Something** was found.']);
    expect(() => features.read([0])).toThrow(withCode('BAD_INPUT'));
    expect(() => images.read([0])).toThrow(withCode('BAD_INPUT'));
    expect(tf.memory().numTensors).toBe(tensors);
    expect(readResults(path.join(tiny.root, 'reports', 'prices'))).toHaveProperty(['seconds.06-model']);
  });

  it('does what takes minutes in a thorough run, and takes the rest from before', async () => {
    const thorough = await opened('07-test-prediction', { REPORT_THOROUGH: 'true' });
    expect(await thorough.ifThorough('The search', () => 5)).toBe(5);
    expect((await thorough.trained()).reused).toBe(true);
    await thorough.close([]);
  });

  it('tries again what went wrong', async () => {
    const late = path.join(tiny.root, 'late');
    const early = await opened('02-outliers', { REPORT_DATA: late });
    await expect(early.games()).rejects.toThrow();
    symlinkSync(tiny.folder, late);
    expect((await early.games()).generated).toBe(false);
  });
});
