import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

/**
 * Writes `.cache/plotly.min.js.gz` under `root`: plotly.js is published unminified in this package, at twice the size, and every notebook
 * carries it packed. The first line of the code names the versions it was made from; a file whose line fits is left as it is.
 *
 * @param {string} root folder of the project, with its node_modules
 * @returns {Promise<{ file: string, made: boolean }>}
 */
export async function buildPlotly(root) {
  const require = createRequire(path.join(root, 'package.json'));
  const source = require.resolve('plotly.js-dist');
  const { version } = require('plotly.js-dist/package.json');
  const esbuild = require('esbuild');
  const stamp = `/* plotly.js-dist ${version}, minified by esbuild ${esbuild.version} */\n`;
  const file = path.join(root, '.cache', 'plotly.min.js.gz');
  if (
    existsSync(file) &&
    gunzipSync(await readFile(file))
      .toString()
      .startsWith(stamp)
  )
    return { file, made: false };

  const { code } = await esbuild.transform(await readFile(source, 'utf8'), {
    minify: true,
    legalComments: 'inline', // its licences stay in every report
    charset: 'utf8',
  });
  await mkdir(path.dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.partial`;
  await writeFile(partial, gzipSync(stamp + code, { level: 9 }));
  await rename(partial, file);
  return { file, made: true };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { file, made } = await buildPlotly(path.resolve(import.meta.dirname, '..', '..'));
  console.log(`${made ? 'Made' : 'Found'} ${file}`);
}
