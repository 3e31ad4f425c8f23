import path from 'node:path';
import { command } from '../../../core/command';
import { ReportError } from '../../../core/errors';
import { formatNumber, formatPercent } from '../../../report/format';
import { findFilter, openFilter } from '../filter';
import type { Config } from '../settings';

/** `npm run predict -- --study filter`: whether each picture shows X. Throws `UNREADABLE_IMAGE` at the end for files that cannot be read. */
export const predict = command<Config, Record<never, never>>({
  about: 'The filter is the one that the last npm run report -- filter chose for that data set.',
  operands: ['PICTURE …', 'one or more picture files'],
  settings: ['data', 'weights'],
  options: {},
  run: async (run, { operands, folder }) => {
    const filter = findFilter(run);
    const { positive, classes, threshold, title } = filter;
    const network = await openFilter(run, filter);
    const answers = await network.ask(operands.map((file) => path.resolve(folder, file)));
    network.dispose();
    answers.forEach((answer, i) => {
      const probability = 'reason' in answer ? null : answer.probabilities[classes.indexOf(positive)]!; // one of the classes
      const says = probability !== null && probability >= threshold ? 'shows' : 'does not show';
      const words = 'reason' in answer ? `unreadable: ${answer.reason}` : `${says} ${positive}`;
      console.log(`${formatPercent(probability).padStart(6)}  ${operands[i]}  ${words}`);
    });
    console.log(`\n${title}, which says ${positive} from a probability of ${formatNumber(threshold)} on.`);
    const unread = operands.filter((_, i) => 'reason' in answers[i]!); // one for each
    if (unread.length === 0) return;
    const fault = `${unread.join(', ')} cannot be read`;
    throw new ReportError('UNREADABLE_IMAGE', `${fault}: replace what is named or leave it out.`);
  },
});
