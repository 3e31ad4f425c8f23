import path from 'node:path';
import { ReportError } from '../core/errors';
import { writeAtomic } from '../core/files';
import { dataName } from '../core/run';
import { splitsTable } from '../studies/prices/report/splitsTable';
import { judgeSplits } from '../studies/prices/splits';
import { loadSettings, parseOptions, settingsOf } from './arguments';
import { runMain, terminalRun } from './terminal';

/** `npm run splits`: how much of the report's figures is the luck of one split. */
const usage = `npm run splits -- [options]

  --splits N        how many; with the seeds S, S + 1, … (10)
  --data DIR        folder with games.csv and screenshots/ (default: a generated sample for each seed)
  --weights FILE    Keras H5 file of a MobileNetV2 without top
  --image-size N    side of the network's input in pixels (96)
  --epochs N        at most so many epochs (15)
  --seed S          the first seed (42)
  --help            this text

Trains and judges the report's model on each. Other settings: see lib/config.ts.`;

runMain(async () => {
  const { values, positionals } = parseOptions(process.argv.slice(2), { splits: { type: 'string' } }, usage);
  if (values.help === true) return console.log(usage);
  if (positionals.length > 0)
    throw new ReportError('BAD_SETTING', `"${positionals.join(' ')}" does not fit.\n\n${usage}`);
  const count = Number(values.splits ?? 10);
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new ReportError('BAD_SETTING', `--splits is "${values.splits}", expected a whole number from 1.`);
  }
  const run = terminalRun(
    loadSettings(process.env, settingsOf(values, process.env.INIT_CWD ?? process.cwd())),
  );
  const { seed, work } = run.config;
  const seeds = Array.from({ length: count }, (_, i) => seed + i);
  const results = await judgeSplits(run, seeds, (result) =>
    console.log(`Seed ${result.seed}: R² ${result.model.r2Log.toFixed(3)}`),
  );
  splitsTable(results);
  const file = path.join(work, 'splits', `${dataName(run.config)}.json`);
  await writeAtomic(file, `${JSON.stringify(results, null, 1)}\n`);
  console.log(`\nWritten: ${file}`);
});
