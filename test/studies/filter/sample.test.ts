import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { random } from '../../../lib/core/random';
import { mean } from '../../../lib/data/numbers';
import type { Canvas } from '../../../lib/samples/canvas';
import { drawPictures, planSample } from '../../../lib/studies/filter/sample';
import { type Building, drawScene } from '../../../lib/studies/filter/scene';
import { temporaryFolder } from '../../temporary';

const plan = planSample(42);
const inside = plan.filter(({ file }) => file.startsWith('pictures/'));
const labelOf = (file: string): string => path.basename(path.dirname(file));
const isWrong = ({ file, building }: (typeof plan)[number]): boolean =>
  (building === 'castle') !== (labelOf(file) === 'castle');

describe('planSample', () => {
  it('has 1,200 pictures in two classes and three parts, and 17 from outside with a caption each', () => {
    const counts: Record<string, number> = {};
    for (const { file } of plan) {
      const place = path.dirname(file);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    expect(counts).toEqual({
      'pictures/train/castle': 400,
      'pictures/train/other': 400,
      'pictures/valid/castle': 100,
      'pictures/valid/other': 100,
      'pictures/test/castle': 100,
      'pictures/test/other': 100,
      'outside/castle': 6,
      'outside/other': 11,
    });
    expect(new Set(plan.map(({ file }) => file)).size).toBe(plan.length);
  });

  it.each([
    ['train', 16],
    ['valid', 4],
    ['test', 4],
  ])('has the pictures of %s in the right class but for %i', (part, wrong) => {
    expect(inside.filter((one) => one.file.includes(`/${part}/`) && isWrong(one))).toHaveLength(wrong);
    expect(plan.filter(({ file }) => file.startsWith('outside/')).filter(isWrong)).toEqual([]);
  });

  it('draws 36 training pictures again, half of them in another size and none in another class', () => {
    const first = new Map<string, (typeof plan)[number]>();
    const again = inside.filter((one) => {
      if (first.has(one.scene)) return true;
      first.set(one.scene, one);
      return false;
    });
    expect(again).toHaveLength(36);
    expect(again.filter(({ scale }) => scale === 1)).toHaveLength(18);
    for (const { file, scene, building } of again) {
      const original = first.get(scene);
      expect(original).toMatchObject({ building, scale: 1 });
      expect(original?.file).toContain(`/train/${labelOf(file)}/`);
    }
  });

  it('is the same for the same seed and another for another', () => {
    expect(planSample(42)).toEqual(plan);
    expect(planSample(43)).not.toEqual(plan);
  });
});

describe('drawPictures', () => {
  const jobs = [...inside.slice(0, 3), ...inside.slice(-3)];
  const draw = async (): Promise<Buffer[]> => {
    const folder = temporaryFolder();
    for (const { file } of jobs) await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
    await drawPictures.run({ folder, jobs });
    return Promise.all(jobs.map(({ file }) => readFile(path.join(folder, file))));
  };

  it('gives the same bytes for the same job', async () => {
    expect(await draw()).toEqual(await draw());
  });

  it('draws a scene smaller where it is a copy in another size', async () => {
    const widths = (await draw()).map(async (bytes) => (await sharp(bytes).metadata()).width);
    expect(await Promise.all(widths)).toEqual(jobs.map(({ scale }) => Math.round(180 * scale)));
  });
});

describe('drawScene', () => {
  it('gives a castle the surroundings that any other building of the same seed has', () => {
    const draw = (building: Building) => drawScene(random(1, 'scene'), { building, size: 100 });
    const [castle, none] = [draw('castle'), draw('nothing')];
    const skyLight = ({ pixels, width }: Canvas): number =>
      mean(Array.from(pixels.subarray(0, width * 20 * 3)));
    expect(Math.abs(skyLight(castle) - skyLight(none))).toBeLessThan(1); // grey levels; the grain is drawn after the building
    expect(castle.pixels).not.toEqual(none.pixels);
  });
});
