import { availableParallelism } from 'node:os';
import { streamBounded } from '../../../lib/core/pool';
import { augmentTogether } from '../../../lib/images/copies';
import { rowBytes } from '../../../lib/images/pictureTask';
import { openThreads } from '../../../lib/storage/workers';
import { defaults } from '../../../lib/studies/prices/settings';
import { preparedPictures } from './pictures';
import type { StageOptions, Work } from './work';

/** Pictures in one task, as when features are computed. */
const TOGETHER = 256;

/** One augmented copy of each of 2,000 pictures of 96 × 96, by as many threads as there are cores. */
export async function augmentPictures(options: StageOptions): Promise<Work> {
  const store = await preparedPictures(options, 96);
  const pixels = store.read([...Array(store.count).keys()]);
  const { file } = store.index.columns;
  store.close();
  const threads = openThreads(availableParallelism());
  const bytes = rowBytes(96);
  let variant = 0;
  const once = async (): Promise<Uint8Array> => {
    variant += 1; // other copies each time
    const all = new Uint8Array(pixels.length);
    const make = async (start: number): Promise<void> => {
      const copies = file.slice(start, start + TOGETHER).map((picture) => ({ picture, variant }));
      const own = pixels.subarray(start * bytes, (start + copies.length) * bytes);
      const common = { size: 96, settings: defaults('/'), seed: 42 };
      all.set(await augmentTogether({ ...common, pixels: own, copies }, threads), start * bytes);
    };
    const starts = Array.from({ length: Math.ceil(file.length / TOGETHER) }, (_, i) => i * TOGETHER);
    for await (const _ of streamBounded(starts, 2, make)) {
      // one is being made while another one is handed over, as when features are computed
    }
    return all;
  };
  await once();
  return {
    unit: 'images',
    run: async () => {
      const copies = await once();
      const mean = copies.subarray(0, 1e6).reduce((sum, value) => sum + value, 0) / 1e6;
      return { n: file.length, check: { mean } };
    },
  };
}
