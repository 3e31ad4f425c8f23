import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cacheFolder } from '../../lib/core/files';
import { openOnnx } from '../../lib/networks/onnx';
import { withCode } from '../data/close';
import { temporaryFolder } from '../temporary';

const before = process.env.PATH;
afterEach(() => {
  process.env.PATH = before;
});

describe('a ready-made network', () => {
  it('that npm cannot be asked for is missing with a sentence, and nothing is left behind', async () => {
    const cache = temporaryFolder();
    process.env.PATH = '';
    const told: string[] = [];
    const opened = openOnnx('network.onnx', { cache, onFetch: () => told.push('fetching') });
    await expect(opened).rejects.toEqual(withCode('DOWNLOAD_FAILED'));
    expect(told).toEqual(['fetching']);
    expect(existsSync(path.join(cache, 'onnxruntime-node-1.30.0'))).toBe(false);
  });

  it.skipIf(!existsSync(path.join(cacheFolder(), 'onnxruntime-node-1.30.0')))(
    'that is no network is refused (needs the package in the cache, which a study fetches)',
    async () => {
      await expect(openOnnx(__filename)).rejects.toEqual(withCode('BAD_WEIGHTS'));
    },
  );
});
