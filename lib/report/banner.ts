import { displayHtml } from './display';
import { inlineHtml } from './html';

export type BannerKind = 'warning' | 'note';

/** The HTML of a banner. A warning is announced by a screen reader at once (`role="alert"`), a note is not. */
export function bannerHtml(kind: BannerKind, title: string, text: string): string {
  const role = kind === 'warning' ? 'alert' : 'note';
  const word = kind === 'warning' ? 'Warning' : 'Note';
  return (
    `<div class="rp rp-banner rp-${kind}" role="${role}"><p class="rp-banner-title"><span class="rp-tag">${word}</span> ` +
    `${inlineHtml(title)}</p>${text === '' ? '' : `<p>${inlineHtml(text)}</p>`}</div>`
  );
}

/** Shows a banner that the eye cannot miss; `**words**` in title and text are bold. */
export function banner(kind: BannerKind, title: string, text = ''): void {
  const word = kind === 'warning' ? 'WARNING' : 'Note';
  displayHtml(bannerHtml(kind, title, text), `${word}: ${[title, text].filter(Boolean).join(' ')}`);
}

/** A warning as a banner: its first sentence in bold, the others below. */
export function warningHtml(warning: string): string {
  const [first = '', ...others] = warning.split(/(?<=[.!]) /);
  return bannerHtml('warning', first, others.join(' '));
}

/** Shows what the notebook found, one sentence an item; the caller puts in the figures of this run, `**bold**` where they matter. */
export function findings(items: readonly string[]): void {
  const lines = items.map((item) => `• ${item.replaceAll('**', '')}`);
  const html =
    '<section class="rp rp-findings">' +
    `<ul>${items.map((item) => `<li>${inlineHtml(item)}</li>`).join('')}</ul></section>`;
  displayHtml(html, ['What was found', ...lines].join('\n'));
}
