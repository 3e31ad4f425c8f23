import { availableParallelism } from 'node:os';
import { defaults } from '../../lib/config';
import { augmentTogether } from '../../lib/images/copies';
import { openThreads } from '../../lib/workers/workers';
import { preparedPictures } from './pictures';
import type { StageOptions, Work } from './work';

/** One augmented copy of each of 2,000 pictures of 96 × 96, by as many threads as there are cores. */
export async function augmentPictures(options: StageOptions): Promise<Work> {
  const store = await preparedPictures(options, 96);
  const pixels = store.read({ start: 0, end: store.count });
  const { file } = store.index.columns;
  store.close();
  const threads = openThreads(availableParallelism());
  const common = { pixels, size: 96, settings: defaults('/'), seed: 42 };
  let round = 0;
  const once = (): Promise<Uint8Array> => {
    round += 1; // other copies each time
    return augmentTogether(
      { ...common, copies: file.map((picture) => ({ picture, variant: round })) },
      threads,
    );
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
