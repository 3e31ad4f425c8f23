/** What stands in a card where the run has left nothing. */
export const MISSING = '*not recorded*';

/** Text made safe for a line or a cell of Markdown: no markup, no line breaks, no end of a cell. */
export const markdownText = (text: string): string =>
  text
    .replace(/[\r\n\u2028\u2029]+/g, ' ')
    .replace(/[\\`*_[\]<>|#~]/g, (sign) => `\\${sign}`)
    .replace(/&/g, '&amp;');

/** Text in a code span, for hashes and names of files; a backtick within is left out, as it would end the span. */
export const markdownCode = (text: string): string => `\`${text.replace(/[`\r\n]/g, '')}\``;

/** A table; the first column stands left, the others right. The cells are Markdown already. */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

/** A list of what is known, `- Name: value`; null becomes `MISSING`. The values are Markdown already. */
export const markdownFacts = (facts: readonly (readonly [name: string, value: string | null])[]): string =>
  facts.map(([name, value]) => `- ${name}: ${value ?? MISSING}`).join('\n');

/** A card of a heading and sections, each a heading with its paragraphs, lists and tables; ends with a line break. */
export const markdownCard = (
  title: string,
  sections: readonly (readonly [heading: string, ...blocks: (string | null)[]])[],
): string =>
  `${[
    `# ${title}`,
    ...sections.flatMap(([heading, ...blocks]) => [
      `## ${heading}`,
      ...blocks.map((block) => block ?? MISSING),
    ]),
  ].join('\n\n')}\n`;

/** `known` turned into text, or null where it is not known. */
export const ifKnown = <T>(known: T | null, show: (value: T) => string): string | null =>
  known === null ? null : show(known);
