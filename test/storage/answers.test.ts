import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../lib/core/files';
import { openAnswers } from '../../lib/storage/answers';
import { sharedFolder, temporaryFolder } from '../temporary';
import { localServer, served, testClient } from './localServer';

const paceFolder = sharedFolder();

async function opened(folder = temporaryFolder()) {
  const server = await localServer(served({ '/a': 'first', '/b': 'second', '/bad': '<html>' }));
  const client = testClient({ origins: [server.origin], paceFolder });
  return { folder, server, client, answers: await openAnswers(folder, client) };
}
const linesOf = (folder: string) =>
  readFileSync(path.join(folder, 'manifest.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('answers', () => {
  it('are kept with when they came and their hash, and asked for once', async () => {
    const { folder, server, client, answers } = await opened();
    const taken = await answers.take(`${server.origin}/a`, 'x/a.txt');
    expect('body' in taken && taken.body.toString()).toBe('first');
    expect(linesOf(folder)).toEqual([
      {
        url: `${server.origin}/a`,
        file: 'x/a.txt',
        bytes: 5,
        sha256: sha256('first'),
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    ]);
    const later = await openAnswers(folder, client);
    expect(await later.take(`${server.origin}/a`, 'x/a.txt')).toEqual({ body: Buffer.from('first') });
    expect(server.asked).toEqual(['/a']);
    rmSync(path.join(folder, 'x/a.txt'));
    await later.take(`${server.origin}/a`, 'x/a.txt');
    writeFileSync(path.join(folder, 'x/a.txt'), 'fir');
    expect(await later.take(`${server.origin}/a`, 'x/a.txt')).toEqual({ body: Buffer.from('first') });
    expect(server.asked).toEqual(['/a', '/a', '/a']); // what was deleted or damaged is asked for again
  });

  it('keep why there is none, such as HTML in the place of a picture, in its stead', async () => {
    const { folder, server, client, answers } = await opened();
    const judge = async (body: Buffer) => (body[0] === 60 ? 'it is not a picture' : null);
    const bad = () => answers.take(`${server.origin}/bad`, 'bad.jpg', judge);
    expect(await bad()).toEqual({ fault: 'it is not a picture' });
    expect(await answers.take(`${server.origin}/gone`, 'gone.jpg')).toEqual({
      fault: 'the server answered 404',
    });
    expect(readdirSync(folder)).toEqual(['manifest.jsonl']);
    const later = await openAnswers(folder, client);
    expect(await later.take(`${server.origin}/bad`, 'bad.jpg', judge)).toEqual({
      fault: 'it is not a picture',
    });
    expect(server.asked).toEqual(['/bad', '/gone']);
  });

  it('in JSON are read, and asked for again where they are not what they should be', async () => {
    let times = 0;
    const server = await localServer((_request, response) =>
      response.end(['<html>', '{"a":1}', '{"b":2}'][times++]),
    );
    const folder = temporaryFolder();
    const answers = await openAnswers(folder, testClient({ origins: [server.origin], paceFolder }));
    const read = (value: unknown): number => {
      const { b } = value as { b?: number };
      if (b === undefined) throw new Error('it has no b');
      return b;
    };
    expect(await answers.json(`${server.origin}/j`, 'j.json', read)).toEqual({ value: 2 });
    expect(server.asked).toHaveLength(3);
    expect(await answers.json(`${server.origin}/j`, 'j.json', read)).toEqual({ value: 2 });
    expect(server.asked).toHaveLength(3);
    times = 2;
    rmSync(path.join(folder, 'manifest.jsonl'));
    writeFileSync(path.join(folder, 'j.json'), '{"b":'); // damaged, and nothing says so
    const later = await openAnswers(folder, testClient({ origins: [server.origin], paceFolder }));
    expect(await later.json(`${server.origin}/j`, 'j.json', read)).toEqual({ value: 2 });
    expect(server.asked).toHaveLength(4);
  });

  it('do not keep what may be had later', async () => {
    const server = await localServer((_request, response) => response.writeHead(500).end());
    const folder = temporaryFolder();
    const client = testClient({ origins: [server.origin], paceFolder });
    const answers = await openAnswers(folder, client);
    expect(await answers.take(`${server.origin}/a`, 'a')).toMatchObject({ fault: 'the server answered 500' });
    expect(linesOf(folder)).toEqual([]);
  });

  it.each(['../a', 'x/../../a', '/a', 'a\0b', 'x//a', '.hidden', 'a\\b', 'c:a', 'a\nb', '', 'x'.repeat(201)])(
    'do not leave the folder by the name %j',
    async (name) => {
      const { folder, server, answers } = await opened();
      const taken = await answers.take(`${server.origin}/a`, name);
      expect(taken).toEqual({ fault: expect.stringContaining('is no name for a file') });
      expect(server.asked).toEqual([]);
      expect(existsSync(path.join(folder, '..', 'a'))).toBe(false);
    },
  );

  it('go on after a line that was half written, and after a file without a line', async () => {
    const { folder, server, client, answers } = await opened();
    await answers.take(`${server.origin}/a`, 'a.txt');
    appendFileSync(path.join(folder, 'manifest.jsonl'), '{"url":"http');
    writeFileSync(path.join(folder, 'b.txt'), 'second');
    const later = await openAnswers(folder, client);
    await later.take(`${server.origin}/b`, 'b.txt');
    expect(server.asked).toEqual(['/a']);
    expect(linesOf(folder).map(({ file, sha256 }) => [file, sha256])).toEqual([
      ['a.txt', sha256('first')],
      ['b.txt', sha256('second')],
    ]);
  });

  it('stop at a damaged manifest with what to do', async () => {
    const { folder, client } = await opened();
    writeFileSync(path.join(folder, 'manifest.jsonl'), 'nonsense\n');
    await expect(openAnswers(folder, client)).rejects.toMatchObject({
      code: 'BROKEN_STAGE',
      message: expect.stringContaining('delete it and run again'),
    });
  });
});
