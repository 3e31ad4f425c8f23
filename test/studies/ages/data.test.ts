import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { quietRun } from '../../../lib/core/run';
import { readSettings } from '../../../lib/core/settings';
import { eachFold } from '../../../lib/data/folds';
import { withheldIn } from '../../../lib/report/classFolders';
import { type AgeData, openData, readFaces } from '../../../lib/studies/ages/data';
import { drawFaces, planSample, type SampleFace } from '../../../lib/studies/ages/sample';
import { settings } from '../../../lib/studies/ages/settings';
import { withCode } from '../../data/close';
import { sharedFolder, temporaryFolder } from '../../temporary';

const plan = planSample(42);

describe('the plan of the sample', () => {
  it('has 1,500 faces with a class, as uneven as the contest, and 300 without', () => {
    const training = plan.filter(({ file }) => file.startsWith('Train/'));
    const share = (label: string) => training.filter((face) => face.label === label).length / 1500;
    expect([training.length, plan.length]).toEqual([1500, 1800]);
    expect(Math.abs(share('MIDDLE') - 0.54)).toBeLessThan(0.01); // copies of other classes move a few
    expect(Math.abs(share('YOUNG') - 0.34)).toBeLessThan(0.01);
    expect(Math.abs(share('OLD') - 0.12)).toBeLessThan(0.01);
  });

  it('has twelve faces twice, a few of them with two classes', () => {
    const faces = [...new Set(plan.map(({ face }) => face))];
    const twice = faces
      .map((face) => plan.filter((one) => one.face === face))
      .filter(({ length }) => length > 1);
    const bothLabels = twice.filter((group) => new Set(group.map(({ label }) => label)).size > 1);
    expect(twice.map(({ length }) => length)).toEqual(Array(12).fill(2));
    expect(bothLabels.length).toBeGreaterThan(0);
    expect(bothLabels.length).toBeLessThan(4);
  });
});

/** Faces that are there twice and some others, as the contest lays them out, with all that can be wrong with a table. */
async function drawSome(folder: string): Promise<SampleFace[]> {
  const faces = plan.map(({ face }) => face);
  const some = plan.filter(
    ({ face, file }, i) =>
      file.startsWith('Train/') && (i % 12 === 0 || faces.indexOf(face) !== faces.lastIndexOf(face)),
  );
  for (const part of ['Train', 'Test']) await mkdir(path.join(folder, part), { recursive: true });
  await drawFaces.run({ folder, jobs: some });
  const rows = some.map(
    ({ file, label }, i) => `${path.basename(file)},${label},${i % 2 ? 'Male' : 'Female'}`,
  );
  const wrong = ['gone.jpg,OLD,Male', 'odd.jpg,ANCIENT,Male', ',YOUNG,Male', rows[0]];
  await writeFile(path.join(folder, 'train.csv'), ['ID,Class,Gender', ...rows, ...wrong].join('\n'));
  await writeFile(path.join(folder, 'test.csv'), `ID\nz.jpg\nb.jpg\nc.jpg,1\n${'z.jpg\n'.repeat(8)}`);
  return some;
}

describe('faces in the layout of the contest', () => {
  const folder = path.join(sharedFolder(), 'faces');
  let data: AgeData;
  let drawn: SampleFace[];
  beforeAll(async () => {
    drawn = await drawSome(folder);
    data = await openData(quietRun(readSettings('ages', settings, { REPORT_DATA: folder }, sharedFolder())));
  }, 60_000);

  it('have three classes in the order of age, the gender where the table has it, and those that are asked for in their order', () => {
    expect(data.classes).toEqual(['YOUNG', 'MIDDLE', 'OLD']);
    expect(data.gender.get(data.items[1]!.id)).toBe('Male');
    expect(data.asked).toEqual(['Test/z.jpg', 'Test/b.jpg']);
  });

  it('name what cannot be used', () => {
    const reasons = new Map(data.dropped.map(({ name, reason }) => [name, reason]));
    expect(reasons.get('Train/odd.jpg')).toBe('of no class of YOUNG, MIDDLE, OLD');
    expect([...reasons.values()]).toContain('a row without a file');
    expect(reasons.get('test.csv, line 4')).toBe('a row of another length');
    expect(data.images.index.unreadable).toEqual([
      { id: 'Train/gone.jpg', file: 'Train/gone.jpg', reason: 'there is no such file' },
    ]);
  });

  it('are used once each: only faces that the sample has twice are left out, and nearly all of them', () => {
    const faceOf = new Map(drawn.map(({ file, face }) => [file, face]));
    const groups = data.copies.map(({ ids }) => new Set(ids.map((id) => faceOf.get(id))).size);
    expect(groups.filter((faces) => faces > 1).length).toBeLessThanOrEqual(2); // drawn faces are alike
    expect(withheldIn({ dealt: data.dealt, split: data.split })).toBeGreaterThanOrEqual(10);
  });

  it('are each in the test of one fold, with every class in every part of it', () => {
    const tests = eachFold(data).flatMap(({ rows }) => rows.test);
    expect(new Set(tests).size).toBe(tests.length);
    expect(tests).toHaveLength(data.images.count - withheldIn(data));
    for (let k = 0; k < data.folds.length; k++) {
      for (const rows of Object.values(eachFold(data)[k]!.rows)) {
        expect(new Set(rows.map((row) => data.labels[row])).size).toBe(3);
      }
    }
  });
});

describe('what is no such folder', () => {
  it('is refused with a sentence', async () => {
    const folder = temporaryFolder();
    const read = () => readFaces(folder, { seed: 1, testShare: 0.2, validationShare: 0.2 });
    await expect(read()).rejects.toEqual(withCode('NO_DATA_FOLDER'));
    await mkdir(path.join(folder, 'images'));
    await writeFile(
      path.join(folder, 'labels.csv'),
      `ID,Class\n${[1, 2, 3, 4].map((i) => `${i}.jpg,YOUNG\n${i}a.jpg,OLD\n`).join('')}`,
    );
    await expect(read()).rejects.toEqual(withCode('BAD_INPUT'));
  });
});
