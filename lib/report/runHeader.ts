import type { Notebook } from '../core/concepts';
import { warningHtml } from './banner';
import { newUpdatingDisplay } from './display';
import { escapeHtml, inlineHtml, pairHtml, stylesHtml } from './html';
import type { StudyPages } from './study';

/** What stands at the top of a notebook: its place in the study, what the run was made with, and what makes its figures worth less. */
interface RunHeader {
  study: Pick<StudyPages, 'notebooks'>;
  notebook: Notebook;
  facts: Readonly<Record<string, string>>;
  warnings: readonly string[];
}

const placeOf = ({ study, notebook }: RunHeader): number =>
  study.notebooks.findIndex(({ name }) => name === notebook.name) + 1;

/** The HTML that `runHeader` shows, without the styles. */
export function runHeaderHtml(header: RunHeader): string {
  const { study, notebook, facts, warnings } = header;
  const [place, count] = [placeOf(header), study.notebooks.length];
  const link = (at: number, word: (title: string) => string, rel: string): string => {
    const other = study.notebooks[at - 1];
    return other
      ? `<a rel="${rel}" href="${escapeHtml(other.name)}.html">${escapeHtml(word(other.title))}</a>`
      : '';
  };
  const pairs = Object.entries(facts).map(([name, value]) => pairHtml(name, value));
  return (
    `<div class="rp rp-header"><nav class="rp-nav" aria-label="Reports"><a href="index.html">All ${count} reports</a>` +
    `${link(place - 1, (title) => `← ${title}`, 'prev')}${link(place + 1, (title) => `${title} →`, 'next')}</nav>` +
    `<p class="rp-kicker">${place} of ${count} · ${escapeHtml(notebook.title)}</p>` +
    `<p class="rp-question">${inlineHtml(notebook.question)}</p>` +
    `<dl class="rp-facts" aria-label="This run">${pairs.join('')}</dl></div>` +
    warnings.map(warningHtml).join('')
  );
}

/** Shows the block at the top of a notebook, and puts the styles of everything else into the page, so it comes first. The function it gives shows the block anew with other warnings. */
export function runHeader(header: RunHeader): (warnings: readonly string[]) => void {
  const { notebook, facts } = header;
  const display = newUpdatingDisplay();
  const show = (warnings: readonly string[]): void => {
    const text = [
      `${placeOf(header)}. ${notebook.title}: ${notebook.question}`,
      ...Object.entries(facts).map(([name, value]) => `${name}: ${value}`),
      ...warnings.map((warning) => `WARNING: ${warning}`),
    ];
    const html = `${stylesHtml()}${runHeaderHtml({ ...header, warnings })}`;
    display.show(html, text.join('\n'));
    display.close();
  };
  show(header.warnings);
  return show;
}
