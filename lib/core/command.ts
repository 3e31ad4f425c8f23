import type { Run } from './run';
import type { Config, Settings, Values } from './settings';

/** What a command was given on its line. */
export interface Given<O extends Settings> {
  options: Values<O>;
  /** What stands there beside the options. */
  operands: readonly string[];
  /** The folder from which paths on the line count. */
  folder: string;
}

/** What a study can do beside its report, each a command of package.json, such as `npm run predict`. */
export interface Command<C extends Config = Config, O extends Settings = Settings> {
  /** What it does, in a sentence or two. */
  about: string;
  /** What stands before the options in its help, with what it is. */
  operands?: readonly [name: string, about: string];
  /** Its own options. */
  options: O;
  /** The settings that it takes as options; others come from the environment alone. */
  settings: readonly string[];
  run(run: Run<C>, given: Given<O>): Promise<void>;
}

/** A command that takes settings which its study has. */
export const command = <C extends Config, O extends Settings>(
  spec: Command<C, O> & { settings: readonly (keyof C)[] },
): Command<C, O> => spec;
