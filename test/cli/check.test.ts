import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Checked, checkData, checkLines, costLines } from '../../lib/cli/check';
import { loadStudy } from '../../lib/cli/studies';
import { writeAtomic } from '../../lib/core/files';
import { quietRun } from '../../lib/core/run';
import { type Config, readSettings } from '../../lib/core/settings';
import { openPictures, planStore } from '../../lib/images/pictureStage';
import { plain } from '../images/pictures';
import { sharedFolder } from '../temporary';

const root = sharedFolder();

async function runOn(study: string, folder: string) {
  const { settings } = await loadStudy(study);
  return quietRun(readSettings(study, settings, { REPORT_DATA: folder }, root));
}

async function writePictures(folder: string, names: readonly string[]): Promise<void> {
  for (const [i, name] of names.entries()) {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    await plain(80 + 40 * (i % 2), 60, [10 * i, 90, 200 - 10 * i]).toFile(path.join(folder, name));
  }
}

describe('class folders', () => {
  const folder = path.join(root, 'classes 価格');
  const lines: string[] = [];
  let checked: Checked;
  let config: Config;
  beforeAll(async () => {
    const names = ['cat', 'dog'].flatMap((label) => [0, 1, 2, 3, 4].map((i) => `${label}/${i}.png`));
    await writePictures(folder, names);
    const [first, second] = [
      readFileSync(path.join(folder, 'cat/0.png')),
      readFileSync(path.join(folder, 'dog/1.png')),
    ];
    writeFileSync(path.join(folder, 'dog/copy of a cat.png'), first);
    writeFileSync(path.join(folder, 'dog/copy.png'), second);
    writeFileSync(path.join(folder, 'dog/cut.png'), second.subarray(0, 100));
    writeFileSync(path.join(folder, 'cat/notes.txt'), 'not a picture');
    writeFileSync(path.join(folder, 'list.csv'), '');
    const run = await runOn('filter', folder);
    config = run.config;
    checked = await checkData(await loadStudy('filter'), run);
    lines.push(...checkLines(checked, config));
  });

  it('are counted, with what will be left out in the words of the report', async () => {
    const run = await runOn('filter', folder);
    const pictures = checked.set.items.flatMap(({ id, files }) => files.map((file) => ({ id, file })));
    const { value: images } = await openPictures(run, await planStore(run, folder, pictures));
    images.close();
    const bad = [...checked.pictures].flatMap(([file, { reason }]) => (reason ? [{ file, reason }] : []));
    expect(bad).toEqual(images.index.unreadable.map(({ file, reason }) => ({ file, reason })));
    expect(bad).toHaveLength(2);
    expect(lines[0]).toMatch(/^14 items, 14 pictures \([\d.]+ kB\), 12 of them usable$/);
    for (const { file, reason } of bad) expect(lines).toContain(`        1  ${reason}: ${file}`);
    expect(lines).toContain('        1  a file in no class folder: list.csv');
  });

  it('have their sizes and copies counted, also copies under another label', () => {
    expect(lines[1]).toBe(
      'Sizes: 80 × 60 (58.3%), 120 × 60 (41.7%); 0 smaller than the 64 px that the network sees',
    );
    expect(lines[2]).toBe('Byte-identical copies: 2, of 2 pictures; 1 of these have more than one label');
  });

  it('cost what the last report tells, at least what is counted, and more than there is where that is so', async () => {
    const study = await loadStudy('filter');
    const cost = (free: number, beside?: number) => costLines(checked, study, { config, free, beside });
    expect(cost(1e9)[0]).toMatch(/no report here tells yet/);
    expect(cost(1e9)[1]).toMatch(/^Disk: at least 172.0 kB in .* 1.0 GB are free$/); // 14 × 64 × 64 × 3
    expect(cost(1e5, 1000)[1]).toMatch(/^Disk: about 186.0 kB .* 100.0 kB are free: NOT ENOUGH$/);
    const figures = {
      'images.read': 7,
      ...Object.fromEntries(study.notebooks.map(({ name }) => [`seconds.${name}`, 10])),
    };
    await writeAtomic(path.join(config.reports, 'results.json'), JSON.stringify(figures));
    expect(cost(1e9)[0]).toMatch(
      /1 min 0 s at most for all pages, as the last report here took 30 s for 7 pictures$/,
    );
  });
});

describe('a table and its pictures', () => {
  it('are counted, with rows, pictures and folders that do not fit each other, and what will stop the report', async () => {
    const folder = path.join(root, 'games');
    await writePictures(folder, [
      'screenshots/10/a.png',
      'screenshots/10/b.png',
      'screenshots/20/c.png',
      'screenshots/99/d.png',
    ]);
    mkdirSync(path.join(folder, 'screenshots', 'new'));
    const rows = ['10,4.99,"a.png, gone.png"', '20,5.99,', '30,6.99,', '40,,', '10,1.99,'];
    writeFileSync(path.join(folder, 'games.csv'), `appid,price,screenshots\n${rows.join('\n')}\n`);
    const run = await runOn('prices', folder);
    const checked = await checkData(await loadStudy('prices'), run);
    const lines = checkLines(checked, run.config);
    expect(lines[0]).toMatch(/^3 items, 2 pictures .* 2 of them usable$/);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Prices are read as whole amounts/),
        expect.stringMatching(/^The report will stop: Only 2 games/),
        '        1  missing-price: line 5: appid "40", price ""',
        '        1  duplicate-appid: line 6: appid "10", price "1.99"',
        '        1  a game without pictures: 30',
        '        1  a folder that no game of the table claims: 99 (1 pictures)',
        '        1  a folder whose name is not an appid: new',
        '        1  a picture that a row lists and that is not there: screenshots/10/gone.png',
        '        1  a picture in the folder of a game that its row does not list: 10/b.png',
      ]),
    );
    expect(existsSync(run.config.work)).toBe(false); // nothing is written
  });

  it('are refused as a report refuses them', async () => {
    const run = await runOn('prices', path.join(root, 'none'));
    await expect(checkData(await loadStudy('prices'), run)).rejects.toThrow(/There is no folder/);
  });
});
