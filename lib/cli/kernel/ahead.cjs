'use strict';
// Converts the cells of notebooks of one folder, so that their kernels find them converted: TypeScript reads its libraries once for all of them.
// usage: node ahead.cjs NOTEBOOK…
const { readFileSync } = require('node:fs');
const { setPriority } = require('node:os');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { keptConverter } = require('./converter.cjs');
const { loadTslab } = require('./load.cjs');

const root = path.resolve(__dirname, '..', '..', '..');
const tslab = loadTslab(root);
new Worker(path.join(__dirname, 'watch.cjs')).unref();

setPriority(10); // the notebook that runs meanwhile goes first
let made = null;
const create = () =>
  (made ??= tslab('./dist/converter.js').createConverter({ isJS: false, isBrowser: false }));
for (const file of process.argv.slice(2)) {
  const { convert } = keptConverter(root, create);
  let declared = '';
  for (const { cell_type: type, source } of JSON.parse(readFileSync(file, 'utf8')).cells) {
    if (type !== 'code') continue;
    const { diagnostics, declOutput } = convert(declared, [source].flat().join(''));
    if (diagnostics.length > 0) break; // its kernel will tell
    declared = declOutput ?? '';
  }
}
process.exit();
