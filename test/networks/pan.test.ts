import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { FRAMES, panAlong } from '../../lib/networks/pan';

const half = async (background: string) => {
  const source = await sharp({ create: { width: 500, height: 512, channels: 3, background } })
    .png()
    .toBuffer();
  return { name: background, source };
};

describe('a pan along photographs', () => {
  it('shows the first one first and the last one last, and knows where their objects are', async () => {
    const photographs = [await half('#ff0000'), await half('#0000ff')]; // a strip of 500 × 256
    const box = { left: 400, top: 0, width: 100, height: 100 }; // of the second: from 450 to 500 in the strip
    const objects = [{ picture: '#0000ff', label: 'corner', box }];
    const { frames, shown } = await panAlong(photographs, objects);
    expect(frames.length).toBe(FRAMES);
    const pixel = async (i: number, left: number) => {
      const { data } = await sharp(frames[i]!.content)
        .extract({ left, top: 0, width: 1, height: 1 })
        .raw()
        .toBuffer({ resolveWithObject: true });
      return [...data.subarray(0, 3)];
    };
    expect(await pixel(0, 0)).toEqual([255, 0, 0]);
    expect(await pixel(FRAMES - 1, 319)).toEqual([0, 0, 255]);
    const last = shown.at(-1)!;
    expect(last).toMatchObject({ picture: String(FRAMES - 1), label: 'corner', crowd: false });
    expect(last.box).toEqual({ left: 270, top: 0, width: 50, height: 50 }); // of 320 from 180 on
    expect(shown[0]!.crowd).toBe(true); // it comes in from the right
    expect(shown.every((one) => one.box.left + one.box.width <= 320)).toBe(true);
  });
});
