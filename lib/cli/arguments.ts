import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ReportError } from '../core/errors';
import { largest } from '../core/extremes';
import {
  type Config,
  environmentName,
  parseSetting,
  readSettings,
  type Setting,
  type Settings,
  type Values,
} from '../core/settings';
import type { FoundStudy } from './studies';

/** What a command takes: settings of the study, by name, options of its own, and operands. */
export interface Accepted<O extends Settings> {
  settings: readonly string[];
  options: O;
  usage: string;
}

/** A command line as it was understood. */
export interface CommandLine<O extends Settings> {
  help: boolean;
  /** The settings of the run: the environment's, overridden by the options. */
  config: Config;
  options: Values<O>;
  operands: readonly string[];
}

/** `imageSize` → `image-size` */
export const optionName = (setting: string): string =>
  environmentName(setting).slice(7).toLowerCase().replaceAll('_', '-');

/** A setting that an option without a value turns on. */
const isSwitch = ({ initial }: Setting<unknown>): boolean => initial === false;

/**
 * Parses the options of a command, before anything runs. Paths count from `cwd`. Throws `BAD_SETTING` for an unknown option or a value that
 * does not fit, named as it was given, and the error of a setting whose folder or file is not there. With `--help` no value is looked at.
 */
export function parseCommandLine<O extends Settings>(
  args: readonly string[],
  study: Pick<FoundStudy, 'name' | 'settings'>,
  accepted: Accepted<O>,
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): CommandLine<O> {
  const { settings, options, usage } = accepted;
  const all: Settings = { ...study.settings, ...options };
  const { values, positionals: operands } = parseTexts(args, all, usage);
  const help = values.help === true;
  const variables: Record<string, string> = {};
  const own = Object.fromEntries(Object.entries(options).map(([name, { initial }]) => [name, initial]));
  for (const [name, setting] of Object.entries(all)) {
    const option = `--${optionName(name)}`;
    const given = values[optionName(name)];
    if (help || given === undefined) continue;
    if (!settings.includes(name) && !(name in options)) {
      throw new ReportError(
        'BAD_SETTING',
        `${option} is a matter of training, not of this command.\n\n${usage}`,
      );
    }
    if (typeof given === 'string' && given.trim() === '') {
      throw new ReportError('BAD_SETTING', `${option} is empty: give it a value or leave it out.`);
    }
    const text = setting.path ? path.resolve(cwd, String(given)) : String(given); // a switch is true
    const value = parseSetting(setting, text, option, 'leave it out');
    if (name in options) own[name] = value;
    else variables[environmentName(name)] = text;
  }
  const config = readSettings(study.name, study.settings, help ? {} : { ...env, ...variables });
  if (!help) requirePaths(study.settings, config);
  return { help, config, options: own as Values<O>, operands }; // each from its own setting
}

function parseTexts(
  args: readonly string[],
  settings: Settings,
  usage: string,
): { values: Record<string, unknown>; positionals: string[] } {
  const types = Object.entries(settings).map(([name, setting]) => [
    optionName(name),
    { type: isSwitch(setting) ? ('boolean' as const) : ('string' as const) },
  ]);
  try {
    const options = { ...Object.fromEntries(types), help: { type: 'boolean' as const } };
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new ReportError('BAD_SETTING', `${reason.replace(/\. To specify.*$/, '')}\n\n${usage}`, {
      cause: error,
    });
  }
}

function requirePaths(settings: Settings, config: Config): void {
  const values: Record<string, unknown> = { ...config };
  for (const [name, { missing, placeholder, about }] of Object.entries(settings)) {
    const place = values[name];
    if (!missing || typeof place !== 'string') continue;
    const folder = placeholder === 'DIR';
    if (existsSync(place) && statSync(place).isDirectory() === folder) continue;
    throw new ReportError(
      missing,
      `There is no ${folder ? 'folder' : 'file'} ${place}: give --${optionName(name)} (or ${environmentName(name)}) the ${firstSentence(about)}.`,
    );
  }
}

/** `the first sentence. And why.` → `the first sentence` */
const firstSentence = (about: string): string => about.split(/\. [A-Z]/)[0] ?? about;

/** The help of a command: how it is called, its operands, options and settings with their defaults, and what it does. */
export function usageText(
  line: string,
  operands: readonly (readonly [name: string, about: string])[],
  settings: Settings,
  about: string,
): string {
  const options = Object.entries(settings).map(([name, setting]): [string, string] => {
    const { initial, placeholder, about, expected } = setting;
    const value = isSwitch(setting) ? '' : ` ${placeholder}`;
    const choices = placeholder === 'NAME' ? `: ${expected}` : '';
    const byDefault = initial === null || isSwitch(setting) ? '' : ` (${initial})`;
    const words = initial === null ? about : firstSentence(about); // what happens without it belongs there
    return [`--${optionName(name)}${value}`, `${words}${choices}${byDefault}`];
  });
  const rows = [...operands, ...options, ['--help', 'this text'] as const];
  const width = largest(rows.map(([name]) => name.length)) + 2;
  return `npm run ${line}\n\n${rows.map(([name, words]) => `  ${name.padEnd(width)}${words}`).join('\n')}\n\n${about}`;
}
