import { createRequire } from 'node:module';

type Send = (message: { data: Record<string, string> }) => void;

/** A module that displays find as they find the kernel's. */
const kernel: { lastWriteDisplayData: Send | null } = { lastWriteDisplayData: null };
createRequire(__filename).cache['/tslab/dist/jupyter.js'] = { exports: kernel } as NodeJS.Module;

/** The HTML that a function shows in a notebook. */
export function shownHtml(show: () => void): string {
  let html = '';
  kernel.lastWriteDisplayData = ({ data }) => {
    html += data['text/html'];
  };
  show();
  kernel.lastWriteDisplayData = null;
  return html;
}
