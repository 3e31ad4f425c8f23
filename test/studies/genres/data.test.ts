import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeAtomic } from '../../../lib/core/files';
import { quietRun } from '../../../lib/core/run';
import { readSettings } from '../../../lib/core/settings';
import { partOf } from '../../../lib/data/split';
import { type GenreData, openData } from '../../../lib/studies/genres/data';
import { settings } from '../../../lib/studies/genres/settings';
import { oracleArrays, oracleJson } from '../../oracle';
import { sharedFolder } from '../../temporary';

/** Of imagehash: pictures, which of them look the same, and which label each group gets. */
interface Oracle {
  items: { name: string; label: string }[];
  resolved_dhash6: { members: string[]; labels: string[]; kept_label: string; conflict: boolean }[];
}
const oracle = oracleJson<Oracle>('classes/dedup');
const groups = oracle.resolved_dhash6;
const alone = groups.filter(({ members }) => members.length === 1).flatMap(({ members }) => members);

const root = sharedFolder();

/** The pictures of the oracle as class folders, or in one folder with a table. */
async function opened(form: 'folders' | 'table'): Promise<GenreData> {
  const folder = path.join(root, form);
  const data = path.join(folder, 'covers');
  const arrays = oracleArrays('classes/dedup');
  const fileOf = (name: string, label: string) => `${form === 'folders' ? label : 'all'}/${name}.png`;
  for (const { name, label } of oracle.items) {
    const { data: pixels, shape } = arrays[name]!;
    const [height = 0, width = 0] = shape;
    const raw = { width, height, channels: 3 } as const;
    const bytes = await sharp(pixels as Uint8Array, { raw })
      .png()
      .toBuffer(); // bytes, as the oracle says
    await writeAtomic(path.join(data, fileOf(name, label)), bytes);
  }
  const rows = oracle.items.map(({ name, label }) => `${fileOf(name, label)},${label},${name.split('_')[0]}`);
  if (form === 'table')
    await writeFile(path.join(data, 'labels.csv'), ['file,class,title', ...rows].join('\n'));
  const given = { REPORT_DATA: data, REPORT_IMAGE_SIZE: '64', REPORT_WORK: path.join(folder, 'work') };
  return openData(quietRun(readSettings('genres', settings, given, folder)));
}

describe.each(['folders', 'table'] as const)('the covers of %s', (form) => {
  let data: GenreData;
  beforeAll(async () => {
    data = await opened(form);
  }, 60_000);
  const nameOf = (id: string): string => path.parse(id).name;

  it('are grouped as imagehash groups them', () => {
    const found = data.copies.map(({ ids }) => ids.map(nameOf).sort());
    const expected = groups.map(({ members }) => members).filter(({ length }) => length > 1);
    expect(found.sort()).toEqual(expected.sort());
  });

  it('count under the first genre in the order of priority that any of their group has', () => {
    const labelOf = new Map(data.items.map(({ id, label }) => [nameOf(id), label]));
    for (const { members, kept_label } of groups) {
      for (const name of members) expect([name, labelOf.get(name)]).toEqual([name, kept_label]);
    }
    const { item } = data.images.index.columns;
    expect(data.labels).toEqual(item.map((id) => labelOf.get(nameOf(id))));
  });

  it('are used once', () => {
    const used = [...partOf(data.split).keys()].map(nameOf);
    expect(used).toHaveLength(groups.length);
    expect(alone.filter((name) => !used.includes(name))).toEqual([]);
  });
});
