import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { featureMapPictures, filterPictures } from '../../lib/report/networkPictures';

const decoded = async (src = '') =>
  sharp(Buffer.from(src.split(',')[1] ?? '', 'base64'))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });

describe('pictures of a network', () => {
  it('show the maps that vary most, from black to white', async () => {
    const map = (...values: number[]) => ({ width: 2, height: 2, values: Float32Array.from(values) });
    const [first, second] = await featureMapPictures([map(1, 1, 1, 1), map(0, 1, 2, 5), map(3, 0, 0, 0)], 2);
    expect([first?.alt, second?.alt]).toEqual(['Channel 1', 'Channel 2']);
    const { data, info } = await decoded(first?.src);
    expect([info.width, info.height]).toEqual([84, 84]);
    expect([data[0], data[info.channels * 84 * 84 - 1]]).toEqual([0, 255]);
    const flat = await featureMapPictures([map(7, 7, 7, 7)], 1);
    expect((await decoded(flat[0]?.src)).data[0]).toBe(0);
  });

  it('show windows as colours about grey, each at its own scale', async () => {
    const filter = (...colour: number[]) => Float32Array.from([...colour, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const [first, second] = await filterPictures({
      side: 2,
      filters: [filter(2, 0, -2), filter(0, 0.1, 0.05)],
    });
    expect([...(await decoded(first?.src)).data.subarray(0, 3)]).toEqual([255, 128, 0]);
    expect([...(await decoded(second?.src)).data.subarray(0, 3)]).toEqual([128, 255, 191]);
  });
});
