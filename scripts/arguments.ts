import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { environmentName, loadConfig } from '../lib/config';
import { ReportError } from '../lib/errors';
import { findNotebook, type Notebook, notebooks } from '../lib/notebooks';

/** What `npm run report -- …` was asked to do. */
export interface ReportRequest {
  notebooks: readonly Notebook[];
  /** `REPORT_*` variables for the notebooks, from the options. */
  settings: Record<string, string>;
  fresh: boolean;
  help: boolean;
}

export const usage = `npm run report -- [NOTEBOOK …] [options]

  NOTEBOOK          a number or name (03, 07-test-prediction); none: all nine
  --data DIR        folder with games.csv and screenshots/ (default: the generated sample)
  --weights FILE    Keras H5 file of a MobileNetV2 without top
  --image-size N    side of the network's input in pixels (96)
  --epochs N        at most so many epochs (15)
  --seed N          seed of everything drawn at random (42)
  --fresh           make every stage again, reuse nothing
  --help            this text

Every other setting of lib/config.ts is an environment variable: REPORT_VARIANTS=2 npm run report`;

/** Command-line option → setting in lib/config.ts. */
const settingOf = {
  data: 'data',
  weights: 'weights',
  'image-size': 'imageSize',
  epochs: 'epochs',
  seed: 'seed',
} as const;

/**
 * Parses the command line. Paths count from `cwd`. Throws `BAD_SETTING` for an unknown option or a value that does not fit,
 * `UNKNOWN_NOTEBOOK`, `NO_DATA_FOLDER` or `BAD_WEIGHTS` for a path that is not there: before anything runs.
 */
export function parseRequest(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): ReportRequest {
  const { values, positionals } = parse(args);
  const wanted = positionals.map((name) => {
    const notebook = findNotebook(name);
    if (notebook) return notebook;
    const known = notebooks.map((item) => item.name).join(', ');
    throw new ReportError('UNKNOWN_NOTEBOOK', `There is no notebook "${name}": choose from ${known}.`);
  });
  const settings: Record<string, string> = {};
  for (const [option, setting] of Object.entries(settingOf)) {
    const value = values[option];
    if (typeof value !== 'string') continue;
    settings[environmentName(setting)] =
      setting === 'data' || setting === 'weights' ? path.resolve(cwd, value) : value;
  }
  requirePaths(settings.REPORT_DATA, settings.REPORT_WEIGHTS);
  loadConfig({ ...env, ...settings });
  return {
    notebooks: wanted.length === 0 ? notebooks : notebooks.filter((notebook) => wanted.includes(notebook)),
    settings,
    fresh: values.fresh === true,
    help: values.help === true,
  };
}

function parse(args: readonly string[]): { values: Record<string, unknown>; positionals: string[] } {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...Object.fromEntries(Object.keys(settingOf).map((name) => [name, { type: 'string' as const }])),
        fresh: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new ReportError('BAD_SETTING', `${reason.replace(/\. To specify.*$/, '')}\n\n${usage}`, {
      cause: error,
    });
  }
}

function requirePaths(data: string | undefined, weights: string | undefined): void {
  if (data && !(existsSync(data) && statSync(data).isDirectory())) {
    throw new ReportError(
      'NO_DATA_FOLDER',
      `There is no folder ${data}: give --data the folder that holds games.csv and screenshots/.`,
    );
  }
  if (weights && !(existsSync(weights) && statSync(weights).isFile())) {
    throw new ReportError(
      'BAD_WEIGHTS',
      `There is no file ${weights}: give --weights a Keras H5 file of MobileNetV2 without top.`,
    );
  }
}
