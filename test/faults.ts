import { vi } from 'vitest';

type Call = 'writeFile' | 'rename' | 'rm' | 'mkdir';
type Fault = (...args: unknown[]) => void | Promise<void>;

/**
 * What goes wrong on the disk: each is called before the function of `node:fs/promises` of its name, and may throw. For tests that
 * begin with `vi.mock('node:fs/promises', async (original) => (await import('./faults')).withFaults(await original()))`.
 */
export const faults: Partial<Record<Call, Fault>> = {};

/** An error as Node throws it. */
export const diskError = (code: string): Error => Object.assign(new Error(`${code}: simulated`), { code });

/** `node:fs/promises` with `faults` in front. */
export function withFaults<T extends object>(real: T): T {
  const calls = ['writeFile', 'rename', 'rm', 'mkdir'] as const;
  const wrapped = calls.map((name) => [
    name,
    vi.fn(async (...args: unknown[]) => {
      await faults[name]?.(...args);
      return (real as Record<Call, (...args: unknown[]) => unknown>)[name](...args); // the module has all four
    }),
  ]);
  return { ...real, ...Object.fromEntries(wrapped) };
}
