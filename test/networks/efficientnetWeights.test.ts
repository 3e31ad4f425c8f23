import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../lib/core/files';
import { quietRun } from '../../lib/core/run';
import { type Config, coreSettings, readSettings } from '../../lib/core/settings';
import { efficientnetLite0, lite0File } from '../../lib/networks/efficientnetLite';
import { packageFile } from '../../lib/networks/packageFile';
import { oracleFolder } from '../oracle';
import { sharedFolder } from '../temporary';
import { oracleWeightFile } from './weightFiles';

const folder = sharedFolder();

/** No index answers, and no folder of packages stands in for one. */
function withoutRegistry(): void {
  vi.stubEnv('PIP_NO_INDEX', '1');
  vi.stubEnv('PIP_FIND_LINKS', path.join(folder, 'none'));
}

afterEach(() => void vi.unstubAllEnvs());

const find = (weights: Config['weights']) =>
  efficientnetLite0(quietRun({ ...readSettings('any', coreSettings, {}), weights }));

describe('a file out of a Python package', () => {
  const wanted = { project: 'a-project', version: '1', member: 'a/file.bin', sha256: sha256('content') };

  it('is taken from the cache, and refused there when it is another one', async () => {
    withoutRegistry();
    const cache = path.join(folder, 'cache');
    mkdirSync(cache);
    writeFileSync(path.join(cache, 'file.bin'), 'content');
    const onFetch = vi.fn();
    expect(await packageFile(wanted, { cache, onFetch })).toBe(path.join(cache, 'file.bin'));
    expect(onFetch).not.toHaveBeenCalled();
    writeFileSync(path.join(cache, 'file.bin'), 'other');
    await expect(packageFile(wanted, { cache })).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
  });

  it('that cannot be fetched leaves nothing behind and says why', async () => {
    withoutRegistry();
    const cache = path.join(folder, 'empty');
    await expect(packageFile(wanted, { cache })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/^a-project 1 could not be had from the Python package index \(.+\)\.$/),
    });
    expect(readdirSync(cache)).toEqual([]);
  });

  it('is not waited for when the run is interrupted', async () => {
    withoutRegistry();
    const signal = AbortSignal.abort();
    const cache = path.join(folder, 'interrupted');
    await expect(packageFile(wanted, { cache, signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(readdirSync(cache)).toEqual([]);
  });
});

describe('efficientnetLite0', () => {
  it("takes a Keras file of MobileNetV2 in its network's place", async () => {
    const file = oracleWeightFile(folder, 'legacy.h5');
    const found = await find(file);
    expect(found).toMatchObject({
      architecture: 'MobileNetV2, alpha 0.35',
      source: 'file',
      sha256: sha256(readFileSync(file)),
      warning: null,
    });
  });

  it('refuses a file of torch that is of another network, or damaged', async () => {
    const tiny = path.join(oracleFolder, 'tiny.pth');
    await expect(find(tiny)).rejects.toMatchObject({ code: 'WRONG_ARCHITECTURE' });
    const damaged = path.join(folder, 'damaged.pth');
    writeFileSync(damaged, readFileSync(tiny).subarray(0, 500));
    await expect(find(damaged)).rejects.toMatchObject({ code: 'BAD_WEIGHTS' });
  });

  it("takes the project's own base, with a warning, where no registry answers", async () => {
    withoutRegistry();
    vi.stubEnv('REPORT_CACHE', path.join(folder, 'cache of the project'));
    const found = await find(null);
    expect(found).toMatchObject({ architecture: 'MobileNetV2, alpha 0.35', source: 'own' });
    expect(found.warning).toContain(`${lite0File.project} ${lite0File.version} could not be had`);
  });
});
