import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '../core/files';
import { extractCells, returnCells } from './cells';

/** `npm run format`: formats and mends what can be mended, in the sources and in the notebooks' cells. */
const root = projectRoot();
const biome = path.join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
const check = (...args: string[]): number | null =>
  spawnSync(process.execPath, [biome, 'check', '--write', ...args], { cwd: root, stdio: 'inherit' }).status;

extractCells(root);
const cells = check('--vcs-enabled=false', '--assist-enabled=false', '.cells');
returnCells(root);
if (check('.') !== 0 || cells !== 0) process.exitCode = 1;
