'use strict';
// The first file of a worker, a process or a thread: it makes TypeScript loadable, then waits for tasks.
const { setFlagsFromString } = require('node:v8');
const { register } = require('tsx/cjs/api');

// Pictures pass as bytes outside of V8's heap. As they weigh as much as the small heap itself, it would mark everything a dozen times a second:
// a fifth of the processor time.
setFlagsFromString('--heap-growing-percent=300');
register();
require('./serve.ts').serve();
