import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { cacheFolder } from '../../lib/core/files';
import { readResults } from '../../lib/core/results';
import { readManifest } from '../../lib/core/stage';
import { readIdx } from '../../lib/data/idx';
import { listedFiles } from '../../lib/data/listCell';
import { readProvenance } from '../../lib/data/provenance';
import { readFrames } from '../../lib/images/frames';
import { readKerasWeights, writeKerasWeights } from '../../lib/networks/hdf5';
import { linearHead } from '../../lib/networks/head';
import { loadModel, saveModel } from '../../lib/networks/modelFile';
import { onnxRuntime, openOnnx } from '../../lib/networks/onnx';
import { readTorchFile } from '../../lib/networks/torchFile';
import { readSegments } from '../../lib/storage/segment';
import { blocksIn, genresOf } from '../../lib/studies/genres/libretro';
import { parseCatalogue } from '../../lib/studies/prices/catalogue';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import { readCheckpoint, writeCheckpoint } from '../../lib/training/checkpoint';
import { idxFile } from '../data/idxFiles';
import { animation } from '../images/pictures';
import { oracleFolder } from '../oracle';
import { eachBy, type Target } from './fuzz';

type Whole = () => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;

/** A reader of bytes: what it throws for a damaged input must be a `ReportError`. */
const ofBytes = (name: string, whole: Whole, read: (bytes: Buffer) => unknown): Target => ({
  name,
  whole: async () => whole(),
  check: eachBy((input) => read(Buffer.from(input))),
});

/** A reader of a file, which is given under this path. */
const ofFile = (name: string, file: string, whole: Whole, read: (file: string) => unknown): Target =>
  ofBytes(name, whole, (bytes) => {
    writeFileSync(file, bytes);
    return read(file);
  });

const oracle = (name: string): Uint8Array => readFileSync(path.join(oracleFolder, name));
const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const json = (record: object): Uint8Array => utf8(JSON.stringify(record));

/** A table as people have them. */
const table = (rows: readonly string[], end = '\n'): Uint8Array =>
  utf8(['appid,name,price,screenshots,release_date', ...rows].join(end));

const rows = Array.from(
  { length: 30 },
  (_, i) =>
    `${10 * (i + 1)},"Game ""${i}"", the 価格",${i * 100 + 99},"['a${i}.jpg', 'b.jpg']",2020-01-0${1 + (i % 9)}`,
);

const lists = [
  "['https://a.org/1.jpg?t=2', None, 'b.png']",
  '[{"id": 0, "path_thumbnail": "https://a.org/1.600x338.jpg", "path_full": "https://a.org/1.jpg"}, {"0": "c.jpg"}]',
  'https://a.org/1.jpg,https://a.org/2.jpg?x=1,2 c.png;d.jpg|e.webp',
  '"[""a.jpg"", \'b.jpg\']"',
];

const libretro =
  'clrmamepro (\n name "X" )\ngame (\n comment "A & B (USA)"\n genre "Sport, Puzzle"\n rom ( crc 0123ABCD )\n)\n' +
  'game (\n name "C"\n genre "Action"\n rom ( name "C.bin" crc 4567CDEF )\n)\n';

const wholeIdx = (): Uint8Array[] => {
  const file = idxFile([3, 4, 5], new Uint8Array(60));
  return [file, gzipSync(file)];
};

/** Records in files of their own, by name. */
const records: Record<string, (folder: string) => unknown> = {
  'manifest.json': readManifest,
  'results.json': readResults,
  'about.json': readProvenance,
  [`${'0'.repeat(20)}.json`]: (folder) => readSegments(folder, 12, []),
};

/** What runs networks in the format ONNX is fetched by a study; without it they are left out. */
const runsOnnx = existsSync(path.join(cacheFolder(), `${onnxRuntime.name}-${onnxRuntime.version}`));

/** Asks a network about one black picture. */
async function askOnce(file: string): Promise<void> {
  const network = await openOnnx(file);
  const { name = '', shape = [] } = network.inputs[0] ?? {};
  const dims = shape.map((side) => (typeof side === 'number' && side > 0 ? side : 1));
  const values = dims.reduce((a, b) => a * b, 1);
  try {
    if (values <= 784) await network.run({ [name]: { data: new Float32Array(values), dims } });
  } finally {
    await network.dispose();
  }
}

