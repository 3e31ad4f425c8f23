import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { vi } from 'vitest';
import type { StageSpec } from '../../lib/core/stage';

/** A stage in `folder` that writes its text into one file and counts how often it is made. */
export function counted(folder: string, changes: Partial<StageSpec<string>> = {}) {
  const make = vi.fn(async (target: string) => writeFileSync(path.join(target, 'x.txt'), 'made'));
  const spec: StageSpec<string> = {
    name: 'text',
    version: 1,
    folder: path.join(folder, 'texts', 'one'),
    inputs: { seed: 42, games: ['10', '20'] },
    make,
    load: (target) => readFileSync(path.join(target, 'x.txt'), 'utf8'),
    ...changes,
  };
  return { spec, make, beside: () => readdirSync(path.dirname(spec.folder)) };
}
