import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  cacheFolder,
  partialName,
  projectRoot,
  removeAbandoned,
  removeWhole,
  sha256,
  stableJson,
  writeAtomic,
} from '../../lib/core/files';
import { diskError, faults } from '../faults';
import { temporaryFolder } from '../temporary';

vi.mock('node:fs/promises', async (original) => (await import('../faults')).withFaults(await original()));

const root = path.resolve(__dirname, '..', '..');

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const name of Object.keys(faults)) delete faults[name as keyof typeof faults];
});

describe('projectRoot', () => {
  it('is REPORT_ROOT when that is set, as a whole path', () => {
    vi.stubEnv('REPORT_ROOT', '/elsewhere');
    expect(projectRoot()).toBe('/elsewhere');
    vi.stubEnv('REPORT_ROOT', 'lib');
    expect(projectRoot()).toBe(path.resolve('lib'));
  });

  it('is found from any folder inside the project', () => {
    vi.stubEnv('REPORT_ROOT', '');
    for (const folder of [
      root,
      path.join(root, 'test', 'oracles'),
      path.join(root, 'node_modules', 'tslab'),
    ]) {
      vi.spyOn(process, 'cwd').mockReturnValue(folder);
      expect(projectRoot()).toBe(root);
    }
  });

  it('is not another project: outside, it says what to do', () => {
    vi.stubEnv('REPORT_ROOT', '');
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'package.json'), '{"name":"another"}');
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    expect(() => projectRoot()).toThrow(
      expect.objectContaining({
        code: 'BAD_SETTING',
        message: expect.stringMatching(/start from its folder or set REPORT_ROOT/),
      }),
    );
  });
});

describe('cacheFolder', () => {
  const folderWith = (env: Record<string, string>): string => {
    for (const name of ['REPORT_CACHE', 'XDG_CACHE_HOME', 'HOME']) vi.stubEnv(name, env[name] ?? '');
    vi.stubEnv('REPORT_ROOT', root);
    return cacheFolder();
  };

  it('is REPORT_CACHE, else inside XDG_CACHE_HOME, else inside ~/.cache, else inside the project', () => {
    const name = 'screenshot-price-report';
    expect(folderWith({ REPORT_CACHE: '/c', XDG_CACHE_HOME: '/x', HOME: '/h' })).toBe('/c');
    expect(folderWith({ XDG_CACHE_HOME: '/x', HOME: '/h' })).toBe(`/x/${name}`);
    expect(folderWith({ HOME: '/h' })).toBe(`/h/.cache/${name}`);
    expect(folderWith({})).toBe(path.join(root, '.cache', name));
  });

  it('is the same from every folder when it is given as a relative path', () => {
    vi.spyOn(process, 'cwd').mockReturnValue(path.join(root, 'notebooks'));
    expect(folderWith({ REPORT_CACHE: 'kept' })).toBe(path.join(root, 'kept'));
  });
});

describe('sha256', () => {
  it('is that of FIPS 180-4, for text and for bytes', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(sha256('abc')).toBe(abc);
    expect(sha256(new Uint8Array([97, 98, 99]))).toBe(abc);
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

describe('writeAtomic', () => {
  it('writes text and bytes, makes the folder, replaces what was there and leaves nothing else', async () => {
    const folder = path.join(temporaryFolder(), 'a', 'b');
    const file = path.join(folder, 'x.txt');
    await writeAtomic(file, 'först');
    expect(readFileSync(file, 'utf8')).toBe('först');
    await writeAtomic(file, new Uint8Array([0, 255]));
    expect([...readFileSync(file)]).toEqual([0, 255]);
    expect(readdirSync(folder)).toEqual(['x.txt']);
  });

  it.each(['ENOSPC', 'EDQUOT'])(
    'keeps the old file and says DISK_FULL when the disk is full (%s)',
    async (code) => {
      const folder = temporaryFolder();
      const file = path.join(folder, 'x.txt');
      writeFileSync(file, 'old');
      faults.writeFile = (partial) => {
        writeFileSync(String(partial), 'ne'); // as far as the disk lets it
        throw diskError(code);
      };
      await expect(writeAtomic(file, 'new')).rejects.toMatchObject({
        code: 'DISK_FULL',
        message: expect.stringContaining(file),
        cause: { code },
      });
      expect(readFileSync(file, 'utf8')).toBe('old');
      expect(readdirSync(folder)).toEqual(['x.txt']);
    },
  );

  it('leaves nothing half-written when a folder is in the way', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'taken');
    mkdirSync(path.join(file, 'inside'), { recursive: true });
    await expect(writeAtomic(file, 'text')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(readdirSync(folder)).toEqual(['taken']);
    expect(existsSync(path.join(file, 'inside'))).toBe(true);
  });

  it('reports what went wrong first, even if tidying up fails too', async () => {
    const file = path.join(temporaryFolder(), 'x.txt');
    faults.writeFile = () => {
      throw diskError('EIO');
    };
    faults.rm = () => {
      throw diskError('EROFS');
    };
    await expect(writeAtomic(file, 'text')).rejects.toMatchObject({ code: 'EIO' });
  });

  it('writes one of the texts whole when a file is written many times at once', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'x.txt');
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000 + i));
    await Promise.all(texts.map((text) => writeAtomic(file, text)));
    expect(texts).toContain(readFileSync(file, 'utf8'));
    expect(readdirSync(folder)).toEqual(['x.txt']);
  });
});

