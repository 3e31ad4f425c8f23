import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readResults } from '../../lib/core/results';
import { readManifest } from '../../lib/core/stage';
import { readProvenance } from '../../lib/data/provenance';
import { readKerasWeights, writeKerasWeights } from '../../lib/networks/hdf5';
import { readTorchFile } from '../../lib/networks/torchFile';
import { readSegments } from '../../lib/storage/segment';
import { parseCatalogue } from '../../lib/studies/prices/catalogue';
import { readCheckpoint, writeCheckpoint } from '../../lib/training/checkpoint';
import { oracleFolder } from '../oracle';
import { eachBy, type Target } from './fuzz';

const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');

/** A table as people have them. */
const table = (rows: readonly string[], end = '\n'): Uint8Array =>
  utf8(['appid,name,price,screenshots,release_date', ...rows].join(end));

const rows = Array.from(
  { length: 30 },
  (_, i) =>
    `${10 * (i + 1)},"Game ""${i}"", the 価格",${i * 100 + 99},"['a${i}.jpg', 'b.jpg']",2020-01-0${1 + (i % 9)}`,
);

/** Records in files of their own, by name. */
const records: Record<string, (folder: string) => unknown> = {
  'manifest.json': readManifest,
  'results.json': readResults,
  'about.json': readProvenance,
  [`${'0'.repeat(20)}.json`]: (folder) => readSegments(folder, 12, []),
};

/** Everything that reads files other than pictures. `folder` is for those that take a path. */
export function readerTargets(folder: string): Target[] {
  /** A reader of a file by its name; the file lies in a folder of its own. */
  const inFile = (name: string, read: (file: string) => unknown): Target['check'] =>
    eachBy((input) => {
      const file = path.join(folder, name);
      writeFileSync(file, input);
      return read(file);
    });
  return [
    {
      name: 'tables',
      whole: async () => [table(rows), table(rows, '\r\n')],
      check: eachBy((input) => parseCatalogue(Buffer.from(input).toString('utf8'), 'games.csv')),
    },
    {
      name: 'hdf5',
      whole: async () => {
        const file = path.join(folder, 'whole.h5');
        const array = (name: string, ...shape: number[]) => ({
          name,
          shape,
          data: new Float32Array(shape.reduce((a, b) => a * b)).fill(0.5),
        });
        await writeKerasWeights(file, [
          array('conv/kernel:0', 3, 3, 3, 8),
          array('bn/gamma:0', 8),
          array('bn/beta:0', 8),
        ]);
        return [readFileSync(file)];
      },
      check: inFile('weights.h5', readKerasWeights),
    },
    {
      name: 'torch',
      whole: async () => [readFileSync(path.join(oracleFolder, 'tiny.pth'))],
      check: eachBy((input) => {
        for (const tensor of readTorchFile(Buffer.from(input), 'weights.pth'))
          tensor.ordered(tensor.shape.map((_, i) => i));
      }),
    },
    {
      name: 'manifests',
      whole: async () => [
        utf8(
          JSON.stringify({
            stage: 'split',
            key: 'a'.repeat(64),
            version: 1,
            inputs: {},
            seconds: 1.5,
            node: 'v20',
          }),
        ),
        utf8(JSON.stringify({ origin: 'https://example.org', licence: 'MIT', 'rows.read': 3 })),
        utf8(JSON.stringify({ version: 1, rowBytes: 12, keys: ['a'], columns: {} })),
      ],
      check: async (inputs, whole) => {
        if (whole) return []; // each is for one of the readers
        writeFileSync(path.join(folder, `${'0'.repeat(20)}.bin`), new Uint8Array(12));
        const faults: (string | null)[] = [];
        for (const [name, read] of Object.entries(records)) {
          const found = await inFile(name, () => read(folder))(inputs);
          rmSync(path.join(folder, name));
          found.forEach((fault, i) => {
            faults[i] ??= fault && `${name} ${fault}`;
          });
        }
        return faults;
      },
    },
    {
      name: 'checkpoints',
      whole: async () => {
        const file = path.join(folder, 'whole.checkpoint');
        await writeCheckpoint(file, 'key', {
          epoch: 3,
          weights: Float32Array.from([1, 2, 3]),
          history: [{ loss: 1 }],
        });
        return [readFileSync(file)];
      },
      check: inFile('one.checkpoint', (file) => readCheckpoint(file, 'key')),
    },
  ];
}
