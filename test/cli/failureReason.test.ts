import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { failureReason } from '../../lib/cli/failureReason';

it.each([
  ['the end of a log', `${'x\n'.repeat(99)}TypeError: no\n`, /^(x\n){24}TypeError: no$/],
  [
    'a full disk that Python reports',
    'OSError: [Errno 28] No space left on device',
    /^The disk is full while writing .*free some space/,
  ],
  ['a full disk that Node reports', 'Error: ENOSPC: write', /^The disk is full/],
  [
    'a place that may not be written',
    "Error: EROFS: read-only file system, mkdir '/mnt/x'",
    /^\/mnt\/x may not be used by this user: allow it, or give another folder/,
  ],
  [
    'a place that Python may not write',
    "PermissionError: [Errno 13] Permission denied: '/mnt/x'",
    /^\/mnt\/x may not be used/,
  ],
  ['an empty log', ' \n', /^Its process ended and left no word/],
])('a notebook failed because of %s', async (_, log, expected) => {
  expect(await failureReason(log, [tmpdir()])).toMatch(expected);
});

it('no reason is ever empty', async () => {
  expect(await failureReason('', ['/no/such/folder'])).not.toBe('');
});
