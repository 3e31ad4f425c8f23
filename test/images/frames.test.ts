import { writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readFrames } from '../../lib/images/frames';
import { withCode } from '../data/close';
import { temporaryFolder } from '../temporary';
import { animation } from './pictures';

async function moving(kind: 'webp' | 'gif'): Promise<string> {
  const file = path.join(temporaryFolder(), `moving.${kind}`);
  writeFileSync(file, await animation(kind));
  return file;
}

const levelOf = async (content: Uint8Array): Promise<number> =>
  (await sharp(content).raw().toBuffer()).readUInt8(0);

describe('the frames of a moving picture', () => {
  it.each(['webp', 'gif'] as const)('are read in their order with the time of each: %s', async (kind) => {
    const frames = await readFrames(await moving(kind), 100);
    expect(frames.map(({ seconds }) => seconds)).toEqual(
      [0, 0.1, 0.3, 0.6, 1].map((at) => expect.closeTo(at, 9)),
    );
    expect(await Promise.all(frames.map(({ content }) => levelOf(content)))).toEqual([0, 50, 100, 150, 200]);
    const { width, height } = await sharp(frames[2]!.content).metadata();
    expect([width, height]).toEqual([8, 4]);
  });

  it('are as many as are wanted at most, the same number apart', async () => {
    const frames = await readFrames(await moving('webp'), 3);
    expect(await Promise.all(frames.map(({ content }) => levelOf(content)))).toEqual([0, 100, 200]);
  });

  it('of any other picture are that picture', async () => {
    const file = path.join(temporaryFolder(), 'still.png');
    await sharp({ create: { width: 3, height: 2, channels: 3, background: '#ff0000' } })
      .png()
      .toFile(file);
    expect(await readFrames(file, 10)).toMatchObject([{ seconds: 0 }]);
  });

  it('of what is none are refused', async () => {
    await expect(readFrames(__filename, 10)).rejects.toEqual(withCode('UNREADABLE_IMAGE'));
    await expect(readFrames(path.join(temporaryFolder(), 'none.gif'), 10)).rejects.toEqual(
      withCode('UNREADABLE_IMAGE'),
    );
  });
});
