import { describe, expect, it } from 'vitest';
import { explainDiskError, ReportError, systemCode } from '../../lib/core/errors';

const nodeError = (code: unknown): Error => Object.assign(new Error('as Node words it'), { code });

describe('ReportError', () => {
  it('carries a code for programs, a sentence for readers and what caused it', () => {
    const cause = new Error('below');
    const error = new ReportError('NO_TABLE', 'There is no games.csv in /x: put one there.', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'ReportError', code: 'NO_TABLE', cause });
    expect(String(error)).toBe('ReportError: There is no games.csv in /x: put one there.');
  });
});

describe('systemCode', () => {
  it('is the code of an error of Node, and nothing for anything else', () => {
    expect(systemCode(nodeError('ENOENT'))).toBe('ENOENT');
    expect(systemCode(nodeError(7))).toBeUndefined();
    expect(systemCode(new Error('plain'))).toBeUndefined();
    for (const thing of [undefined, null, 'ENOENT', { code: 'ENOENT' }]) {
      expect(systemCode(thing)).toBeUndefined();
    }
  });
});

describe('explainDiskError', () => {
  it.each(['ENOSPC', 'EDQUOT'])(
    'turns %s into DISK_FULL, which names the place and keeps the cause',
    (code) => {
      const cause = nodeError(code);
      const error = explainDiskError(cause, '/data/prepared');
      expect(error).toBeInstanceOf(ReportError);
      expect(error).toMatchObject({ code: 'DISK_FULL', cause });
      expect((error as ReportError).message).toMatch(
        /\/data\/prepared: free some space .* run the same command/,
      );
    },
  );

  it.each(['EACCES', 'EPERM', 'EROFS'])('turns %s into NOT_ALLOWED, which names what it is about', (code) => {
    const cause = Object.assign(nodeError(code), {
      path: 'x.host-12-0123abcd.partial',
      dest: '/data/prepared/x',
    });
    expect(explainDiskError(cause, '/data/prepared')).toMatchObject({ code: 'NOT_ALLOWED', cause });
    expect(String(explainDiskError(cause, '/data/prepared'))).toMatch(/\/data\/prepared\/x cannot be used/);
    expect(String(explainDiskError(nodeError(code), '/cache'))).toMatch(
      /\/cache cannot be used .*another folder/,
    );
  });

  it('takes what Node makes of a read-only disk for that, and names what has no name yet by the one that it would have got', () => {
    const cause = Object.assign(nodeError('ENOENT'), {
      path: '/data/models/base.host-12-0123abcd.partial/x',
      syscall: 'mkdir',
    });
    expect(explainDiskError(cause, '/data/models/base')).toMatchObject({ code: 'NOT_ALLOWED', cause });
    expect(String(explainDiskError(cause, '/data/models/base'))).toContain(
      '/data/models/base/x cannot be used (EROFS): it is read-only',
    );
  });

  it('gives everything else back as it was', () => {
    const explained = new ReportError('DISK_FULL', 'said already');
    for (const thing of [nodeError('EIO'), nodeError('ENOENT'), explained, 'text', undefined]) {
      expect(explainDiskError(thing, '/x')).toBe(thing);
    }
  });
});
