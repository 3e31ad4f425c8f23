import { copyFile, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import sharp from 'sharp';
import { projectRoot, sha256 } from '../../core/files';
import { random } from '../../core/random';
import type { Run } from '../../core/run';
import { type StageResult, stage } from '../../core/stage';
import type { ClassData } from '../../data/classData';
import type { ClassNetwork } from '../../explain/classNetwork';
import { parseColour } from '../../images/prepare';
import { wasmFolder } from '../../tensorflow/backend';
import type { Rows } from '../../training/sources';
import { browserFile, escapeHtml } from '../html';
import { type DemoRecord, type DemoWords, referenceRow } from './demo';

/** A trained model and what it has learnt from, as a demo shows them. */
export interface DemoSource {
  words: DemoWords;
  /** What the model is called. */
  model: string;
  /** Stands for what it has learnt. */
  key: string;
  network: Pick<ClassNetwork, 'save' | 'scaling'>;
  temperature: number;
  /** Pictures as the model takes them. */
  data: ClassData;
  /** The mean features of each of them. */
  features: Rows;
}

/** References at the most: a thumbnail and 1.3 kB each. */
const MOST_REFERENCES = 2000;
const EXAMPLES = 6;
/** Side of a thumbnail in pixels. */
const THUMBNAIL = 112;

/** Where the demo of a run lies. */
export const demoFolder = ({ config }: Pick<Run, 'config'>): string => path.join(config.reports, 'demo');

/** Writes the demo of a model, or leaves one that fits: a folder that any static host serves as it is. */
export async function writeDemo(run: Run, source: DemoSource): Promise<StageResult<DemoRecord>> {
  const { words, model, key, network, temperature, data, features } = source;
  const { seed, background } = run.config;
  const { file } = data.images.index.columns;
  const { shuffle } = random(seed, 'demo');
  const chosen = shuffle(data.rows.training).slice(0, MOST_REFERENCES);
  const shown = shuffle(data.rows.test);
  const examples = data.classes.flatMap((name) => shown.find((row) => data.labels[row] === name) ?? []);
  const described = (row: number) => ({ name: file[row]!, label: data.labels[row]! }); // a row of the store
  const record: DemoRecord = {
    ...{ ...words, model, classes: data.classes, temperature, size: data.images.size },
    ...{ background: parseColour(background), scaling: network.scaling, references: chosen.map(described) },
    examples: examples.slice(0, EXAMPLES).map((row, i) => ({
      file: `examples/${i}${path.extname(file[row]!)}`,
      label: data.labels[row]!,
    })),
  };
  const page = await pageFiles(words);
  const written = await stage<DemoRecord>({
    name: 'demo',
    version: 1,
    folder: demoFolder(run),
    inputs: { key, data: data.key, record: { ...record }, page: sha256(Object.values(page).join('\n')) },
    make: async (target) => {
      await network.save(target);
      for (const name of ['thumbnails', 'examples']) await mkdir(path.join(target, name));
      for (const [name, text] of Object.entries(page)) await writeFile(path.join(target, name), text);
      for (const name of wasmFiles) await copyFile(path.join(wasmFolder(), name), path.join(target, name));
      for (const [i, example] of record.examples.entries()) {
        await copyFile(path.join(data.folder, file[examples[i]!]!), path.join(target, example.file)); // one for each
      }
      for (const [i, row] of chosen.entries()) {
        const raw = { width: data.images.size, height: data.images.size, channels: 3 } as const;
        const small = sharp(data.images.readOne(row), { raw }).resize(THUMBNAIL).jpeg({ quality: 70 });
        await small.toFile(path.join(target, 'thumbnails', `${i}.jpg`));
      }
      const rows = chosen.map((row) => Buffer.from(referenceRow(features.read([row])).buffer));
      await writeFile(path.join(target, 'references.bin'), Buffer.concat(rows));
      await writeFile(path.join(target, 'demo.json'), JSON.stringify(record));
    },
    load: readDemo,
  });
  const now = new Date();
  await utimes(written.folder, now, now); // it is of this run, and not of one whose pages are taken away
  return written;
}

/** The record of the demo in a folder. */
export const readDemo = async (folder: string): Promise<DemoRecord> =>
  JSON.parse(await readFile(path.join(folder, 'demo.json'), 'utf8')) as DemoRecord; // as written above

/** What TensorFlow.js loads where there is no WebGL; the browser says which. */
const wasmFiles = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'];

/** The page, its styles and its script with everything that it needs. */
async function pageFiles(words: DemoWords): Promise<Record<string, string>> {
  const place = path.join(projectRoot(), 'lib', 'report', 'demo', 'page');
  const read = (name: string): Promise<string> => readFile(path.join(place, name), 'utf8');
  const { outputFiles } = await build({
    entryPoints: [path.join(place, 'page.ts')],
    ...{ bundle: true, write: false, minify: true, platform: 'browser', target: 'es2022', format: 'iife' },
    ...{ legalComments: 'eof', logLevel: 'error' },
  });
  const named = new Map(Object.entries(words));
  const html = (await read('index.html')).replace(/\{\{(\w+)\}\}/g, (_, name) =>
    escapeHtml(named.get(name) ?? ''),
  );
  return {
    'index.html': html,
    'demo.css': `${browserFile('components.css')}\n${await read('page.css')}`,
    'demo.js': outputFiles.map(({ text }) => text).join(''),
  };
}
