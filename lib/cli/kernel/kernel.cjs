'use strict';
// The Jupyter kernel: the project's own tslab, started with the changes of tslab.cjs. usage: node kernel.cjs CONNECTION_FILE
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { Worker } = require('node:worker_threads');

const root = path.resolve(__dirname, '..', '..', '..');
const tslab = path.dirname(require.resolve('tslab/package.json', { paths: [root] }));
const { VERSION, edits, patch, queueSends } = require(path.join(__dirname, 'tslab.cjs'));

const { version } = require(path.join(tslab, 'package.json'));
if (version !== VERSION) {
  process.stderr.write(
    `The kernel is made for tslab ${VERSION}, found ${version}: run "npm ci" in ${root}.\n`,
  );
  process.exit(1);
}

queueSends(require(require.resolve('zeromq', { paths: [tslab] })));

const patched = new Set(Object.keys(edits(root)).map((file) => path.join(tslab, file)));
const load = Module._extensions['.js'];
Module._extensions['.js'] = (module, file) => {
  if (!patched.has(file)) return load(module, file);
  module._compile(patch(root, path.relative(tslab, file), fs.readFileSync(file, 'utf8')), file);
};

new Worker(path.join(__dirname, 'watch.cjs')).unref();

process.env.REPORT_ROOT ??= root;
process.env.REPORT_RUN ??= 'lab'; // a notebook that is opened by hand leaves the pages and figures of a report as they are
require(path.join(tslab, 'dist', 'main.js')).startKernel({
  configPath: process.argv[2],
  enableFindLocal: false,
  jsKernel: false,
  globalVersion: '',
});
