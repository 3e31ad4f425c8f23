import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../lib/core/files';
import { npmPackage, packageFile } from '../../lib/storage/packages';
import { sharedFolder, temporaryFolder } from '../temporary';
import { localServer } from './localServer';

const folder = sharedFolder();

/** No index answers, and no folder of packages stands in for one. */
function withoutRegistry(): void {
  vi.stubEnv('PIP_NO_INDEX', '1');
  vi.stubEnv('PIP_FIND_LINKS', path.join(folder, 'none'));
  vi.stubEnv('npm_config_offline', 'true');
}

afterEach(() => void vi.unstubAllEnvs());

/** An npm registry that holds `@a/package` 1.2.3 with `data.txt`. */
async function npmRegistry(): Promise<void> {
  const place = temporaryFolder();
  const about = { name: '@a/package', version: '1.2.3', scripts: { install: 'touch ran' } };
  writeFileSync(path.join(place, 'package.json'), JSON.stringify(about));
  writeFileSync(path.join(place, 'data.txt'), 'content');
  execFileSync('npm', ['pack', '--silent'], { cwd: place });
  const archive = readFileSync(path.join(place, 'a-package-1.2.3.tgz'));
  const server = await localServer(({ url = '' }, response) => {
    const dist = {
      tarball: `${server.origin}/a.tgz`,
      shasum: createHash('sha1').update(archive).digest('hex'),
    };
    const listed = { name: about.name, versions: { '1.2.3': { ...about, dist } } };
    response.end(url === '/a.tgz' ? archive : JSON.stringify(listed));
  });
  vi.stubEnv('npm_config_registry', server.origin);
  vi.stubEnv('npm_config_cache', path.join(place, 'cache'));
}

describe('a package of npm', () => {
  const wanted = { name: '@a/package', version: '1.2.3', files: { 'data.txt': sha256('content') } };

  it('is fetched once and trimmed, without running its scripts', async () => {
    await npmRegistry();
    const options = { cache: temporaryFolder(), onFetch: vi.fn(), trim: vi.fn() };
    const found = await npmPackage({ ...wanted, files: undefined }, options);
    expect(await npmPackage({ ...wanted, files: undefined }, options)).toBe(found);
    expect(options.onFetch).toHaveBeenCalledOnce();
    expect(options.trim).toHaveBeenCalledOnce();
    expect(readdirSync(found).sort()).toEqual(['data.txt', 'package.json']);
  });

  it('gives the files that are wanted alone, once, and is held to their hashes', async () => {
    await npmRegistry();
    const cache = temporaryFolder();
    const options = { cache, onFetch: vi.fn() };
    const found = await npmPackage(wanted, options);
    expect(found).toBe(path.join(cache, 'a-package-1.2.3', 'node_modules', '@a', 'package'));
    expect(await npmPackage(wanted, options)).toBe(found);
    expect(options.onFetch).toHaveBeenCalledOnce();
    expect(readdirSync(found)).toEqual(['data.txt']);
    expect(readdirSync(cache)).toEqual(['a-package-1.2.3']);
    writeFileSync(path.join(found, 'data.txt'), 'other');
    await expect(npmPackage(wanted, options)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
  });

  it('that holds another file than expected is not kept', async () => {
    await npmRegistry();
    const cache = temporaryFolder();
    const other = { ...wanted, files: { 'data.txt': sha256('other') } };
    await expect(npmPackage(other, { cache })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('data.txt is not the file'),
    });
    expect(readdirSync(cache)).toEqual([]);
  });

  it.each(['DOWNLOAD_FAILED', 'INTERRUPTED'])(
    'that cannot be had leaves nothing behind: %s',
    async (code) => {
      withoutRegistry();
      const cache = temporaryFolder();
      const signal = code === 'INTERRUPTED' ? AbortSignal.abort() : undefined;
      await expect(npmPackage(wanted, { cache, signal })).rejects.toMatchObject({ code });
      expect(readdirSync(cache)).toEqual([]);
    },
  );
});

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
