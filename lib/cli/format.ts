import path from 'node:path';
import { projectRoot } from '../core/files';
import { extractCells, returnCells } from './cells';
import { endSignal, runMain, runTool } from './terminal';

/** `npm run format`: formats and mends what can be mended, in the sources and in the notebooks' cells. */
runMain(async () => {
  const root = projectRoot();
  const signal = endSignal();
  const biome = path.join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const check = (...args: string[]): Promise<number> =>
    runTool(process.execPath, [biome, 'check', '--write', ...args], signal);
  extractCells(root);
  const cells = await check('--vcs-enabled=false', '--assist-enabled=false', '.cells');
  returnCells(root);
  if ((await check('.')) !== 0 || cells !== 0) process.exitCode = 1;
});
