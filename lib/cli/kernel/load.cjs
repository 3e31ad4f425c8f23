'use strict';
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { VERSION, edits, patch } = require('./tslab.cjs');

/** The `require` of the project's tslab, whose files are changed as tslab.cjs says. Ends the process when it is another version. @param {string} root */
function loadTslab(root) {
  const tslab = path.dirname(require.resolve('tslab/package.json', { paths: [root] }));
  const { version } = require(path.join(tslab, 'package.json'));
  if (version !== VERSION) {
    process.stderr.write(
      `The kernel is made for tslab ${VERSION}, found ${version}: run "npm ci" in ${root}.\n`,
    );
    process.exit(1);
  }
  const patched = new Set(Object.keys(edits(root)).map((file) => path.join(tslab, file)));
  const load = Module._extensions['.js'];
  Module._extensions['.js'] = (module, file) => {
    if (!patched.has(file)) return load(module, file);
    module._compile(patch(root, path.relative(tslab, file), fs.readFileSync(file, 'utf8')), file);
  };
  return Module.createRequire(path.join(tslab, 'package.json'));
}

/**
 * Lets no message be lost. A ZeroMQ socket refuses a send while another is under way (EBUSY), and tslab does not wait, so that of a burst
 * of a few hundred messages some vanish, even the one that ends a cell. Sends are queued per socket instead.
 * @param {{ Publisher: Function, Router: Function }} zmq
 */
function queueSends(zmq) {
  for (const Socket of [zmq.Publisher, zmq.Router]) {
    const { send, bind } = Socket.prototype;
    const queues = new WeakMap();
    const define = (name, value) =>
      Object.defineProperty(Socket.prototype, name, { value, writable: true, configurable: true });
    const drain = async (socket, queue) => {
      while (queue.length > 0) {
        try {
          await send.call(socket, queue[0]);
        } catch (error) {
          if (error.code === 'EBUSY') {
            await new Promise((resolve) => setImmediate(resolve));
            continue;
          }
          process.stderr.write(`kernel: a message could not be sent: ${error.message}\n`);
        }
        queue.shift();
      }
    };
    // The publisher drops what exceeds this mark; zero is no limit.
    define('bind', function (...args) {
      this.sendHighWaterMark = 0;
      return bind.apply(this, args);
    });
    define('send', function (message) {
      const queue = queues.get(this) ?? [];
      queues.set(this, queue);
      queue.push(message);
      if (queue.length === 1) drain(this, queue);
      return Promise.resolve();
    });
  }
}

module.exports = { loadTslab, queueSends };
