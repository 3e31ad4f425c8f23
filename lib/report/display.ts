import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { projectRoot } from '../core/files';

interface DisplayMessage {
  data: Record<string, string>;
  metadata: Record<string, never>;
  transient: { display_id?: string };
}

type Send = (message: DisplayMessage, update: boolean) => void;

/** The kernel's module once it is found. */
let kernel: { lastWriteDisplayData: Send | null } | undefined;

/** How the running kernel sends a display, or null outside one: by tslab's inner function, as its public one sends one media type a message. Loading its module from here would start a message queue. */
function sender(): Send | null {
  if (!kernel) {
    const loaded = createRequire(path.join(projectRoot(), 'package.json')).cache;
    const file = Object.keys(loaded).find((name) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name));
    if (file) kernel = loaded[file]?.exports;
  }
  return kernel?.lastWriteDisplayData ?? null;
}

const message = (html: string, plainText: string, id?: string): DisplayMessage => ({
  data: { 'text/html': html, 'text/plain': plainText },
  metadata: {},
  transient: id ? { display_id: id } : {},
});

/** Shows `html`, with `plainText` for a reader that shows no HTML. Outside a notebook the plain text goes to the console. */
export function displayHtml(html: string, plainText: string): void {
  const send = sender();
  if (send) send(message(html, plainText), false);
  else console.log(plainText);
}

/** Makes a display whose content each `show` replaces, as a progress bar does. Nothing appears before the first. */
export function newUpdatingDisplay() {
  const id = randomBytes(8).toString('hex');
  let shown = false;
  let last: string | null = null;
  return {
    show(html: string, plainText: string): void {
      const send = sender();
      send?.(message(html, plainText, id), shown);
      shown = send !== null;
      last = plainText;
    },
    /** Says that the last `show` was final; outside a notebook this prints its plain text, the only line that appears. */
    close(): void {
      if (!shown && last !== null) console.log(last);
      last = null;
    },
  };
}
