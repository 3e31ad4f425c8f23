import { displayHtml } from './display';
import { inlineHtml } from './html';

/** Says that this page does without something that takes minutes, and which command makes it. */
export function leftOut(what: string, command: string): void {
  const text = `${what} was left out, as it takes minutes and the report's model does without. To see it:`;
  displayHtml(
    `<p class="rp">${inlineHtml(text)} <code>${inlineHtml(command)}</code></p>`,
    `${text} ${command}`,
  );
}
