import type { Command } from '../core/command';
import { ReportError } from '../core/errors';
import { withProgress } from '../core/run';
import { coreSettings } from '../core/settings';
import { fetchPublished, type Published, published } from '../networks/published';
import { parseCommandLine, usageText } from './arguments';
import { runMain, terminalRun } from './terminal';

/** `npm run fetch -- resnet50` and the like. */
const weights = (one: Published): Command => ({
  about: `${one.what}: ${one.licence}. The hash of the first download is kept beside it, and held to.`,
  settings: [],
  options: {},
  run: async ({ progress, signal }) => {
    const file = await withProgress({ progress }, 'Bytes', (onProgress) =>
      fetchPublished(one, { onProgress, signal }),
    );
    console.log(`${one.what} lies in ${file}\n\n${one.use.replace('FILE', file)}`);
  },
});

/** What can be fetched, with the study it is for. */
const targets: Readonly<Record<string, readonly [study: string, load: () => Promise<Command>]>> = {
  steam: ['prices', async () => (await import('../studies/prices/commands/fetch')).fetchCommand],
  covers: ['genres', async () => (await import('../studies/genres/commands/fetch')).fetchCommand],
  ...Object.fromEntries(
    Object.entries(published).map(([name, one]) => [name, ['any', async () => weights(one)] as const]),
  ),
};

const usage = `npm run fetch -- ${Object.keys(targets).join('|')} [options]

Fetches data sets and weights over the network; --help after a name says more.`;

/** `npm run fetch`. */
runMain(async () => {
  const [name = '--help', ...args] = process.argv.slice(2);
  if (name === '--help') return console.log(usage);
  const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (!target) throw new ReportError('BAD_SETTING', `There is no "${name}" to fetch.\n\n${usage}`);
  const [study, load] = target;
  const { about, options, run } = await load();
  const help = usageText(`fetch -- ${name} [options]`, [], options, about);
  const folder = process.env.INIT_CWD ?? process.cwd();
  const env = { ...process.env, REPORT_DATA: '', REPORT_WEIGHTS: '' }; // those of a report, which need not be there yet
  const accepted = { settings: [], options, usage: help };
  const given = parseCommandLine(args, { name: study, settings: coreSettings }, accepted, folder, env);
  if (given.help) return console.log(help);
  const [extra] = given.operands;
  if (extra !== undefined) throw new ReportError('BAD_SETTING', `"${extra}" does not fit.\n\n${help}`);
  await run(terminalRun(given.config), { options: given.options, operands: given.operands, folder });
});
