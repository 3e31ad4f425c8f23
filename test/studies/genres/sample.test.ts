import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawCover, genres } from '../../../lib/studies/genres/cover';
import { drawCovers, planSample } from '../../../lib/studies/genres/sample';
import { temporaryFolder } from '../../temporary';

const plan = planSample(42);
const scenesOf = (covers: typeof plan) => new Set(covers.map(({ scene }) => scene));
const look = ({ scene, region }: (typeof plan)[number]) => `${scene} ${region}`;

describe('planSample', () => {
  it('has 1,000 covers of 700 titles, each with a file of its own', () => {
    expect(plan).toHaveLength(1000);
    expect(new Set(plan.map(({ file }) => file)).size).toBe(1000);
    expect(new Set(plan.map(({ title }) => title)).size).toBe(700);
    expect(scenesOf(plan).size).toBe(700); // one for each title
  });

  it('has three times as many titles of the most frequent genre as of the rarest', () => {
    const first = new Map(plan.map((cover) => [cover.title, cover.genres[0]]));
    const counts = genres.map((genre) => [...first.values()].filter((one) => one === genre).length);
    expect(counts).toEqual([160, 220, 120, 70, 130]);
  });

  it('has titles of two genres, which the table says', () => {
    const two = plan.filter((cover) => cover.genres.length === 2);
    expect(scenesOf(two).size).toBe(78);
    expect(two.filter(({ labels }) => labels.length === 2).length / two.length).toBeGreaterThan(0.9);
    expect(two.every((cover) => cover.genres[0] !== cover.genres[1])).toBe(true);
  });

  it('has the same cover again, now and then under another genre', () => {
    const first = new Map<string, (typeof plan)[number]>();
    const again = plan.filter((cover) => {
      const before = first.get(look(cover));
      first.set(look(cover), before ?? cover);
      return before !== undefined;
    });
    expect(again.length).toBeGreaterThan(70);
    const conflicts = again.filter(
      (cover) => String(cover.labels) !== String(first.get(look(cover))?.labels),
    );
    expect(conflicts.length).toBeGreaterThan(20);
  });

  it('is the same for the same seed and another for another', () => {
    expect(planSample(42)).toEqual(plan);
    expect(planSample(43)).not.toEqual(plan);
  });
});

describe('drawing', () => {
  it('gives the same bytes for covers of one scene and region, others for another region', async () => {
    const folder = temporaryFolder();
    await mkdir(path.join(folder, 'covers'));
    const [one] = plan as [(typeof plan)[number]];
    const other = one.region === 'Japan' ? 'USA' : 'Japan';
    const jobs = [
      one,
      { ...one, file: 'covers/a.jpg' },
      { ...one, file: 'covers/b.jpg', region: other } as const,
    ];
    await drawCovers.run({ folder, jobs });
    const [first, same, another] = await Promise.all(
      jobs.map(({ file }) => readFile(path.join(folder, file))),
    );
    expect(same).toEqual(first);
    expect(another).not.toEqual(first);
  });

  it('draws every genre', () => {
    for (const genre of genres) {
      const { pixels } = drawCover({ scene: `a scene of ${genre}`, genres: [genre], region: 'USA' });
      expect(new Set(pixels).size).toBeGreaterThan(50);
    }
  });
});