describe('partialName and removeAbandoned', () => {
  it('name a neighbour that is new each time', () => {
    expect(path.dirname(partialName('/a/b'))).toBe('/a');
    expect(partialName('/a/b')).not.toBe(partialName('/a/b'));
  });

  it('take away what an ended process left, and nothing else', async () => {
    const folder = temporaryFolder();
    const code = "require('./lib/core/files.ts').partialName('stage')";
    const options = { cwd: root, encoding: 'utf8' } as const;
    const left = execFileSync(process.execPath, ['--require', 'tsx/cjs', '-p', code], options).trim();
    const others = [
      'stage',
      'stage.partial',
      `${left}.zip`,
      left.replace(/[0-9a-f]{8}\.partial/, 'xyz.partial'),
      left.replace(os.hostname(), `not-${os.hostname()}`),
      partialName('stage'),
      partialName('stage').replace(`-${process.pid}-`, `-${process.ppid}-`),
    ];
    for (const name of [left, ...others]) writeFileSync(path.join(folder, name), '');
    await removeAbandoned(folder);
    expect(readdirSync(folder).sort()).toEqual(others.sort());
    await removeAbandoned(path.join(folder, 'nowhere'));
  });
});

describe('removeWhole', () => {
  it('removes a folder, a file, and nothing when there is nothing', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'full', 'deep'), { recursive: true });
    writeFileSync(path.join(folder, 'full', 'deep', 'x'), '');
    writeFileSync(path.join(folder, 'file'), '');
    for (const name of ['full', 'file', 'never']) await removeWhole(path.join(folder, name));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves no half of a folder under its name when it is stopped halfway', async () => {
    const folder = path.join(temporaryFolder(), 'full');
    mkdirSync(folder);
    faults.rm = () => {
      throw diskError('EIO');
    };
    await expect(removeWhole(folder)).rejects.toMatchObject({ code: 'EIO' });
    expect(existsSync(folder)).toBe(false);
  });
});

describe('stableJson', () => {
  // -0 is written as 0 by JSON itself.
  const values = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);

  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).reverse();
    return Object.fromEntries(entries.map(([key, item]) => [key, reversed(item)]));
  };

  it('loses nothing: read back, it is the value', () => {
    fc.assert(fc.property(values, (value) => isDeepStrictEqual(JSON.parse(stableJson(value)), value)));
  });

  it('does not depend on the order in which keys were set, at any level', () => {
    fc.assert(fc.property(values, (value) => stableJson(reversed(value)) === stableJson(value)));
  });

  it('is equal for equal values and differs for others', () => {
    fc.assert(
      fc.property(values, values, (a, b) => (stableJson(a) === stableJson(b)) === isDeepStrictEqual(a, b)),
    );
  });

  it('sorts keys, keeps the order of lists, and indents when asked', () => {
    expect(stableJson({ b: [2, 1], a: { d: null, c: 'x' } })).toBe('{"a":{"c":"x","d":null},"b":[2,1]}');
    expect(stableJson({ b: 1, a: [] }, 2)).toBe('{\n  "a": [],\n  "b": 1\n}');
    expect(stableJson('text')).toBe('"text"');
  });

  it('writes dates as JSON does, and leaves out what is undefined', () => {
    expect(stableJson({ at: new Date(0), none: undefined })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
  });
});
