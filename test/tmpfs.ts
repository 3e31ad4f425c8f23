import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** Changes a disk in memory: `size=1m`, `ro`, `rw`. */
type Change = (options: string) => void;

/** Makes `folder` a disk in memory with these options of mount, until the test ends; null, and why on the console, where that is not allowed, as for all but root. */
export function mountTmpfs(folder: string, options: string): Change | null {
  const mount = (...args: string[]): unknown => execFileSync('mount', args, { stdio: 'pipe' });
  mkdirSync(folder, { recursive: true });
  try {
    mount('-t', 'tmpfs', '-o', options, 'none', folder);
  } catch (error) {
    console.warn(`No disk is filled, as none can be mounted here: ${String(error).split('\n')[0]}`);
    return null;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return (change) => void mount('-o', `remount,${change}`, folder);
}
