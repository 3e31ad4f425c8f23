import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Study } from '../core/concepts';
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
