import { type Results, warningsIn } from '../core/results';
import { formatCount } from './format';
import type { Fact, SideFile } from './study';

/** A part of a card: its heading, and below it whatever of the following it has, in this order. */
export interface CardSection {
  heading: string;
  /** Paragraphs of Markdown. */
  text?: readonly string[];
  /** What the results say, a line each. */
  facts?: readonly Fact[];
  /** Every count of the results below this name, such as `rows.dropped.`. */
  counts?: string;
  /** The warnings of the run. */
  warnings?: true;
}

/** A description of the data or of a model, made of the results of a run. */
export interface Card extends SideFile {
  /** The figure without which there is nothing to describe yet. */
  needs: string;
  sections: readonly CardSection[];
}

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
  const blocks = sections.flatMap((section) => [`## ${section.heading}`, ...sectionBlocks(section, results)]);
  return `${[`# ${title}`, ...blocks].join('\n\n')}\n`;
}

function sectionBlocks({ text = [], facts = [], counts, warnings }: CardSection, results: Results): string[] {
  const lines = [
    ...facts.map((fact) => factLine(fact, results)),
    ...(counts === undefined ? [] : countLines(counts, results)),
    ...(warnings ? warningsIn(results).map((warning) => `- ${markdownText(warning)}`) : []),
  ];
  return [...text, lines.length > 0 ? lines.join('\n') : '- none'].filter(
    (block) => block !== '- none' || counts !== undefined || warnings,
  );
}

function factLine([label, names, show]: Fact, results: Results): string {
  const values = names.flatMap((name) => results[name] ?? []);
  const words = values.map((value) => (typeof value === 'number' ? value : String(value)));
  return `- ${label}: ${values.length === names.length ? markdownText(show(...words)) : MISSING}`;
}

const countLines = (prefix: string, results: Results): string[] =>
  Object.entries(results).flatMap(([name, count]) =>
    name.startsWith(prefix) && typeof count === 'number'
      ? [`- ${markdownText(name.slice(prefix.length))}: ${formatCount(count)}`]
      : [],
  );
