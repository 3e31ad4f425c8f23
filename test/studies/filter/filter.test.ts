import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { stableJson, writeAtomic } from '../../../lib/core/files';
import { quietRun, stageFolder } from '../../../lib/core/run';
import { readSettings } from '../../../lib/core/settings';
import { saveModel } from '../../../lib/networks/modelFile';
import { smallCnn } from '../../../lib/networks/smallCnn';
import { predict } from '../../../lib/studies/filter/commands/predict';
import {
  askOutside,
  type Filter,
  findFilter,
  openFilter,
  saveFilter,
} from '../../../lib/studies/filter/filter';
import { settings } from '../../../lib/studies/filter/settings';
import { loadTensorFlow } from '../../../lib/tensorflow/backend';
import { withCode } from '../../data/close';
import { picture, wavePixels } from '../../images/pictures';
import { temporaryFolder } from '../../temporary';

const size = 32;

/** A run whose filter is a network with its first weights; `outside` has one picture of each class, one that may be anything, and a file that is none. */
async function opened(threshold: number) {
  const folder = temporaryFolder();
  const outside = path.join(folder, 'outside');
  const files = ['castle/a.png', 'other/b.png', 'c.png'].map((name) => path.join(outside, name));
  for (const [i, file] of files.entries()) {
    await writeAtomic(
      file,
      await picture(wavePixels(size, size, i), size, size)
        .png()
        .toBuffer(),
    );
  }
  const broken = path.join(outside, 'other', 'broken.jpg');
  await writeFile(broken, 'no picture');
  const run = quietRun({ ...readSettings('filter', settings, {}, folder), outside });
  const filter: Filter = {
    ...{ title: 'A network', network: 'sample-small', key: 'a key', size, backbone: null },
    ...{ classes: ['castle', 'other'], positive: 'castle', threshold },
  };
  await loadTensorFlow();
  const model = smallCnn.build([size, size, 3], { outputs: 2 }, 1);
  const place = stageFolder(run.config, 'models', filter.network);
  await saveModel(place, model);
  model.dispose();
  await writeAtomic(path.join(place, 'manifest.json'), stableJson({ key: 'a key', seconds: 1 }));
  return { run, filter, files: [...files, broken], place };
}

describe('the saved filter', () => {
  it('is found again, but not once its network was trained anew', async () => {
    const { run, filter, place } = await opened(0.5);
    expect(() => findFilter(run)).toThrow(withCode('NO_MODEL'));
    await saveFilter(run, filter);
    expect(findFilter(run)).toEqual(filter);
    await writeAtomic(path.join(place, 'manifest.json'), stableJson({ key: 'another', seconds: 1 }));
    expect(() => findFilter(run)).toThrow(withCode('NO_MODEL'));
  });
});

describe('pictures from outside', () => {
  it('are told rightly or wrongly where their folder says what they show; what cannot be read is named', async () => {
    const { run, filter } = await opened(0); // everything is a castle
    const network = await openFilter(run, filter);
    const { pictures, known, wrong, unread } = await askOutside(run, network, filter);
    network.dispose();
    expect(pictures.map(({ caption }) => caption)).toEqual([
      expect.stringMatching(/^c: [\d.]+%$/),
      expect.stringMatching(/^a: [\d.]+%$/),
      expect.stringMatching(/^b: [\d.]+%, \*\*wrong\*\*$/),
    ]);
    expect([known, wrong]).toEqual([2, ['b']]);
    expect(unread).toEqual([expect.stringMatching(/^broken \(/)]);
  });
});

describe('a run on a data folder', () => {
  it('has no pictures from outside unless they are given', async () => {
    const { run, filter } = await opened(0.5);
    const network = await openFilter(run, filter);
    const own = { ...run, config: { ...run.config, data: '/own', outside: null } };
    const nothing = { pictures: [], known: 0, wrong: [], unread: [] };
    expect(await askOutside(own, network, filter)).toEqual(nothing);
    network.dispose();
  });
});

describe('npm run predict -- --study filter', () => {
  it('says of each file whether it shows X, and fails in the end for what it cannot read', async () => {
    const { run, filter, files } = await opened(0.999);
    await saveFilter(run, filter);
    const lines: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const given = { options: {}, operands: files.map((file) => path.relative('/', file)), folder: '/' };
    await expect(predict.run(run, given)).rejects.toThrow(/^.*broken\.jpg cannot be read/);
    log.mockRestore();
    expect(lines[0]).toMatch(/^ *[\d.]+% {2}.*a\.png {2}does not show castle$/);
    expect(lines[3]).toMatch(/broken\.jpg {2}unreadable: /);
    expect(lines[4]).toContain('A network, which says castle from a probability of 0.999 on.');
  });
});
