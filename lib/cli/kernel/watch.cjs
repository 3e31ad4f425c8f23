'use strict';
// A thread of the kernel that looks after it each second, whatever the kernel is at. It ends the kernel when who started it, or ordered it, is gone:
// killed, or with its terminal closed. Nobody else would, and a training would go on. And it notes how much memory there was, for who finds the kernel dead.
const { writeFileSync } = require('node:fs');

const parent = process.ppid;
const orphan = parent === 1 && (process.env.JPY_PARENT_PID ?? '1') !== '1'; // who started it was gone before this line
const { KERNEL_NOTE: file, KERNEL_OWNER: owner } = process.env;

function isLost() {
  if (orphan || process.ppid !== parent) return true;
  try {
    if (owner) process.kill(Number(owner), 0); // signal 0 only asks
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

setInterval(() => {
  if (isLost()) process.kill(process.pid, 'SIGKILL');
  if (!file) return;
  const bytes = process.resourceUsage().maxRSS * 1024;
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid, bytes }));
  } catch {
    // A full disk is what the kernel itself will tell of.
  }
}, 1000);
