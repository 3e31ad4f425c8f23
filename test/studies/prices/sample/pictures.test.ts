import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../../lib/core/files';
import { drawTogether } from '../../../../lib/samples/drawTogether';
import { drawPictures, type PictureJob } from '../../../../lib/studies/prices/sample/pictures';
import { type AppId, parseAppId } from '../../../../lib/studies/prices/units';
import { temporaryFolder } from '../../../temporary';

const appids = ['10', '20'].map((text) => parseAppId(text) as AppId); // both are appids
const jobs: PictureJob[] = Array.from({ length: 200 }, (_, i) => {
  const appid = appids[i < 100 ? 0 : 1]!; // the second game's pictures come last
  return { seed: 5, appid, picture: i % 100, quality: 0.4, name: appid };
});

function folderWith(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) mkdirSync(path.join(folder, 'screenshots', name), { recursive: true });
  return folder;
}

const hashOf = (folder: string, name: string): string =>
  sha256(readFileSync(path.join(folder, 'screenshots', name, '7.jpg')));

describe('drawing with several processes', () => {
  it('gives every picture in order, with the bytes that one process gives', async () => {
    const folder = folderWith(...appids);
    const told: number[] = [];
    const drawn = await drawTogether(drawPictures, folder, jobs, (done) => told.push(done));
    expect([told.at(-1), told.length]).toEqual([200, 13]);
    expect(drawn.map(({ file }) => file)).toEqual(
      jobs.map(({ name, picture }) => `screenshots/${name}/${picture}.jpg`),
    );
    const alone = folderWith(...appids);
    const few = [jobs[7]!, jobs[107]!];
    const expected = await drawPictures.run({ folder: alone, jobs: few });
    expect([drawn[7], drawn[107]]).toEqual(expected);
    for (const name of appids) expect(hashOf(folder, name)).toBe(hashOf(alone, name));
  });

  it('ends with the fault of another process, its code included', async () => {
    const folder = folderWith(appids[0]!); // nowhere to write the second game's pictures
    await expect(drawTogether(drawPictures, folder, jobs, () => {})).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('ends when told to, whichever process is at work', async () => {
    const folder = folderWith(...appids);
    const stop = new Error('enough');
    const drawing = drawTogether(drawPictures, folder, jobs, () => {
      throw stop;
    });
    await expect(drawing).rejects.toBe(stop);
    expect(readdirSync(path.join(folder, 'screenshots', appids[0]!)).length).toBeLessThan(100);
  });
});
