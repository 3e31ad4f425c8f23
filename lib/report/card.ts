import { type Results, warningsIn } from '../core/results';
import { formatCount } from './format';
import { type Card, type CardLine, factText } from './study';

/** What stands in a card where the run has left nothing. */
export const MISSING = '*not recorded*';

/** Text made safe for a line of Markdown: no markup, no line breaks. */
export const markdownText = (text: string): string =>
  text
    .replace(/[\r\n\u2028\u2029]+/g, ' ')
    .replace(/[\\`*_[\]<>|#~]/g, (sign) => `\\${sign}`)
    .replace(/&/g, '&amp;');

/** A card as Markdown; what the results do not say is named as not recorded. */
export function cardMarkdown({ title, sections }: Card, results: Results): string {
  const blocks = Object.entries(sections).flatMap(([heading, lines]) => [
    `## ${heading}`,
    ...lines.filter((line) => typeof line === 'string'),
    lines.flatMap((line) => (typeof line === 'string' ? [] : listed(line, results))).join('\n'),
  ]);
  return `${[`# ${title}`, ...blocks.filter((block) => block !== '')].join('\n\n')}\n`;
}

function listed(line: Exclude<CardLine, string>, results: Results): string[] {
  if ('warnings' in line) return orNone(warningsIn(results).map((warning) => `- ${markdownText(warning)}`));
  if ('counts' in line) {
    const counts = Object.entries(results).filter(([name]) => name.startsWith(line.counts));
    return orNone(
      counts.map(([name, count]) => {
        const words = typeof count === 'number' ? formatCount(count) : String(count);
        return `- ${markdownText(name.slice(line.counts.length))}: ${words}`;
      }),
    );
  }
  const text = factText(line, results);
  return [`- ${line[0]}: ${text === null ? MISSING : markdownText(text)}`];
}

const orNone = (lines: string[]): string[] => (lines.length > 0 ? lines : ['- none']);
