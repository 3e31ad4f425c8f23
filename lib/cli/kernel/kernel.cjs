'use strict';
// The Jupyter kernel: the project's own tslab, started with the changes of tslab.cjs. usage: node kernel.cjs CONNECTION_FILE
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { loadTslab, queueSends } = require('./load.cjs');

const root = path.resolve(__dirname, '..', '..', '..');
const tslab = loadTslab(root);
queueSends(tslab('zeromq'));
new Worker(path.join(__dirname, 'watch.cjs')).unref();

process.env.REPORT_ROOT ??= root;
process.env.REPORT_RUN ??= 'lab'; // a notebook that is opened by hand leaves the pages and figures of a report as they are
tslab('./dist/main.js').startKernel({
  configPath: process.argv[2],
  enableFindLocal: false,
  jsKernel: false,
  globalVersion: '',
});
