import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../lib/core/files';
import { fetchPublished, type Published, published } from '../../lib/networks/published';
import { localServer, served } from '../storage/localServer';
import { temporaryFolder } from '../temporary';

const some = (url: string, files: readonly string[], more: Partial<Published> = {}): Published => ({
  ...{ what: 'some', url: `${url}/`, place: 'of/some', files, licence: 'MIT', use: '' },
  ...more,
});

describe('fetchPublished', () => {
  it('fetches what is not there yet, with its hash beside it, and says where it lies', async () => {
    const server = await localServer(served({ '/config.json': '{}', '/onnx/model.onnx': 'model' }));
    const cache = temporaryFolder();
    const weights = some(server.origin, ['config.json', 'onnx/model.onnx']);
    expect(await fetchPublished(weights, { cache })).toBe(path.join(cache, 'of/some'));
    expect(await fetchPublished(weights, { cache })).toBe(path.join(cache, 'of/some'));
    expect(server.asked).toEqual(['/config.json', '/onnx/model.onnx']);
    const model = path.join(cache, 'of/some/onnx/model.onnx');
    expect(readFileSync(`${model}.sha256`, 'utf8')).toBe(`${sha256('model')}  model.onnx\n`);
    writeFileSync(model, 'damaged');
    await expect(fetchPublished(weights, { cache })).rejects.toMatchObject({
      code: 'HASH_MISMATCH',
      message: expect.stringContaining(`delete ${model} and run again`),
    });
  });

  it('holds a first download to the digits that torch writes into its name', async () => {
    const good = `net-${sha256('net').slice(0, 8)}.pth`;
    const server = await localServer(served({ [`/${good}`]: 'net', '/net-01234567.pth': 'net' }));
    const cache = temporaryFolder();
    const of = (name: string) => fetchPublished(some(server.origin, [name], { place: '' }), { cache });
    expect(await of(good)).toBe(path.join(cache, good));
    await expect(of('net-01234567.pth')).rejects.toMatchObject({
      code: 'HASH_MISMATCH',
      message: expect.stringContaining('its name says 01234567'),
    });
    expect(readdirSync(cache).sort()).toEqual([good, `${good}.sha256`]);
  });

  it('follows a redirect to the servers of its table only', async () => {
    const other = await localServer(served({ '/blob': 'model' }));
    const server = await localServer((_request, response) =>
      response.writeHead(302, { location: `${other.origin}/blob` }).end(),
    );
    const cache = temporaryFolder();
    const weights = some(server.origin, ['model']);
    await expect(fetchPublished(weights, { cache })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('not among the servers'),
    });
    expect(other.asked).toEqual([]);
    await fetchPublished({ ...weights, origins: [other.origin] }, { cache });
    expect(readFileSync(path.join(cache, 'of/some/model'), 'utf8')).toBe('model');
  });

  it('keeps nothing of a file that does not come whole', async () => {
    const server = await localServer((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => response.destroy());
    });
    const cache = temporaryFolder();
    await expect(fetchPublished(some(server.origin, ['model']), { cache })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
    expect(existsSync(path.join(cache, 'of/some/model'))).toBe(false);
    expect(readdirSync(path.join(cache, 'of/some'))).toEqual([]);
  });
});

describe('published', () => {
  it.each(Object.entries(published))('%s is had by https', (_name, weights: Published) => {
    for (const url of [weights.url, ...(weights.origins ?? [])]) expect(url).toMatch(/^https:/);
    expect(weights.url.endsWith('/')).toBe(true);
  });
});
