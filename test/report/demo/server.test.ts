import { spawn } from 'node:child_process';
import { cp, readFile, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../../lib/core/files';
import { prepareImage } from '../../../lib/images/prepare';
import { demoAgreement } from '../../../lib/report/demo/agreement';
import { limits, openDemo, refusals } from '../../../lib/report/demo/demo';
import { demoServer, type NativeDemo, openNativeDemo } from '../../../lib/report/demo/server';
import { writeDemo } from '../../../lib/report/demo/writeDemo';
import { tensorflow } from '../../../lib/tensorflow/backend';
import { expectClose, withCode } from '../../data/close';
import { picture, plain, wavePixels } from '../../images/pictures';
import { sharedFolder, temporaryFolder } from '../../temporary';
import { size, temperature, tinyDemo } from './tinyDemo';

const root = sharedFolder();
let tiny: Awaited<ReturnType<typeof tinyDemo>>;
let native: NativeDemo;
let server: FastifyInstance;
const wave = (phase: number): Promise<Buffer> =>
  picture(wavePixels(size, size, phase), size, size)
    .png()
    .toBuffer();
const post = (body: Buffer, type = 'image/png', to = server) =>
  to.inject({ method: 'POST', url: '/predict', body, headers: { 'content-type': type } });

beforeAll(async () => {
  tiny = await tinyDemo(root);
  native = await openNativeDemo(tiny.demo);
  server = await demoServer(tiny.demo, native);
});
afterAll(async () => {
  await server.close();
  native.dispose();
  tiny.network.dispose();
  tiny.data.images.close();
});

describe('a written demo', () => {
  it('says what the network says, at its temperature', async () => {
    const before = tensorflow().tf.memory().numTensors;
    const found = await native.askFile(await wave(0.3));
    expect(tensorflow().tf.memory().numTensors).toBe(before);
    const file = path.join(root, 'one.png');
    await picture(wavePixels(size, size, 0.3), size, size)
      .png()
      .toFile(file);
    const [asked] = await tiny.network.ask([file]);
    const plainly = (asked as { probabilities: number[] }).probabilities;
    const powers = plainly.map((p) => p ** (1 / temperature));
    const sum = powers.reduce((a, b) => a + b);
    expectClose(
      (found as { probabilities: number[] }).probabilities,
      powers.map((p) => p / sum),
      1e-3,
    ); // float32, five times as far apart at that temperature
  });

  it('has activation maps whose mean and bias are the logit of their class', async () => {
    const found = await native.askFile(await wave(1));
    if (!('maps' in found)) throw new Error(found.reason);
    const means = found.maps.map(({ values }) => values.reduce((a, b) => a + b) / values.length); // the bias is 0
    const powers = means.map((logit) => Math.exp(logit / temperature));
    const sum = powers.reduce((a, b) => a + b);
    expectClose(
      found.probabilities,
      powers.map((p) => p / sum),
      1e-3,
    ); // as above
    expect(found.maps).toHaveLength(5);
    expect(found.maps[0]).toMatchObject({ width: 3, height: 3 });
  });

  it('finds a training picture as its own nearest neighbour', async () => {
    const { name } = tiny.record.references[7]!;
    const found = await native.askFile(await readFile(path.join(root, 'waves', name)));
    if (!('nearest' in found)) throw new Error(found.reason);
    expect(found.nearest).toHaveLength(3);
    expect(found.nearest[0]!.row).toBe(7);
    expect(found.nearest[0]!.similarity).toBeGreaterThan(0.999); // features in 127ths
  });

  it('says the same when TensorFlow.js runs it in WebAssembly, as in a browser', async () => {
    const before = tensorflow().tf.memory().numTensors;
    const file = path.join(root, 'file.jpg');
    await picture(wavePixels(300, 200, 1), 300, 200)
      .jpeg()
      .toFile(file);
    const found = await prepareImage(file, size, '#204060');
    const prepared = [{ file, pixels: found.pixels }];
    const { pictures, difference, fromFile, milliseconds } = await demoAgreement(tiny.demo, native, prepared);
    expect([pictures, milliseconds > 0]).toEqual([1, true]);
    expect(difference).toBeGreaterThan(0); // another backend it was
    expect(difference).toBeLessThan(1e-3); // what the demo promises; seen: 1e-6
    expect(fromFile).toBeGreaterThan(difference); // decoded at a reduced size
    expect(fromFile).toBeLessThan(0.01);
    expect([tensorflow().tf.getBackend(), tensorflow().tf.memory().numTensors]).toEqual([
      'tensorflow',
      before,
    ]);
  });

  it('is left as it is as long as it fits, and made again for another model', async () => {
    await utimes(tiny.demo, 0, 0);
    expect((await writeDemo(tiny.run, tiny.source)).reused).toBe(true);
    expect((await stat(tiny.demo)).mtimeMs).toBeGreaterThan(0); // but counts as written
    expect((await writeDemo(tiny.run, { ...tiny.source, key: 'another' })).reused).toBe(false);
  });

  it('has its words on the page, never as markup, and five examples that were not learnt from', async () => {
    const html = await readFile(path.join(tiny.demo, 'index.html'), 'utf8');
    expect(html).toContain('<h1>Waves &lt;b&gt;</h1>');
    expect(html).not.toMatch(/\{\{|(src|href)="(https?:)?\/\//);
    expect(tiny.record.examples.map(({ label }) => label)).toEqual(tiny.data.classes);
  });

  it('is not made of a model that does not end with a linear layer', () => {
    const { tf } = tensorflow();
    const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 2, 3] })] });
    const references = new Int8Array(0);
    expect(() => openDemo(tf, model, tiny.record, references)).toThrow(withCode('WRONG_ARCHITECTURE'));
    model.dispose();
  });

  it('is missing where no report has left one', async () => {
    await expect(openNativeDemo(temporaryFolder())).rejects.toThrow(withCode('NO_MODEL'));
  });
});

