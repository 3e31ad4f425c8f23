import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { ReportError } from '../../core/errors';
import { argMax } from '../../core/extremes';
import { pictureSides } from '../../images/pictureSides';
import { tryWholePicture } from '../../images/prepare';
import { loadModel } from '../../networks/modelFile';
import { loadTensorFlow } from '../../tensorflow/backend';
import { limits, openDemo, refusals, squarePicture } from './demo';
import { readDemo } from './writeDemo';

/** The demo in a folder with the model run natively, for files: what `POST /predict` answers with. Throws `NO_MODEL` where there is none. */
export async function openNativeDemo(folder: string) {
  if (!existsSync(path.join(folder, 'demo.json'))) {
    const command = `npm run report -- ${path.basename(path.dirname(folder))}`;
    throw new ReportError('NO_MODEL', `There is no demo in ${folder}: run "${command}" first.`);
  }
  const { tf } = await loadTensorFlow();
  const record = await readDemo(folder);
  const references = new Int8Array(await readFile(path.join(folder, 'references.bin')));
  const { model } = await loadModel(folder);
  const demo = openDemo(tf, model, record, references);
  const background = `#${record.background.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
  return {
    ...demo,
    background,
    /** A file's content as the page prepares it, and what the demo says of it, or why it cannot be read. */
    askFile: async (content: Uint8Array) => {
      const picture = await tryWholePicture(content, background);
      if ('reason' in picture) return picture;
      return { picture, ...(await demo.ask(squarePicture(picture, record).pixels)) };
    },
  };
}

export type NativeDemo = Awaited<ReturnType<typeof openNativeDemo>>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  ...{ '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' },
  ...{
    '.json': 'application/json',
    '.wasm': 'application/wasm',
    '.jpg': 'image/jpeg',
    '.jpeg': 'image/jpeg',
  },
  ...{ '.png': 'image/png', '.webp': 'image/webp', '.gif': 'image/gif' },
};

/** Pictures that are looked at side by side, and milliseconds after which an answer is given up. */
const load = { together: 4, timeout: 10_000 };

/** Why a request is refused: an HTTP status and a sentence. */
class Refusal extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** Serves a demo's folder, and answers `POST /predict` with a picture as its body. Nothing is stored, and no address is ever fetched. */
export async function demoServer(
  folder: string,
  demo: Pick<NativeDemo, 'record' | 'askFile'>,
  { together, timeout } = load,
): Promise<FastifyInstance> {
  const server = fastify({ bodyLimit: limits.bytes, requestTimeout: 30_000, forceCloseConnections: true });
  const { classes, references } = demo.record;
  let busy = 0;
  const answer = async (content: Uint8Array) => {
    const start = performance.now();
    const found = await demo.askFile(content);
    if ('reason' in found) throw new Refusal(422, `This picture cannot be used: ${found.reason}.`);
    const { probabilities, nearest, picture } = found;
    const best = argMax(probabilities);
    return {
      class: classes[best],
      probabilities: Object.fromEntries(classes.map((name, i) => [name, probabilities[i]])),
      nearest: nearest.map(({ row, similarity }) => ({ ...references[row], similarity })),
      ...{ width: picture.width, height: picture.height },
      milliseconds: Math.round(performance.now() - start),
    };
  };
  server.addHook('onSend', async (_, reply) => void reply.header('x-content-type-options', 'nosniff'));
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  server.setErrorHandler<Error & { statusCode?: number }>((error, _, reply) => {
    const status = error.statusCode ?? 500;
    const message = status === 413 && !(error instanceof Refusal) ? refusals.bytes : error.message;
    return reply
      .code(status)
      .send({ error: status === 500 ? 'The picture could not be looked at.' : message });
  });
  server.setNotFoundHandler((_, reply) =>
    reply.code(404).send({ error: 'There is only the page, at /, and POST /predict.' }),
  );
  server.post('/predict', async ({ body }) => {
    const content = body instanceof Uint8Array ? body : new Uint8Array();
    const sides = pictureSides(content);
    if (!sides) throw new Refusal(415, refusals.kind);
    if (sides.width * sides.height > limits.pixels) throw new Refusal(413, refusals.pixels);
    if (busy >= together) throw new Refusal(503, 'Too many pictures at once: try again in a moment.');
    busy++;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const refuse = (): void => reject(new Refusal(503, 'This picture takes too long.'));
      timer = setTimeout(refuse, timeout);
    });
    // What takes too long goes on, and counts as long as it does.
    const answered = answer(content).finally(() => busy--);
    return Promise.race([answered, late]).finally(() => clearTimeout(timer));
  });
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((one) => path.extname(one))) {
    const address = `/${name.split(path.sep).map(encodeURIComponent).join('/')}`;
    for (const url of name === 'index.html' ? ['/', address] : [address]) {
      server.get(url, async (_, reply) =>
        reply
          .type(types[path.extname(name)] ?? 'application/octet-stream')
          .send(await readFile(path.join(folder, name))),
      );
    }
  }
  return server;
}
