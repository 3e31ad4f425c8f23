import { copyFileSync, cpSync, symlinkSync, unlinkSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GrownResult } from '../../../lib/core/stage';
import { dealRows } from '../../../lib/data/partRows';
import type { ImageStore } from '../../../lib/images/store';
import { selectGames } from '../../../lib/studies/prices/games';
import { openPictures } from '../../../lib/studies/prices/preparedData';
import type { Run } from '../../../lib/studies/prices/settings';
import { withCode } from '../../data/close';
import { temporaryFolder } from '../../temporary';
import { tinyData, watched } from './tinyData';

const tiny = tinyData();

/** Prepares the pictures of a run, all or those of two games, and closes the store, whose index can still be read. */
async function prepare(run: Run, games: 'all' | 'two' = 'two'): Promise<GrownResult<ImageStore>> {
  const selection = await selectGames(run);
  const { index, split } = selection;
  const two = [split.training[0]!, split.test[0]!]; // no part is empty
  const some = index && {
    ...index,
    games: new Map([...index.games].filter(([id]) => two.includes(id))),
  };
  const { stages, close } = await openPictures(
    run,
    games === 'all' ? selection : { ...selection, index: some },
  );
  close();
  return stages.images;
}

/** A copy of the data that a test may change, as a run that leaves its results beside it. */
function ownCopy(): { folder: string; run: Run } {
  const root = temporaryFolder();
  const folder = path.join(root, 'games');
  cpSync(tiny.folder, folder, { recursive: true, preserveTimestamps: true });
  return { folder, run: tiny.run({ data: folder, work: path.join(root, 'work') }) };
}

describe('preparing the pictures of a selection', () => {
  it('takes every picture that the folders hold, and names those that cannot be read', async () => {
    const { run, labels } = watched(tiny.run());
    const selection = await selectGames(run);
    const { value: store } = await prepare(run, 'all');
    const listed = [...(selection.index?.games.values() ?? [])].flat().map(({ file }) => file);
    const { columns, unreadable } = store.index;
    const { defectivePictures, pictures } = tiny.summary();
    expect([...columns.file, ...unreadable.map(({ file }) => file)].sort()).toEqual([...listed].sort());
    expect(columns.file).toHaveLength(pictures + defectivePictures.filter(({ readable }) => readable).length);
    const bad = defectivePictures.filter(({ readable }) => !readable);
    expect(unreadable.map(({ file }) => file).sort()).toEqual(bad.map(({ file }) => file).sort());
    for (const { id, file, reason } of unreadable) {
      expect(bad).toContainEqual(expect.objectContaining({ appid: id, file }));
      expect(reason).not.toBe('');
    }
    expect(new Set(labels)).toEqual(new Set(['Preparing pictures']));
  });

  it('takes what an earlier run prepared, for each size from its own folder', async () => {
    const first = await prepare(tiny.run());
    const { run, labels } = watched(tiny.run());
    const again = await prepare(run);
    expect([again.reused, again.key, labels]).toEqual([true, first.key, []]);
    const small = await prepare(tiny.run({ imageSize: 32 }));
    expect([small.reused, small.value.size]).toEqual([false, 32]);
    expect((await prepare(tiny.run())).reused).toBe(true);
  });

  it('prepares only what has changed or come, and takes no notice of what is gone', async () => {
    const { folder, run } = ownCopy();
    const { value, key, made } = await prepare(run);
    expect(made).toBe(value.count + value.index.unreadable.length);
    const file = path.join(folder, value.index.columns.file[0]!);
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    expect(await prepare(run)).toMatchObject({ reused: false, made: 1, key }); // the same picture as before
    copyFileSync(file, path.join(path.dirname(file), 'new.jpg'));
    const more = await prepare(run);
    expect(more).toMatchObject({ reused: false, made: 1 });
    expect(more.value.count).toBe(value.count + 1);
    unlinkSync(file);
    const without = await prepare(run);
    expect([without.reused, without.value.count]).toEqual([true, value.count]);
    expect(new Set([key, more.key, without.key]).size).toBe(3);
  });

  it('prepares all pictures for another colour of the padding, and keeps those with the first', async () => {
    const { run } = ownCopy();
    const { value } = await prepare(run);
    const white = { ...run, config: { ...run.config, background: '#ffffff' } };
    const again = await prepare(white);
    expect([again.reused, again.value.count]).toEqual([false, value.count]);
    expect((await prepare(run)).reused).toBe(true);
  });

  it('counts a link that leads to itself as a picture that cannot be read', async () => {
    const { folder, run } = ownCopy();
    const { value } = await prepare(run);
    const loop = `${path.dirname(value.index.columns.file[0]!)}/loop.jpg`;
    symlinkSync('loop.jpg', path.join(folder, loop));
    const { value: store } = await prepare(run);
    expect(store.count).toBe(value.count);
    expect(store.index.unreadable.map(({ file }) => file)).toContain(loop);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const { run } = ownCopy();
    const stopped = { ...run, signal: AbortSignal.abort() };
    await expect(prepare(stopped)).rejects.toEqual(withCode('INTERRUPTED'));
    expect((await prepare(run)).reused).toBe(false);
  });

  it('is refused for a selection without pictures', async () => {
    const run = tiny.run();
    const selection = { ...(await selectGames(run)), index: null };
    await expect(openPictures(run, selection)).rejects.toEqual(withCode('NO_SCREENSHOTS'));
  });
});

describe('dealing rows to the parts', () => {
  it('withholds a picture from training that is also a test picture', async () => {
    const { folder, run } = ownCopy();
    const { split } = await selectGames(run);
    const [learner, tested] = [split.training[0]!, split.test[0]!];
    copyFileSync(
      path.join(folder, 'screenshots', tested, '0.jpg'),
      path.join(folder, 'screenshots', learner, '99.jpg'),
    );
    const { value: store } = await prepare(run);
    const { rows, leaks, withheld } = dealRows(store, split);
    const rowOf = (file: string): number => store.index.columns.file.indexOf(`screenshots/${file}`);
    const planted = rowOf(`${learner}/99.jpg`);
    expect(withheld).toEqual([planted]);
    expect(rows.training).not.toContain(planted);
    expect(rows.test).toContain(rowOf(`${tested}/0.jpg`));
    expect(leaks.items).toEqual([]);
    expect(leaks.pictures).toMatchObject([
      { hash: store.index.columns.sha256[planted], parts: ['training', 'test'] },
    ]);
    expect(leaks.pictures[0]?.pictures.map(({ id }) => id).sort()).toEqual([learner, tested].sort());
  });
});