describe('POST /predict', () => {
  it('answers with the probabilities of the model, and the nearest pictures', async () => {
    const answer = await post(await wave(0.3));
    const found = await native.askFile(await wave(0.3));
    if (!('probabilities' in found)) throw new Error(found.reason);
    expect(answer.statusCode).toBe(200);
    const { probabilities, nearest, width, height } = answer.json();
    expect(Object.keys(probabilities)).toEqual(tiny.data.classes);
    expect(Object.values(probabilities)).toEqual(found.probabilities);
    expect(nearest[0]).toMatchObject(tiny.record.references[found.nearest[0]!.row]!);
    expect([width, height]).toEqual([size, size]);
  });

  it('looks at the bytes, whatever their type is said to be, and at the background behind a transparent picture', async () => {
    const clear = await plain(size, size, [255, 0, 0, 0]).png().toBuffer();
    const behind = await plain(size, size, [0x20, 0x40, 0x60]).png().toBuffer();
    const [a, b] = [await post(clear, 'text/plain'), await post(behind, 'application/x-www-form-urlencoded')];
    expect(a.json().probabilities).toEqual(b.json().probabilities);
  });

  it.each([
    ['a text', 415, refusals.kind, () => Buffer.from('Dear Sir, this is no picture but a letter.')],
    ['nothing', 415, refusals.kind, () => Buffer.alloc(0)],
    ['too many bytes', 413, refusals.bytes, () => Buffer.alloc(limits.bytes + 1)],
    ['a 100-megapixel header', 413, refusals.pixels, () => hugeHeader()],
    [
      'half a picture',
      422,
      'This picture cannot be used: it ends too early.',
      async () => (await wave(1)).subarray(0, 900),
    ],
  ])('refuses %s in a sentence', async (_, status, error, body) => {
    const answer = await post(await body(), 'image/jpeg');
    expect([answer.statusCode, answer.json()]).toEqual([status, { error }]);
  });

  it('refuses more pictures at once than it looks at, until one is done, and what takes too long', async () => {
    const waiting: (() => void)[] = [];
    const askFile = () => new Promise<never>((_, reject) => waiting.push(() => reject(new Error('secret'))));
    const slow = await demoServer(
      tiny.demo,
      { record: tiny.record, askFile },
      { together: 1, timeout: 1000 },
    );
    const body = await wave(1);
    const first = post(body, 'image/png', slow);
    await expect.poll(() => waiting.length).toBe(1);
    const second = await post(body, 'image/png', slow);
    expect([second.statusCode, second.json().error]).toEqual([503, expect.stringMatching(/^Too many/)]);
    expect([(await first).statusCode, (await first).json().error]).toEqual([
      503,
      'This picture takes too long.',
    ]);
    expect((await post(body, 'image/png', slow)).statusCode).toBe(503); // it still goes on
    waiting.pop()?.();
    await expect.poll(() => waiting.length).toBe(0);
    const third = post(body, 'image/png', slow);
    await expect.poll(() => waiting.length).toBe(1);
    waiting.pop()?.();
    expect([(await third).statusCode, (await third).body]).toEqual([
      500,
      expect.not.stringContaining('secret'),
    ]);
    await slow.close();
  });
});

describe('the page of the server', () => {
  it('is the folder, and nothing beside it', async () => {
    const get = (url: string) => server.inject({ url });
    expect((await get('/')).headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    expect((await get('/demo.js')).rawPayload.equals(await readFile(path.join(tiny.demo, 'demo.js')))).toBe(
      true,
    );
    expect((await get('/thumbnails/0.jpg')).headers['content-type']).toBe('image/jpeg');
    for (const url of ['/../waves/class%200/0.png', '/..%2f..%2fpackage.json', '/predict', '/thumbnails']) {
      expect([url, (await get(url)).statusCode]).toEqual([url, 404]);
    }
  });
});

describe('npm run demo', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'serves until %s, and ends well',
    async (signal) => {
      const reports = path.join(root, 'reports');
      await cp(tiny.demo, path.join(reports, 'genres', 'demo'), { recursive: true });
      const args = [
        '--import',
        './lib/cli/loader.mjs',
        'lib/cli/command.ts',
        'demo',
        'genres',
        '--port',
        '0',
      ];
      const env = { ...process.env, REPORT_REPORTS: reports };
      const child = spawn(process.execPath, args, { cwd: projectRoot(), env });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
      const ended = new Promise((resolve) => child.on('close', resolve));
      const address = (): string => /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? '';
      await expect.poll(address, { timeout: 60_000 }).not.toBe('');
      expect(await (await fetch(address())).text()).toContain('Waves');
      child.kill(signal);
      expect([await ended, output]).toEqual([0, expect.stringContaining('Done in')]);
    },
    90_000,
  );
});

/** The header of a PNG of 10,000 × 10,000 pixels. */
function hugeHeader(): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
  header.writeUInt32BE(10_000, 16);
  header.writeUInt32BE(10_000, 20);
  return header;
}
