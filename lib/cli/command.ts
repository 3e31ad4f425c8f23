import { ReportError } from '../core/errors';
import { parseCommandLine, usageText } from './arguments';
import { checkCommand } from './check';
import { FIRST_STUDY, loadStudy, studyNames, studyOf } from './studies';
import { runMain, terminalRun } from './terminal';

/** A command of a study, such as `npm run predict -- --study filter …`: the first argument is the command. */
runMain(async () => {
  const [name = '', ...args] = process.argv.slice(2);
  const { name: wanted, rest } = studyOf(args);
  const study = await loadStudy(wanted);
  const load = name === 'check' ? () => checkCommand(study) : study.commands?.[name];
  if (!load) {
    const known = Object.keys(study.commands ?? {}).join(', ') || 'none';
    throw new ReportError(
      'BAD_SETTING',
      `The study ${study.name} has no command "${name}"; it has ${known}.`,
    );
  }
  const { about, operands, options, settings, run } = await load();
  const taken = Object.entries(study.settings).filter(([setting]) => settings.some((one) => one === setting));
  const [operand] = operands ?? [];
  const usage = usageText(
    `${name} -- ${operand ? `${operand} ` : ''}[options]`,
    [...(operands ? [operands] : []), ['--study NAME', `${studyNames().join(', ')} (${FIRST_STUDY})`]],
    { ...options, ...Object.fromEntries(taken) },
    about,
  );
  const folder = process.env.INIT_CWD ?? process.cwd();
  const given = parseCommandLine(rest, study, { settings, options, usage }, folder);
  if (given.help) return console.log(usage);
  const none = given.operands.length === 0;
  if (operand ? none && !operand.startsWith('[') : !none) {
    const wrong = operand
      ? `No ${operand.split(' ')[0]?.toLowerCase()} was named.`
      : `"${given.operands.join(' ')}" does not fit.`;
    throw new ReportError('BAD_SETTING', `${wrong}\n\n${usage}`);
  }
  const start = performance.now();
  await run(terminalRun(given.config), { options: given.options, operands: given.operands, folder });
  console.error(`Done in ${((performance.now() - start) / 1000).toFixed(1)} s.`); // no part of the answer
});
