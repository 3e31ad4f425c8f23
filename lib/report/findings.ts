import { displayHtml } from './display';
import { inlineHtml } from './html';

/** The HTML of the box that ends a notebook. */
export const findingsHtml = (items: readonly string[]): string =>
  '<section class="rp rp-findings"><h2>What was found</h2>' +
  `<ul>${items.map((item) => `<li>${inlineHtml(item)}</li>`).join('')}</ul></section>`;

/** Shows what the notebook found, one sentence an item; the caller puts in the figures of this run, `**bold**` where they matter. */
export function findings(items: readonly string[]): void {
  const lines = items.map((item) => `• ${item.replaceAll('**', '')}`);
  displayHtml(findingsHtml(items), ['What was found', ...lines].join('\n'));
}
