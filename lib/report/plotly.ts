import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ReportError } from '../core/errors';
import { projectRoot } from '../core/files';
import { displayHtml } from './display';
import { browserFile, stylesHtml } from './html';

/** The minified and packed plotly.js that set-up leaves in the project; never loaded in Node, only carried to the browser. */
export const plotlyFile = (): string => path.join(projectRoot(), '.cache', 'plotly.min.js.gz');

/** The HTML that lets charts be drawn in a page: styles, plotly.js (gzip in base64, 2 MB, run once however often it stands there) the code that draws, and that of tables. Throws `BROKEN_STAGE` when set-up has not made the bundle. */
export function chartsHtml(file = plotlyFile()): string {
  if (!existsSync(file)) {
    throw new ReportError('BROKEN_STAGE', `${file}, which draws charts, is missing: run "npm run setup".`);
  }
  const packed = readFileSync(file, 'base64');
  return `${stylesHtml()}
<script>
window.reportPlotly ??= (async () => {
  const packed = Uint8Array.from(atob("${packed}"), (sign) => sign.charCodeAt(0));
  const code = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const script = document.createElement('script');
  script.textContent = await new Response(code).text();
  document.head.append(script);
  return window.Plotly;
})();
</script>
<script>
${browserFile('charts.js')}
${browserFile('tables.js')}
</script>`;
}

/** Puts plotly.js into the notebook, once, before or after the first chart. Throws what `chartsHtml` throws. */
export function startCharts(): void {
  displayHtml(chartsHtml(), 'Charts are ready.');
}
