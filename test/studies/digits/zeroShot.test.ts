import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { quietRun } from '../../../lib/core/run';
import { readSettings } from '../../../lib/core/settings';
import { nearest, nearnessChart } from '../../../lib/report/nearness';
import { settings } from '../../../lib/studies/digits/settings';
import { rightShares, zeroShot } from '../../../lib/studies/digits/zeroShot';
import { fillClipFolder, sharePackages } from '../../networks/clipFolder';
import { temporaryFolder } from '../../temporary';

const run = quietRun(readSettings('digits', settings, {}));

describe('CLIP on the photographs', () => {
  it('compares each with each sentence, and forms of a sentence by their mean too', async ({ skip }) => {
    const cache = temporaryFolder();
    sharePackages(cache);
    vi.stubEnv('REPORT_CACHE', cache);
    fillClipFolder(path.join(cache, 'weights', 'Xenova', 'clip-vit-base-patch32'));
    const said = vi.spyOn(console, 'log').mockReturnValue();
    const found = await zeroShot(run);
    const [reason] = said.mock.calls.flat();
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    if (!found) return skip(String(reason));
    const { fitting, unfitting, forms } = found;
    expect(fitting.sentences[1]).toBe('a photo of a cup of coffee.');
    for (const { cosines, shares, sentences } of [fitting, unfitting, ...forms]) {
      expect([shares.length, shares[0]?.length]).toEqual([4, sentences.length]);
      for (const row of shares) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 9); // though nothing fits
      for (const cosine of cosines.flat()) expect(Math.abs(cosine)).toBeLessThan(1 + 1e-6);
    }
    const [own, sum] = [forms[1]!, forms.at(-1)!];
    expect(own.cosines).toEqual(fitting.cosines);
    const each = forms.slice(0, -1).map(({ cosines }) => cosines[0]![0]!);
    const mean = each.reduce((a, b) => a + b) / each.length;
    expect(sum.cosines[0]![0]! / mean).toBeGreaterThan(1); // as the mean of vectors of length 1 is shorter
    for (const { picture, cosine, share } of nearest(fitting)) {
      const row = ['cat', 'cup', 'astronaut', 'motorcycle'].indexOf(picture);
      expect(cosine).toBe(Math.max(...fitting.cosines[row]!));
      expect(share).toBeGreaterThan(1 / 4);
    }
    expect(rightShares(forms)[1]!.cup).toBe(fitting.shares[1]![1]);
    expect(nearnessChart(fitting, 'Near').traces[0]).toMatchObject({
      z: fitting.sentences.map((_, k) => fitting.cosines.map((row) => row[k])),
    });
  });

  it('without its weights says how to get them, and nothing else', async () => {
    vi.stubEnv('REPORT_CACHE', temporaryFolder());
    const said = vi.spyOn(console, 'log').mockReturnValue();
    expect(await zeroShot(run)).toBeNull();
    expect(said.mock.calls.flat().join()).toContain('npm run fetch -- clip');
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });
});
