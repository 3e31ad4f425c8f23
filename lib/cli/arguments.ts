import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { ReportError } from '../core/errors';
import { environmentName } from '../core/settings';
import { findNotebook, type Notebook } from '../report/study';
import { notebooks } from '../studies/prices/notebooks';
import { type Config, loadConfig } from '../studies/prices/settings';

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
  --thorough        also the searches, comparisons and checks that take minutes
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

/** Options without a value that turn a setting on. */
const switches = ['thorough'] as const;

/**
 * Parses the command line. Paths count from `cwd`. Throws `BAD_SETTING` for an unknown option or a value that does not fit,
 * `UNKNOWN_NOTEBOOK`, `NO_DATA_FOLDER` or `BAD_WEIGHTS` for a path that is not there, whether an option or the environment names it:
 * before anything runs. With `--help` no value is looked at.
 */
export function parseRequest(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): ReportRequest {
  const { values, positionals } = parseOptions(args, { fresh: { type: 'boolean' } }, usage);
  const help = values.help === true;
  const wanted = help ? [] : positionals.map(requireNotebook);
  const settings = help ? {} : settingsOf(values, cwd);
  if (!help) loadSettings(env, settings);
  return {
    notebooks: wanted.length === 0 ? notebooks : notebooks.filter((notebook) => wanted.includes(notebook)),
    settings,
    fresh: values.fresh === true,
    help,
  };
}

function requireNotebook(name: string): Notebook {
  const notebook = findNotebook({ notebooks }, name);
  if (notebook) return notebook;
  const known = notebooks.map((item) => item.name).join(', ');
  throw new ReportError('UNKNOWN_NOTEBOOK', `There is no notebook "${name}": choose from ${known}.`);
}

/** The text of an option, if it was given. Throws `BAD_SETTING` for an empty one, as an unset variable of the shell gives it. */
export function given(option: string, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (value.trim() !== '') return value;
  throw new ReportError('BAD_SETTING', `--${option} is empty: give it a value or leave it out.`);
}

/** The `REPORT_*` variables that the options stand for. Throws `BAD_SETTING` for one without a value. */
export function settingsOf(values: Record<string, unknown>, cwd: string): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const [option, setting] of Object.entries(settingOf)) {
    const value = given(option, values[option]);
    if (value === undefined) continue;
    settings[environmentName(setting)] =
      setting === 'data' || setting === 'weights' ? path.resolve(cwd, value) : value;
  }
  for (const name of switches) if (values[name] === true) settings[environmentName(name)] = 'true';
  return settings;
}

/** The configuration, its paths looked up; a value that does not fit is reported under the name by which it was given. */
export function loadSettings(env: NodeJS.ProcessEnv, settings: Record<string, string>): Config {
  try {
    const config = loadConfig({ ...env, ...settings });
    requirePaths(config);
    return config;
  } catch (error) {
    for (const [option, setting] of Object.entries(settingOf)) {
      const name = environmentName(setting);
      if (error instanceof ReportError && name in settings && error.message.startsWith(`${name} is `)) {
        const message = error.message.replace(name, `--${option}`).replace('unset it', 'leave it out');
        throw new ReportError(error.code, message, { cause: error });
      }
    }
    throw error;
  }
}

/** Options of a command: those that stand for settings, `--help`, and `extra` of its own. Throws `BAD_SETTING` with `usage`. */
export function parseOptions(
  args: readonly string[],
  extra: NonNullable<ParseArgsConfig['options']>,
  usage: string,
): { values: Record<string, unknown>; positionals: string[] } {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...Object.fromEntries(Object.keys(settingOf).map((name) => [name, { type: 'string' as const }])),
        ...Object.fromEntries(switches.map((name) => [name, { type: 'boolean' as const }])),
        help: { type: 'boolean' },
        ...extra,
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new ReportError('BAD_SETTING', `${reason.replace(/\. To specify.*$/, '')}\n\n${usage}`, {
      cause: error,
    });
  }
}

function requirePaths({ data, weights }: Config): void {
  if (data !== null && !(existsSync(data) && statSync(data).isDirectory())) {
    throw new ReportError(
      'NO_DATA_FOLDER',
      `There is no folder ${data}: give --data (or REPORT_DATA) the folder that holds games.csv and screenshots/.`,
    );
  }
  if (weights !== null && !(existsSync(weights) && statSync(weights).isFile())) {
    throw new ReportError(
      'BAD_WEIGHTS',
      `There is no file ${weights}: give --weights (or REPORT_WEIGHTS) a Keras H5 file of MobileNetV2 without top.`,
    );
  }
}
