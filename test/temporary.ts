import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** An empty folder for the test that runs now, removed when it ends. Like every one here its name has blanks and signs beyond ASCII. */
export const temporaryFolder = (): string => emptyFolder(onTestFinished);

/** An empty folder for all tests of a file, removed after them. For the top level of a file: hooks count only there. */
export const sharedFolder = (): string => emptyFolder(afterAll);

function emptyFolder(atTheEnd: (remove: () => void) => void): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'report test 価格-'));
  atTheEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
