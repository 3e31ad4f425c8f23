import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Backend, loadTensorFlow } from '../../lib/tensorflow/backend';
import { type RunAccount, readRunRecords, runRecord, writeRunRecord } from '../../lib/training/runRecord';
import { withCode } from '../data/close';
import { temporaryFolder } from '../networks/weightFiles';
import { epochRecord } from '../report/runRecords';

const folder = temporaryFolder();
const account: RunAccount = {
  kind: 'head',
  settings: { l2: 0.01 },
  seed: 4,
  configuration: { imageSize: 96, data: null },
  data: { features: 'abc' },
  weights: 'def',
  seconds: 3,
  epochs: [epochRecord(1, 0.9), epochRecord(2, 0.5), epochRecord(3, 0.5)],
  monitor: { metric: 'mse', best: 'min' },
  metrics: { testMae: 7 },
};
let backend: Backend;
beforeAll(async () => {
  backend = await loadTensorFlow();
});

describe('the record of a training', () => {
  it('adds the first best epoch with its figures, the backend and the versions', () => {
    const record = runRecord(account, new Date('2025-01-02T03:04:05.678Z'));
    expect(record).toMatchObject({ ...account, ended: '2025-01-02T03:04:05.678Z', failure: null });
    expect(record.metrics).toEqual({ bestEpoch: 2, val_loss: 0.6, val_mse: 0.5, val_mae: 0.25, testMae: 7 });
    expect(record.backend).toEqual({ name: backend.name, gpu: backend.gpu });
    expect(record.versions).toMatchObject({ node: process.version, tensorflow: backend.version });
    expect(record.versions.project).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('of a training that failed before its first epoch has no figures', () => {
    const record = runRecord({ ...account, epochs: [], metrics: {}, failure: 'The loss became NaN.' });
    expect(record).toMatchObject({ metrics: {}, failure: 'The loss became NaN.' });
  });
});

describe('the records in a folder', () => {
  const place = path.join(folder, 'runs');

  it('are read as they were written, the oldest first; other files are left alone', async () => {
    expect(readRunRecords(place)).toEqual([]);
    const [late, early] = ['2025-03-01T00:00:00.500Z', '2025-02-01T00:00:00.000Z'].map((time) =>
      runRecord(account, new Date(time)),
    );
    const file = await writeRunRecord(place, late!);
    expect(path.basename(file)).toMatch(/^20250301T000000Z-[0-9a-f]{12}\.json$/);
    await writeRunRecord(place, early!);
    await writeRunRecord(place, { ...early!, seed: 5 }); // in the same second, and not the same
    writeFileSync(path.join(place, 'notes.txt'), 'mine');
    const found = readRunRecords(place);
    expect(found).toHaveLength(3);
    expect(found[2]).toEqual(late);
    expect(found.slice(0, 2)).toEqual(expect.arrayContaining([early, { ...early!, seed: 5 }]));
  });

  it('are refused when one is cut short or was changed by hand', async () => {
    const file = path.join(place, readdirSync(place).find((name) => name.startsWith('20250301'))!);
    const text = readFileSync(file, 'utf8');
    for (const damaged of [text.slice(0, 50), text.replace('"seconds": 3', '"seconds": 2'), '{}', '']) {
      expect(damaged).not.toBe(text);
      writeFileSync(file, damaged);
      expect(() => readRunRecords(place)).toThrow(withCode('BROKEN_STAGE'));
    }
  });
});
