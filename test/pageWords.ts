import type { Results } from '../lib/core/results';
import { formatPercent } from '../lib/report/format';

/** The text of HTML, without scripts, styles and code; `<td>` and such are parted by blanks. */
export const textOf = (html: string): string =>
  html
    .replace(/<(script|style|pre)\b.*?<\/\1>|<details class="rp-code">.*?<\/details>/gs, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');

const elements = (html: string, tag: string): string[] =>
  [...html.matchAll(new RegExp(`<(${tag})\\b[^>]*>(.*?)</\\1>`, 'gs'))].map(([, , inner = '']) =>
    textOf(inner).trim(),
  );

/** Words of a page's running text: headings, paragraphs, lists and captions, without tables, code, progress, what is folded, and the labels inside pictures. */
export function proseWords(html: string): number {
  const open = html.replace(/<(script|style|svg|nav|footer|pre|table|details)\b.*?<\/\1>/gs, ' ');
  const parts = [...open.matchAll(/<(h[1-4]|p|li|figcaption)\b([^>]*)>(.*?)<\/\1>/gs)]
    .filter(([, , attributes = '']) => !/rp-progress|rp-undrawn/.test(attributes))
    .map(([, tag, , inner = '']) => ({ tag, words: textOf(inner).trim() }))
    .filter(({ tag, words }) => tag !== 'figcaption' || words.startsWith('Figure'));
  return parts.flatMap(({ words }) => words.split(' ').filter((word) => /\p{L}/u.test(word))).length;
}

/** What is wrong with a page as a reader reads it: one line for each place. */
export function wrongWords(html: string): string[] {
  const text = `${textOf(html)} ${[...html.matchAll(/(?:alt|aria-label|title)="([^"]*)"/g)].map(([, words]) => words).join(' ')}`;
  const around = (rule: RegExp): string[] =>
    [...text.matchAll(rule)].map(({ index, 0: found }) =>
      text.slice(Math.max(0, index - 40), index + found.length + 20),
    );
  const heads = [...html.matchAll(/<th scope="col"[^>]*>(.*?)<\/th>/gs)]
    .map(([, inner = '']) => textOf(inner).trim())
    .filter((head) => /^[a-z]+[A-Z]\w*$|^[a-z]+_\w+$/.test(head));
  const headings = elements(html, 'h[1-4]');
  const twice = headings.filter((heading, i) => headings.indexOf(heading) < i);
  return [
    ...around(/(?<![\w.:/])\/(?:home|root|tmp|usr|var|work|Users|mnt)\/[^\s,;)]*/g).map(
      (one) => `path: ${one}`,
    ),
    ...around(/\b(?:undefined|NaN|Infinity)\b|\[object|function \(|=> \{/g).map((one) => `no value: ${one}`),
    ...around(
      /\b(?:E[A-Z]{2,}(?:NOTFOUND|CACHED|REFUSED|RESET)|ENOTFOUND|ENOENT|EAI_AGAIN|getaddrinfo)\b|https?:\/\/(?!127\.0\.0\.1)\S+/g,
    ).map((one) => `machine's words: ${one}`),
    ...around(/(?<=[\s(,])-\d|(?<![\w.-])\d+(?:\.\d+)?e[-+]?\d/g).map(
      (one) => `a minus or a power as programs write it: ${one}`,
    ),
    ...around(
      /(?<![\w./:-])\d{4,} (?:test |training |validation )?(?:pictures|faces|games|covers|digits|rows|files|prices)\b/g,
    ).map((one) => `a count without comma: ${one}`),
    ...around(/\*\*(?=\w)|(?<=\w)\*\*/g).map((one) => `markup: ${one}`),
    ...around(/[€$£]\s?[²³]/g).map((one) => `a unit of no sense: ${one}`),
    ...heads.map((head) => `head: ${head}`),
    ...twice.map((heading) => `heading twice: ${heading}`),
  ];
}

/** Percentages and amounts of money in sentences that no figure of the results gives, at the decimals that they are shown with. `levels`: those of intervals and such, which are chosen and not found. */
export function unknownFigures(
  text: string,
  results: Results,
  levels: readonly string[] = ['95%'],
): string[] {
  const numbers = Object.values(results).filter((value): value is number => typeof value === 'number');
  const shown = new Set(
    numbers.flatMap((value) => [
      ...[0, 1, 2].flatMap((decimals) => [
        formatPercent(Math.abs(value), decimals),
        formatPercent(1 - value, decimals),
      ]),
      ...[0, 2].map((decimals) =>
        Math.abs(value / 100).toLocaleString('en-GB', {
          minimumFractionDigits: decimals,
          maximumFractionDigits: decimals,
        }),
      ),
    ]),
  );
  const found = text.match(/(?<![\w.])[\d,]+(?:\.\d+)?%|[€$£]\s?[\d,]+(?:\.\d+)?/g) ?? [];
  return found.filter((figure) => !levels.includes(figure) && !shown.has(figure.replace(/^[€$£]\s?/, '')));
}
