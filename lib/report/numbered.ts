import type { Notebook } from '../core/concepts';

/** What is left as it is, captions of charts and of tables, links to a figure or table nearby, other links and headings, tags, and mentions of the appendix or another report. */
const places =
  /<(?<whole>script|style|title|details|pre|code)\b.*?<\/\k<whole>>|<(?<captioned>figure class="rp rp-chart"[^>]*><fig|table><)caption>|<a\b[^>]*href="#(?<kind>figure|table)-(?<side>above|below)"[^>]*>.*?<\/a>|<(?<named>a|h\d)\b.*?<\/\k<named>>|<[^>]*>|(?<appendix>\bthe appendix of the whole report)|\b(?:report|notebook) (?<report>\d+)\b/gs;

/**
 * The page of a notebook with its charts and tables numbered as `Figure 7.1`. Links to `#figure-above`, `#figure-below`, `#table-above` and
 * `#table-below` become the number of what is there, and other reports that are mentioned by number become links.
 */
export function numbered(html: string, name: string, notebooks: readonly Notebook[]): string {
  const part = Number(name.slice(0, 2));
  const counts = { figure: 0, table: 0 };
  const numberOf = (kind: keyof typeof counts, ahead: number): string =>
    `${kind === 'figure' ? 'Figure' : 'Table'} ${part}.${counts[kind] + ahead}`;
  const idOf = (number: string): string => number.toLowerCase().replace(' ', '-');
  return html.replace(places, (found: string, ...rest) => {
    const { captioned, kind, side, appendix, report } = rest.at(-1) as Record<string, string | undefined>; // named groups come last
    if (captioned) {
      const of = captioned.startsWith('figure') ? 'figure' : 'table';
      counts[of]++;
      const number = numberOf(of, 0);
      return `${found.replace(of, `${of} id="${idOf(number)}"`)}${number}. `;
    }
    if (kind === 'figure' || kind === 'table') {
      const number = numberOf(kind, side === 'below' ? 1 : 0);
      return `<a href="#${idOf(number)}">${number}</a>`;
    }
    if (appendix) return `<a href="report.html#appendix">${found}</a>`;
    const other = notebooks.find((one) => Number(one.name.slice(0, 2)) === Number(report));
    return other && other.name !== name ? `<a href="${other.name}.html">${found}</a>` : found;
  });
}
