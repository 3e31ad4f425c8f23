import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Study } from '../core/concepts';
import { ReportError } from '../core/errors';
import { projectRoot } from '../core/files';
import type { StudyPages } from '../report/study';

/** A study as the commands find it. */
export type FoundStudy = Study & StudyPages;

/** The study that a command means when it names none. */
export const FIRST_STUDY = 'prices';

const folder = (): string => path.join(projectRoot(), 'lib', 'studies');
const fileOf = (name: string): string => path.join(folder(), name, 'study.ts');

/** The names of all studies, the first one first. */
export const studyNames = (): string[] =>
  readdirSync(folder())
    .filter((name) => existsSync(fileOf(name)))
    .sort((a, b) => Number(b === FIRST_STUDY) - Number(a === FIRST_STUDY) || (a < b ? -1 : 1));

/** The record of the study with this name. */
export const loadStudy = async (name: string): Promise<FoundStudy> =>
  ((await import(fileOf(name))) as { study: FoundStudy }).study; // what every study.ts exports

/**
 * The study that a command line is for, and the rest of the line: `--study NAME` anywhere on it, or its first word where that is in `known`; else
 * the first study. Throws `BAD_SETTING` for a name after `--study` that is not in `known`.
 */
export function studyOf(args: readonly string[], known = studyNames()): { name: string; rest: string[] } {
  const [first = '', ...others] = args;
  const at = args.findIndex((arg) => /^--study(=|$)/.test(arg));
  if (at < 0)
    return known.includes(first) ? { name: first, rest: others } : { name: FIRST_STUDY, rest: [...args] };
  const [, given] = /=(.*)/.exec(args[at] ?? '') ?? [];
  const name = given ?? args[at + 1] ?? '';
  if (known.includes(name)) return { name, rest: args.toSpliced(at, given === undefined ? 2 : 1) };
  throw new ReportError(
    'BAD_SETTING',
    `There is no study "${name}" for --study: choose from ${known.join(', ')}.`,
  );
}
