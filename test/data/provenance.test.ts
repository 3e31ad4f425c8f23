import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readProvenance } from '../../lib/data/provenance';
import { sharedFolder } from '../temporary';
import { withCode } from './close';

const folder = sharedFolder();
const written = (text: string): Promise<unknown> => {
  writeFileSync(path.join(folder, 'about.json'), text);
  return readProvenance(folder);
};

describe('where data come from', () => {
  it('is what about.json says, and nothing where it says nothing', async () => {
    expect(await readProvenance(folder)).toEqual({ origin: null, licence: null });
    expect(await written('{ "origin": " a shop ", "licence": "CC0", "more": 1 }')).toEqual({
      origin: 'a shop',
      licence: 'CC0',
    });
    expect(await written('\uFEFF{ "licence": "CC0" }')).toEqual({ origin: null, licence: 'CC0' });
  });

  it.each(['', '[', '7', 'null', '{ "licence": 7 }', '{ "origin": " " }'])(
    'is refused from %j',
    async (text) => {
      await expect(written(text)).rejects.toEqual(withCode('BAD_INPUT'));
    },
  );
});
