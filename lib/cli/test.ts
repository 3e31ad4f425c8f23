import path from 'node:path';
import { projectRoot } from '../core/files';
import { extractCells } from './cells';
import { endSignal, runMain, runTool } from './terminal';

/**
 * `npm test`: lint and format, types of `lib/` and of the notebooks' cells, then vitest. Arguments go to vitest: `npm test -- test/core`.
 */
const root = projectRoot();
const tool = (...parts: string[]): string => path.join(root, 'node_modules', ...parts);
const biome = tool('@biomejs', 'biome', 'bin', 'biome');

const tests = path.join(root, 'test', 'vitest.config.mts');

const checks: { name: string; args: string[] }[] = [
  { name: 'lint and format', args: [biome, 'check', '--error-on-warnings', '.'] },
  {
    name: "lint and format of the notebooks' cells",
    args: [biome, 'check', '--vcs-enabled=false', '--assist-enabled=false', '.cells'],
  },
  { name: "types of lib/ and of the notebooks' cells", args: [tool('typescript', 'bin', 'tsc'), '-p', '.'] },
  { name: 'types of the set-up', args: [tool('typescript', 'bin', 'tsc'), '-p', 'lib/cli'] },
  {
    name: 'types of the page of a demo',
    args: [tool('typescript', 'bin', 'tsc'), '-p', 'lib/report/demo/page'],
  },
  { name: 'tests', args: [tool('vitest', 'vitest.mjs'), 'run', '--config', tests, ...process.argv.slice(2)] },
];

runMain(async () => {
  extractCells(root);
  const signal = endSignal();
  const failed: string[] = [];
  for (const { name, args } of checks) {
    console.log(`• ${name}`);
    if ((await runTool(process.execPath, args, signal)) !== 0) failed.push(name);
  }
  if (failed.length > 0) {
    console.error(`Failed: ${failed.join(', ')}.`);
    process.exitCode = 1;
  }
});
