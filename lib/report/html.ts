import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../core/files';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe for HTML, as content and inside a quoted attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign]!); // every sign matched is a key

/** Text made safe for Plotly, which knows these three entities and would show `&quot;` as it is; also safe as the content of an HTML element, not in an attribute. */
export const plotText = (text: string): string => text.replace(/[&<>]/g, (sign) => entities[sign]!); // as above

/** A name and its value in a list of facts. */
export const pairHtml = (name: string, value: string): string =>
  `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`;

/** Escaped text in which `**words**` are set in bold, and options such as `--data` are not broken over two lines: all the markup that prose given to this room may hold. */
export const inlineHtml = (text: string): string =>
  escapeHtml(text)
    .replace(/(?<![\w-])--(?:[a-z][\w-]*)?(?![\w-])/g, '<span class="rp-word">$&</span>')
    .replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>');

/** A value as JSON that can stand inside `<script>`: no sign that could end the element or open a comment, and none that older JavaScript takes for the end of a line. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A file of `templates/report/static`: what the browser needs, for a page or a live notebook. */
export const browserFile = (
  name: `${'page' | 'frontPage' | 'oneFile' | 'components' | 'figures'}.css` | `${'charts' | 'tables'}.js`,
): string =>
  readFileSync(path.join(projectRoot(), 'lib', 'report', 'templates', 'report', 'static', name), 'utf8');

/** The styles of everything that the report puts into a cell. */
export const stylesHtml = (): string =>
  `<style>${browserFile('components.css')}\n${browserFile('figures.css')}</style>`;
