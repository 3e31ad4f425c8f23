import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { storedEntries, zipOf } from '../../lib/networks/zip';
import { temporaryFolder } from '../temporary';

it('a zip archive holds its files, as Python reads them, and has the same bytes for the same files', () => {
  const files = new Map([
    ['a/b.txt', Buffer.from('hello '.repeat(1000))],
    ['価格.csv', Buffer.from([0, 1, 255])],
    ['empty', Buffer.alloc(0)],
  ]);
  const bytes = zipOf(files);
  expect(zipOf(files).equals(bytes)).toBe(true);
  expect(bytes.length).toBeLessThan(1000); // packed
  const file = path.join(temporaryFolder(), 'a.zip');
  writeFileSync(file, bytes);
  const script =
    'import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(json.dumps({i.filename: z.read(i).hex() for i in z.infolist()}))';
  const { stdout, stderr } = spawnSync('python3', ['-c', script, file], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const expected = [...files].map(([name, content]) => [name, content.toString('hex')]);
  expect(JSON.parse(stdout)).toEqual(Object.fromEntries(expected));
  expect(() => storedEntries(bytes)).toThrow(/compressed/);
});
