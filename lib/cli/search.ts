import path from 'node:path';
import { ReportError } from '../core/errors';
import { searchTable } from '../report/searchTable';
import { prepareData } from '../studies/prices/preparedData';
import { defaultSearch, searchModel } from '../studies/prices/searchStage';
import { formatEuros } from '../studies/prices/units';
import { loadSettings, parseOptions, settingsOf } from './arguments';
import { runMain, terminalRun } from './terminal';

/** `npm run search`: looks for better settings of the head. */
const usage = `npm run search -- [options]

  --trials N        heads that are tried (${defaultSearch.trials}); after ${defaultSearch.rungs.join(', then ')} epochs the best third goes on
  --data DIR        folder with games.csv and screenshots/ (default: the generated sample)
  --weights FILE    Keras H5 file of a MobileNetV2 without top
  --image-size N    side of the network's input in pixels (96)
  --seed N          seed of everything drawn at random (42)
  --help            this text

The first trials are the settings of the report, with each target that it may learn. Other settings: see lib/config.ts.`;

runMain(async () => {
  const { values, positionals } = parseOptions(process.argv.slice(2), { trials: { type: 'string' } }, usage);
  if (values.help === true) return console.log(usage);
  if (positionals.length > 0)
    throw new ReportError('BAD_SETTING', `"${positionals.join(' ')}" does not fit.\n\n${usage}`);
  const trials = Number(values.trials ?? defaultSearch.trials);
  if (!(Number.isInteger(trials) && trials >= 1)) {
    throw new ReportError('BAD_SETTING', `--trials is "${values.trials}", expected a whole number from 1.`);
  }
  const settings = settingsOf(values, process.env.INIT_CWD ?? process.cwd());
  const run = terminalRun(loadSettings(process.env, settings));
  const prepared = await prepareData(run);
  try {
    const progress = run.progress('Heads trained to a rung');
    const plan = { ...defaultSearch, trials };
    const search = await searchModel(run, prepared, plan, (_trial, _rung, done, total) =>
      progress.update(done, total),
    );
    if (!search.reused) progress.done();
    searchTable(search.value.trials, { rungs: search.value.settings.rungs, format: formatEuros });
    console.log(
      `\n${search.reused ? 'Found by an earlier search' : 'Written'}: ${path.join(search.folder, 'search.json')}`,
    );
  } finally {
    prepared.close();
  }
});
