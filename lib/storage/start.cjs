'use strict';
// The first file of a worker, a process or a thread: it makes TypeScript loadable, then waits for tasks.
const { register } = require('tsx/cjs/api');

register();
require('./serve.ts').serve();
