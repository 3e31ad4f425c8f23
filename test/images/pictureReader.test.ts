import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readPicture, readPictures } from '../../lib/images/pictureReader';
import { temporaryFolder } from '../temporary';

afterEach(() => vi.restoreAllMocks());

async function all(files: readonly string[]) {
  const contents = [];
  for await (const content of readPictures(files)) contents.push(content);
  return contents;
}

describe('reading many pictures', () => {
  it.each([
    ['a fast disk', 0.01],
    ['a slow disk', 5],
  ])('gives every content in order, or why it cannot be had: %s', async (_name, milliseconds) => {
    const folder = temporaryFolder();
    const files = Array.from({ length: 30 }, (_, i) => path.join(folder, `${i}.jpg`));
    for (const [i, file] of files.entries()) if (i % 5 !== 2) writeFileSync(file, `content ${i}`);
    mkdirSync(files[7]!);
    symlinkSync(files[12]!, files[12]!);
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      now += milliseconds; // as long as a look at the clock, so does a file take
      return now;
    });
    const contents = await all(files);
    expect(contents).toHaveLength(30);
    const reasons: Record<number, string> = { 7: 'it is a folder', 12: 'it is a link that leads to itself' };
    contents.forEach((content, i) => {
      if (i % 5 === 2) expect(content).toEqual({ reason: reasons[i] ?? 'there is no such file' });
      else expect(Buffer.from(content as Uint8Array).toString()).toBe(`content ${i}`);
    });
  });

  it('does not read what is far larger than a picture, or no file at all', async () => {
    const folder = temporaryFolder();
    const [video, pipe, device] = ['trailer.mp4', 'pipe.jpg', 'device.jpg'].map((name) =>
      path.join(folder, name),
    );
    writeFileSync(video!, '');
    truncateSync(video!, 3 * 2 ** 30); // a hole, which takes no room
    spawnSync('mkfifo', [pipe!]);
    symlinkSync('/dev/zero', device!);
    const files = [video!, pipe!, device!];
    const large = { reason: expect.stringContaining('3.0 GiB') };
    const other = { reason: 'it is no regular file' };
    expect(await all(files)).toEqual([large, other, other]);
    expect(await Promise.all(files.map(readPicture))).toEqual([large, other, other]);
  });

  it('stops for what is not the fault of a file', async () => {
    const folder = temporaryFolder();
    const impossible = path.join(folder, 'x'.repeat(300));
    await expect(all([impossible])).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
    await expect(readPicture(impossible)).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
  });
});
