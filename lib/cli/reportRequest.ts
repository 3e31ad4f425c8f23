import type { Notebook } from '../core/concepts';
import { ReportError } from '../core/errors';
import { type Config, flag, type Setting, text, type Values, whole } from '../core/settings';
import { findNotebook } from '../report/study';
import { parseCommandLine, usageText } from './arguments';
import { FIRST_STUDY, type FoundStudy, loadStudy, studyNames, studyOf } from './studies';

/** What `npm run report -- …` was asked to do for one study. */
export interface ReportRequest {
  study: FoundStudy;
  notebooks: readonly Notebook[];
  /** Whether they were named, and are to be run whatever is there. */
  named: boolean;
  config: Config;
  /** What is asked for beside the settings of the run. */
  asked: Values<typeof options>;
  help: boolean;
}

/** Null where nothing is said. */
const keepOption: Setting<number | null> = {
  ...whole(0, [1, 10_000], 'only remove all but the newest N whole runs. The one that is shown stays'),
  initial: null,
};

const options = {
  fresh: flag(false, 'make every stage again, reuse nothing'),
  pdf: flag(false, 'also print the whole report as PDF, with an installed Chromium, Chrome or Edge'),
  code: flag(false, 'the PDF shows the code of the notebooks too'),
  list: flag(false, 'only list the runs that there are: when, with which settings, their figures'),
  keep: keepOption,
  author: text(null, 'name on the title page of the whole report. Without one, that of author.json'),
  course: text(null, 'course on the title page, likewise'),
  words: text(null, 'words of your own on the title page, likewise'),
};

/** The help of `npm run report` for a study, or of another command that takes the same. */
export const reportUsage = (study: FoundStudy, command = 'report'): string =>
  usageText(
    `${command} -- [STUDY] [NOTEBOOK …] [options]`,
    [
      ['STUDY', `${studyNames().join(', ')} or all (${FIRST_STUDY})`],
      [
        'NOTEBOOK',
        `a number or name (01, ${study.notebooks[0]?.name}); none: all whose page is not up to date`,
      ],
    ],
    { ...options, ...study.settings },
    `These are the settings of ${study.name}. Each can be given as a variable too, such as REPORT_EPOCHS=3 for --epochs 3.`,
  );

/**
 * Parses the command line: a study or `all` before everything else, notebooks and options. Throws `UNKNOWN_NOTEBOOK`, and what
 * `parseCommandLine` throws, before anything runs.
 */
export async function parseReport(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ReportRequest[]> {
  const { name, rest } = studyOf(args, [...studyNames(), 'all']);
  const all = name === 'all';
  const own = rest.find((option) => /^--(data|weights)\b/.test(option));
  if (all && own) {
    throw new ReportError('BAD_SETTING', `${own} is for one study: name it instead of "all".`);
  }
  return Promise.all((all ? studyNames() : [name]).map((one) => requestFor(one, rest, cwd, env)));
}

async function requestFor(
  name: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<ReportRequest> {
  const study = await loadStudy(name);
  const accepted = { settings: Object.keys(study.settings), options, usage: reportUsage(study) };
  const { help, config, options: asked, operands } = parseCommandLine(args, study, accepted, cwd, env);
  const wanted = help ? [] : operands.map((operand) => requireNotebook(study, operand));
  const notebooks = study.notebooks.filter((notebook) => wanted.length === 0 || wanted.includes(notebook));
  return { study, notebooks, named: wanted.length > 0, config, asked, help };
}

function requireNotebook(study: FoundStudy, name: string): Notebook {
  const notebook = findNotebook(study, name);
  if (notebook) return notebook;
  const known = study.notebooks.map((item) => item.name).join(', ');
  const others = studyNames().filter((other) => other !== study.name);
  const hint = others.length > 0 ? ` (or, first, another study: ${others.join(', ')})` : '';
  throw new ReportError('UNKNOWN_NOTEBOOK', `There is no notebook "${name}": choose from ${known}${hint}.`);
}
