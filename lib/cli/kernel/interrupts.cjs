'use strict';
// Interrupts (SIGINT) of a cell, wherever it is: being compiled, running, or waiting for what it has begun.

/** Node's code for a script that an interrupt has stopped. */
const STOPPED = 'ERR_SCRIPT_EXECUTION_INTERRUPTED';

const TEXT =
  'Interrupted. Variables of earlier cells, finished stages and checkpoints of trainings are kept: run the cell again to go on.';

/** Time in which work that was interrupted may end by itself and say what it has kept, in ms. */
const ENDING = 1000;

/** Gives a cell that was interrupted time to end and to say so itself, and throws that it was interrupted. @param {Promise<unknown>} [work] */
async function end(work) {
  await Promise.race([work, new Promise((resolve) => setTimeout(resolve, ENDING))]);
  throw Object.assign(new Error(TEXT), { code: STOPPED });
}

/** Lets an interrupt come through that was sent while a cell was being compiled: once it runs, Node has forgotten that one. */
async function turn() {
  for (let i = 0; i < 2; i++) await new Promise(setImmediate); // signals come between two of them
}

/** Runs a script that an interrupt may stop, and listens anew: if it has begun to listen itself, the next interrupt would end the whole process. @param {() => unknown} script */
function heardAgain(script) {
  try {
    return script();
  } finally {
    const listeners = process.rawListeners('SIGINT');
    process.removeAllListeners('SIGINT');
    for (const listener of listeners) process.on('SIGINT', listener);
  }
}

module.exports = { STOPPED, TEXT, end, turn, heardAgain };
