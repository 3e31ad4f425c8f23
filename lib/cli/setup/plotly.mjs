import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { root, writeWhole } from './steps.mjs';

/**
 * Writes `.cache/plotly.min.js.gz`: plotly.js is published unminified in this package, at twice the size, and every notebook carries it
 * packed. The first line of the code names the versions it was made from; a file whose line fits is left as it is.
 */
export async function packPlotly() {
  const require = createRequire(import.meta.url);
  const esbuild = require('esbuild');
  const { version } = require('plotly.js-dist/package.json');
  const stamp = `/* plotly.js-dist ${version}, minified by esbuild ${esbuild.version} */\n`;
  const file = path.join(root, '.cache', 'plotly.min.js.gz');
  if (existsSync(file) && gunzipSync(readFileSync(file)).toString().startsWith(stamp)) return;
  const { code } = await esbuild.transform(readFileSync(require.resolve('plotly.js-dist'), 'utf8'), {
    minify: true,
    legalComments: 'inline', // its licences stay in every report
    charset: 'utf8',
  });
  writeWhole(file, gzipSync(stamp + code, { level: 9 }));
}