function readTensors(bytes: Buffer): void {
  for (const tensor of readTorchFile(bytes, 'weights.pth')) tensor.ordered(tensor.shape.map((_, i) => i));
}

/**
 * Everything that reads files other than pictures; `folder` is for those that take a path. A reader that a study adds joins by a line, with a few
 * whole inputs: `ofBytes('idx', wholeIdx, readIdx)`.
 */
export function readerTargets(folder: string): Target[] {
  const at = (name: string): string => path.join(folder, name);
  return [
    ofBytes(
      'tables',
      () => [table(rows), table(rows, '\r\n')],
      (bytes) => parseCatalogue(bytes.toString(), 'games.csv'),
    ),
    ofBytes(
      'lists',
      () => lists.map(utf8),
      (bytes) => listedFiles(bytes.toString(), /thumbnail/),
    ),
    ofBytes(
      'genres',
      () => [utf8(libretro)],
      (bytes) => genresOf(['A & B', 'C'], blocksIn(bytes.toString()), []),
    ),
    ofBytes('idx', wholeIdx, (bytes) => readIdx(bytes, 'digits')),
    ofFile(
      'frames',
      at('moving.webp'),
      async () => [await animation('webp'), await animation('gif')],
      (file) => readFrames(file, 3),
    ),
    ofFile('hdf5', at('weights.h5'), wholeHdf5, readKerasWeights),
    ofBytes('torch', () => [oracle('tiny.pth')], readTensors),
    ofBytes('torch archives', () => [oracle('tiny_zip.pth')], readTensors),
    ofFile('checkpoints', at('one.checkpoint'), wholeCheckpoint, (file) => readCheckpoint(file, 'key')),
    ofFile('models', at('model.json'), wholeModel, async () => (await loadModel(folder)).model.dispose()),
    ...(runsOnnx
      ? [ofFile('onnx', at('network.onnx'), () => [gunzipSync(oracle('onnx/digits.onnx.gz'))], askOnce)]
      : []),
    {
      name: 'manifests',
      whole: async () => [
        json({ stage: 'split', key: 'a'.repeat(64), version: 1, inputs: {}, seconds: 1.5, node: 'v20' }),
        json({ origin: 'https://example.org', licence: 'MIT', 'rows.read': 3 }),
        json({ version: 1, rowBytes: 12, keys: ['a'], columns: {} }),
      ],
      check: async (inputs, whole) => {
        if (whole) return []; // each is for one of the readers
        writeFileSync(at(`${'0'.repeat(20)}.bin`), new Uint8Array(12));
        const faults: (string | null)[] = [];
        for (const [name, read] of Object.entries(records)) {
          const found = await ofFile(
            name,
            at(name),
            () => [],
            () => read(folder),
          ).check(inputs);
          rmSync(at(name));
          found.forEach((fault, i) => {
            faults[i] ??= fault && `${name} ${fault}`;
          });
        }
        return faults;
      },
    },
  ];

  async function wholeHdf5() {
    const array = (name: string, ...shape: number[]) => ({
      name,
      shape,
      data: new Float32Array(shape.reduce((a, b) => a * b)).fill(0.5),
    });
    const weights = [array('conv/kernel:0', 3, 3, 3, 8), array('bn/gamma:0', 8), array('bn/beta:0', 8)];
    await writeKerasWeights(at('whole.h5'), weights);
    return [readFileSync(at('whole.h5'))];
  }

  async function wholeCheckpoint() {
    const state = { epoch: 3, weights: Float32Array.from([1, 2, 3]), history: [{ loss: 1 }] };
    await writeCheckpoint(at('whole.checkpoint'), 'key', state);
    return [readFileSync(at('whole.checkpoint'))];
  }

  /** Its weights lie beside it, whole. */
  async function wholeModel() {
    await loadTensorFlow();
    const model = linearHead.build([1, 1, 4], { outputs: 2 }, 1);
    await saveModel(folder, model, { task: 'classes' });
    model.dispose();
    return [readFileSync(at('model.json'))];
  }
}
