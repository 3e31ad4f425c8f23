import { totalmem } from 'node:os';

/** Bytes of memory that this process and its like may use: the machine's, or what a container leaves of it. */
export function memoryLimit(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

/** `1.5 GiB` */
export const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
