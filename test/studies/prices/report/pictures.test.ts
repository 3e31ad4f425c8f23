import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { quietRun } from '../../../../lib/core/run';
import { augmentationOf } from '../../../../lib/images/copies';
import type { ImageStore, StoreColumns } from '../../../../lib/images/store';
import { warp } from '../../../../lib/images/warp';
import { shownPixels } from '../../../../lib/networks/featureStage';
import {
  encodePicture,
  parameterRows,
  pictureRowsHtml,
  storedPicture,
  variantRow,
} from '../../../../lib/report/gallery';
import type { Selection } from '../../../../lib/studies/prices/games';
import { beforeAndAfter, uploadedPicture, variedRows } from '../../../../lib/studies/prices/report/pictures';
import { defaults } from '../../../../lib/studies/prices/settings';
import { psnr } from '../../../images/pictures';
import { decoded, files, pictureStore } from '../../../report/pictureStore';

const { folder, store } = pictureStore();
const run = quietRun({ ...defaults('/project'), imageSize: 32 });
const square = (pixels: Uint8Array): Promise<string> => encodePicture({ pixels, width: 32, height: 32 });

describe('a picture of the store', () => {
  it('shows the row it is asked for', async () => {
    const shown = await storedPicture(store(), 1, 'words', 'caption');
    expect(shown).toEqual({ src: await square(store().readOne(1)), alt: 'words', caption: 'caption' });
    const { data, size } = await decoded(shown.src);
    expect(size).toBe('32 × 32 × 3');
    expect(psnr(data, store().readOne(1))).toBeGreaterThan(30); // dB; a JPEG at quality 85 loses that much
  });
});

describe('a picture as it was uploaded', () => {
  const sizeOf = async (row: number): Promise<string> =>
    (await decoded((await uploadedPicture(path.join(folder, files[row]!), { alt: 'words' })).src)).size;

  it('is made smaller until its longer side fits, and never larger', async () => {
    expect([await sizeOf(0), await sizeOf(5)]).toEqual(['360 × 203 × 3', '20 × 30 × 3']);
  });

  it('is turned upright as its EXIF data asks for', async () => {
    expect(await sizeOf(4)).toBe('203 × 360 × 3');
  });

  it('shows grey through what is transparent', async () => {
    const { data } = await decoded(
      (await uploadedPicture(path.join(folder, files[3]), { alt: 'words' })).src,
    );
    // Half of (255, 0, 0) over (128, 128, 128); a few levels are lost in the JPEG.
    [191, 64, 64].forEach((level, channel) => {
      expect(Math.abs(data[channel]! - level)).toBeLessThan(6);
    });
  });
});

describe('varied rows', () => {
  it('are one of each kind, rarest first, then the first of each game, and no more than asked for', () => {
    // Rows 0, 1 and 2 are of one kind whatever the case of their ending; 4 stands for the shape after rotation.
    expect(variedRows(store(), 10)).toEqual([3, 4, 5, 0]);
    expect(variedRows(store(), 2)).toEqual([3, 4]);
    expect(variedRows(store(), 0)).toEqual([]);
  });

  it('are the first pictures of games where all pictures are of one kind', () => {
    const count = 60_000;
    const columns: Partial<StoreColumns> = {
      item: Array.from({ length: count }, (_, row) => String(Math.floor(row / 6) + 1)),
      file: Array.from({ length: count }, (_, row) => `${row}.jpg`),
      width: new Array<number>(count).fill(600),
      height: new Array<number>(count).fill(338),
    };
    const start = performance.now();
    expect(variedRows({ index: { columns } } as ImageStore, 3)).toEqual([0, 6, 12]);
    expect(performance.now() - start).toBeLessThan(2000); // ms: a large data set, some 50 ms
  });
});

describe('before and after', () => {
  it('puts each original beside what the network sees, with format and sizes', async () => {
    const selection: Partial<Selection> = { folder };
    const rows = await beforeAndAfter(selection as Selection, store(), 4);
    expect(rows.map(({ caption, pictures }) => [caption, ...pictures.map((one) => one.caption)])).toEqual([
      ['10/3.png', 'PNG, 50 × 40', '32 × 32'],
      ['20/0.jpg', 'JPG, 338 × 600', '32 × 32'],
      ['20/1.gif', 'GIF, 20 × 30', '32 × 32'],
      ['10/0.jpg', 'JPG, 600 × 338', '32 × 32'],
    ]);
    expect(rows[3]?.pictures[1]?.src).toBe(await square(store().readOne(0)));
    expect(rows[3]?.pictures.map(({ alt }) => alt)).toEqual([
      'screenshots/10/0.jpg as uploaded',
      'screenshots/10/0.jpg as the network sees it',
    ]);
    expect(pictureRowsHtml(rows)).toContain('data:image/jpeg;base64,');
  });
});

describe('augmented copies', () => {
  it('are the picture itself and what the training is given', async () => {
    const { pictures } = await variantRow(store(), 1, 2, augmentationOf(run.config));
    const expected = [0, 1, 2].map((variant) =>
      square(shownPixels(run, store(), [{ image: 1, variant, part: 'training' }])),
    );
    expect(pictures.map(({ src }) => src)).toEqual(await Promise.all(expected));
    expect(pictures.map(({ caption }) => caption)).toEqual(['original', 'copy 1', 'copy 2']);
    expect(new Set(pictures.map(({ src }) => src)).size).toBe(3);
  });
});

describe('the rows of the parameters', () => {
  it('show the picture, and each parameter at both ends of its range', async () => {
    const rows = await parameterRows(run.config, store(), 0);
    const original = store().readOne(0);
    const neutral = { theta: 0, tx: 0, ty: 0, shear: 0, zx: 1, zy: 1, flipHorizontal: false };
    expect(rows.map(({ caption }) => caption?.match(/^\*\*(.+)\*\*/)?.[1])).toEqual([
      'rotation',
      'shift across',
      'shift down',
      'shear',
      'zoom',
      'flip',
    ]);
    for (const { pictures } of rows) expect(pictures[0]?.src).toBe(await square(original));
    const turned = await Promise.all(
      [-10, 10].map((theta) => square(warp(original, { ...neutral, theta }, 32, 32))),
    );
    expect(rows[0]?.pictures.slice(1).map(({ src }) => src)).toEqual(turned);
  });
});
