import { notebooks } from '../studies/prices/notebooks';
import { warningHtml } from './banner';
import { newUpdatingDisplay } from './display';
import { browserFile, escapeHtml, inlineHtml } from './html';

export interface RunHeader {
  /** The notebook's place, from 1 to 9. */
  number: number;
  title: string;
  /** The question the notebook answers, as a sentence. */
  question: string;
  /** What the run was made with: data set, image size, seed, weights, backend, … in the order to be read. */
  facts: Record<string, string>;
  /** Whatever makes the figures worth less: generated data, random weights, a slow backend. Each becomes a banner. */
  warnings: readonly string[];
}

/** The HTML that `runHeader` shows, without the styles. */
export function runHeaderHtml({ number, title, question, facts, warnings }: RunHeader): string {
  const link = (step: number, word: string, rel: string): string => {
    const entry = notebooks[number - 1 + step];
    return entry
      ? `<a rel="${rel}" href="${entry.name}.html">${word.replace('*', () => escapeHtml(entry.title))}</a>`
      : '';
  };
  const pairs = Object.entries(facts).map(
    ([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return (
    `<div class="rp rp-header"><nav class="rp-nav" aria-label="Reports"><a href="index.html">All ${notebooks.length} reports</a>` +
    `${link(-1, '← *', 'prev')}${link(1, '* →', 'next')}</nav>` +
    `<p class="rp-kicker">${number} of ${notebooks.length} · ${escapeHtml(title)}</p>` +
    `<p class="rp-question">${inlineHtml(question)}</p>` +
    `<dl class="rp-facts" aria-label="This run">${pairs.join('')}</dl></div>` +
    warnings.map(warningHtml).join('')
  );
}

/**
 * Shows the block at the top of a notebook, and puts the styles of everything else into the page, so it comes first. The title in
 * large letters is the notebook's own first heading; this block does not repeat it as one. The function it gives shows the block anew with
 * other warnings: what a later cell finds out belongs at the top as well.
 */
export function runHeader(header: RunHeader): (warnings: readonly string[]) => void {
  const { number, title, question, facts } = header;
  const display = newUpdatingDisplay();
  const show = (warnings: readonly string[]): void => {
    const text = [
      `${number}. ${title}: ${question}`,
      ...Object.entries(facts).map(([name, value]) => `${name}: ${value}`),
      ...warnings.map((warning) => `WARNING: ${warning}`),
    ];
    const html = `<style>${browserFile('components.css')}</style>${runHeaderHtml({ ...header, warnings })}`;
    display.show(html, text.join('\n'));
    display.close();
  };
  show(header.warnings);
  return show;
}
