import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ReportError } from '../../lib/core/errors';
import { collect, count, sayCollected } from '../../lib/report/collected';
import { silent, testOptions } from '../storage/localServer';
import { sharedFolder, temporaryFolder } from '../temporary';

const paceFolder = sharedFolder();
const set = {
  ...{ table: 'things.csv', columns: ['id', 'name'], items: 'things' },
  provenance: { origin: 'a server', licence: 'MIT' },
};
const request = (folder = temporaryFolder()) => ({
  ...{ run: silent, folder, client: testOptions({ origins: [], paceFolder }) },
});
const tableIn = (folder: string) => readFileSync(path.join(folder, 'things.csv'), 'utf8');

describe('collect', () => {
  it('writes the table and where it is from, which is not written over', async () => {
    const { folder, ...rest } = request();
    const found = await collect({ folder, ...rest }, set, async (_answers, collection) => {
      collection.rows.push(['1', 'a, "b"']);
      count(collection, 'good');
      count(collection, 'good', 2);
    });
    expect(Object.fromEntries(found.counts)).toEqual({ good: 3 });
    expect(tableIn(folder)).toBe('id,name\r\n1,"a, ""b"""\r\n');
    const about = path.join(folder, 'about.json');
    expect(JSON.parse(readFileSync(about, 'utf8'))).toEqual(set.provenance);
    writeFileSync(about, '{"origin":"mine"}');
    await collect({ folder, ...rest }, set, async (_answers, { rows }) => void rows.push(['2', 'c']));
    expect(readFileSync(about, 'utf8')).toBe('{"origin":"mine"}');
    expect(tableIn(folder)).toBe('id,name\r\n2,c\r\n');
  });

  it('says when it stops what is kept, and leaves an older table where there is nothing new', async () => {
    const { folder, ...rest } = request();
    const stop = new ReportError('INTERRUPTED', 'Interrupted.');
    const work = (more: string[][]) =>
      collect({ folder, ...rest }, set, async (_answers, { rows }) => {
        rows.push(...more);
        throw stop;
      });
    await expect(work([['1', 'a']])).rejects.toMatchObject({
      code: 'INTERRUPTED',
      message: `Interrupted. ${folder} has 1 things and every answer that came.`,
    });
    await expect(work([])).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(tableIn(folder)).toBe('id,name\r\n1,a\r\n');
    const fault = new Error('a fault of the program');
    await expect(collect({ folder, ...rest }, set, () => Promise.reject(fault))).rejects.toBe(fault);
    expect(existsSync(path.join(folder, '.lock'))).toBe(false);
  });

  it('has runs for one folder wait for each other, with a word', async () => {
    const said = vi.spyOn(console, 'log').mockImplementation(() => {});
    const { folder, ...rest } = request();
    const order: string[] = [];
    const slow = (name: string) =>
      collect({ folder, ...rest }, set, async () => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 100));
        order.push(`${name} ends`);
      });
    await Promise.all([slow('one'), slow('one')]);
    expect(order).toEqual(['one begins', 'one ends', 'one begins', 'one ends']);
    expect(said.mock.calls.flat()).toEqual([`  Another run fills ${folder}: waiting for it to end`]);
    said.mockRestore();
  });
});

describe('sayCollected', () => {
  it('names some of what could not be had, and says how much more there is', () => {
    const said = vi.spyOn(console, 'log').mockImplementation(() => {});
    const faults = Array.from({ length: 7 }, (_, i) => `fault ${i}`);
    sayCollected(
      {
        rows: [['1']],
        counts: new Map([
          ['game', 1],
          ['dlc', 1200],
        ]),
        faults,
      },
      'DIR',
    );
    expect(said.mock.calls.flat()).toEqual([
      '1 rows in DIR. Found: 1 game, 1,200 dlc.',
      ...faults.slice(0, 5).map((fault) => `  ${fault}`),
      '  and 2 more like these',
    ]);
    said.mockRestore();
  });
});
