import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { projectRoot, sha256 } from '../../lib/core/files';
import type { BaseWeights } from '../../lib/networks/backbone';
import { backboneFile } from '../../lib/networks/backbones';
import { readKerasWeights } from '../../lib/networks/hdf5';
import { publishedName } from '../../lib/networks/published';
import { inModelOrder } from '../../lib/networks/weightArrays';
import { findWeightsFile, ownBase, type WeightsRequest } from '../../lib/networks/weights';
import { sharedFolder } from '../temporary';
import { oracleWeightBytes } from './weightFiles';

const published = oracleWeightBytes('legacy.h5');
const other = oracleWeightBytes('weights.h5');
const hash = sha256(published);
const name = 'mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_96_no_top.h5';

const root = sharedFolder();
let cache: string;
let counter = 0;
let server: Server | undefined;
let asked: string[];
beforeEach(() => {
  cache = path.join(root, `cache-${counter++}`);
  asked = [];
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  vi.unstubAllEnvs();
});

/** Serves the weights' folder on this machine, in place of Keras' server. */
async function serve(answer: RequestListener): Promise<string> {
  server = createServer((request, response) => {
    asked.push(request.url!); // always set by a server
    answer(request, response);
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mobilenet_v2`;
  vi.stubEnv('REPORT_WEIGHTS_URL', url);
  return url;
}
const whole =
  (bytes: Buffer): RequestListener =>
  (_request, response) =>
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
const halfway: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-length': published.length });
  response.write(published.subarray(0, 100_000), () => response.destroy());
};
const find = async (request: Partial<WeightsRequest> = {}): Promise<BaseWeights> => {
  const { file, ...found } = await findWeightsFile({ alpha: 0.35, imageSize: 96, cache, ...request });
  return { ...(await backboneFile(file)), ...found };
};
/** Of names, shapes and values; comparing half a million numbers one by one takes the test runner seconds. */
const digest = ({ arrays }: Pick<BaseWeights, 'arrays'>): string =>
  sha256(arrays.map((a) => `${a.name} ${a.shape} ${sha256(new Uint8Array(a.data.buffer))}`).join());
const cached = () => path.join(cache, name);

const architecture = 'MobileNetV2, alpha 0.35';

describe('findWeightsFile', () => {
  it('downloads the published file once, remembers its hash, and takes it from the cache afterwards', async () => {
    await serve(whole(published));
    const progress: [number, number][] = [];
    const first = await find({ onProgress: (done, total) => progress.push([done, total]) });
    expect(first).toMatchObject({ source: 'download', name, sha256: hash, architecture, warning: null });
    expect(first.arrays).toHaveLength(260);
    expect(progress.at(-1)).toEqual([published.length, published.length]);
    expect(progress.every(([done], i) => i === 0 || done > progress[i - 1]![0])).toBe(true);
    expect(readFileSync(`${cached()}.sha256`, 'utf8')).toBe(`${hash}  ${name}\n`);
    const second = await find();
    expect(second).toMatchObject({ source: 'cache', name, sha256: hash, architecture, warning: null });
    expect(digest(second)).toBe(digest(first));
    expect(asked).toEqual([`/mobilenet_v2/${name}`]);
    expect(readdirSync(cache).sort()).toEqual([name, `${name}.sha256`]);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['is not found', (_request, response) => response.writeHead(404).end('no'), /answered 404/],
    ['breaks off', halfway, /could not be downloaded/],
    ['is a page to log in', whole(Buffer.from('<html>log in</html>')), /is not a Keras weights file/],
    [
      'is cut short but says nothing',
      (_request, response) => response.end(published.subarray(0, 9e5)),
      /not a Keras/,
    ],
  ])("takes the project's own base and says so when the file %s", async (_case, answer, reason) => {
    await serve(answer);
    const weights = await find();
    const file = path.join(projectRoot(), ownBase.file);
    expect(weights).toMatchObject({
      source: 'own',
      name: path.basename(file),
      sha256: sha256(readFileSync(file)),
      architecture,
    });
    expect(digest(weights)).toBe(digest({ arrays: inModelOrder(await readKerasWeights(file)) }));
    expect(weights.warning).toMatch(/^The base is the project's own, .*lib\/networks\/base\/README\.md/);
    expect(weights.warning).toMatch(reason);
    expect(readdirSync(cache)).toEqual([]);
  });

  it('says what to do where neither the published weights nor own ones of that width are at hand', async () => {
    vi.stubEnv('REPORT_WEIGHTS_URL', 'http://127.0.0.1:9/'); // the discard port: refused at once
    await expect(find({ alpha: 0.5 })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/(ECONNREFUSED|bad port).*alpha 0.35, not 0.5.*REPORT_WEIGHTS/),
    });
  });

  // Permissions keep root out of nothing.
  it.skipIf(process.getuid?.() === 0)(
    'reads the cache of somebody else, and says what cannot be kept there',
    async () => {
      await serve(whole(published));
      await find();
      rmSync(`${cached()}.sha256`);
      chmodSync(cache, 0o555);
      expect(await find()).toMatchObject({ source: 'cache', sha256: hash });
      const { source, warning } = await find({ imageSize: 128 });
      expect([source, readdirSync(cache)]).toEqual(['own', [name]]);
      expect(warning).toMatch(/cannot be used \(EACCES\): it is read-only or belongs to somebody else/);
      chmodSync(cache, 0o755);
    },
  );

  it('stops when the file in the cache is not the one that was downloaded', async () => {
    await serve(whole(published));
    await find();
    writeFileSync(cached(), other);
    await expect(find()).rejects.toMatchObject({
      code: 'HASH_MISMATCH',
      message: expect.stringContaining(hash),
    });
  });

  it('stops when the server gives another file than the first time, and keeps nothing of it', async () => {
    await serve(whole(other));
    await find();
    const record = readFileSync(`${cached()}.sha256`, 'utf8');
    writeFileSync(
      `${cached()}.sha256`,
      record.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
    );
    rmSync(cached());
    await expect(find()).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
    expect(readdirSync(cache)).toEqual([`${name}.sha256`]);
  });

  it('stops for an alpha never published', async () => {
    await expect(find({ alpha: 0.6 })).rejects.toMatchObject({ code: 'BAD_SETTING' });
  });

  it('can be interrupted, which leaves no partial file and no other weights', async () => {
    const controller = new AbortController();
    await serve((_request, response) => {
      response.writeHead(200, { 'content-length': published.length });
      response.write(published.subarray(0, 1000));
    });
    const onProgress = () => controller.abort();
    await expect(find({ onProgress, signal: controller.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(readdirSync(cache)).toEqual([]);
    await expect(find({ signal: controller.signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('publishedName', () => {
  it.each([
    [0.35, 96, '0.35_96'],
    [1, 224, '1.0_224'],
    [0.5, 150, '0.5_160'],
    [0.75, 512, '0.75_224'],
    [1.4, 96, '1.4_224'],
    [1, 64, '1.0_96'],
  ])('for alpha %s at %s px is that of the nearest published size', (alpha, size, part) => {
    expect(publishedName(alpha, size)).toBe(
      `mobilenet_v2_weights_tf_dim_ordering_tf_kernels_${part}_no_top.h5`,
    );
  });
});
