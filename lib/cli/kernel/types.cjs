'use strict';
// Types of lib/ where somebody works on it, in JupyterLab or an editor: the kernel itself only transpiles, and `npm run report` takes what was tested.
const { spawnSync } = require('node:child_process');
const { existsSync, statSync } = require('node:fs');
const path = require('node:path');

/** When the youngest file was changed at the last check, and the errors that it found. */
let checked = { at: 0, errors: [] };

/**
 * The type errors in files of lib/ on which a cell depends, as its own are; checked again when one has changed, which takes three seconds.
 * @param {typeof import('@tslab/typescript-for-tslab')} ts @param {string} root @param {import('@tslab/typescript-for-tslab').SourceFile[]} files
 */
function typeErrors(ts, root, files) {
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const own = files.filter(({ fileName }) => fileName.startsWith(path.join(root, 'lib') + path.sep));
  if (process.env.KERNEL_OWNER || own.length === 0 || !existsSync(compiler)) return [];
  const at = own.reduce((last, { fileName }) => Math.max(last, statSync(fileName).mtimeMs), 0);
  if (at > checked.at) checked = check(compiler, root, at);
  const byName = new Map(own.map((file) => [file.fileName, file]));
  return checked.errors.flatMap(({ name, line, column, code, messageText }) => {
    const file = byName.get(name);
    if (!file) return [];
    const start = ts.getPositionOfLineAndCharacter(file, line - 1, column - 1);
    return [{ file, start, length: 0, code, messageText, category: ts.DiagnosticCategory.Error }];
  });
}

/** @param {string} compiler @param {string} root @param {number} at */
function check(compiler, root, at) {
  const args = [compiler, '-p', __dirname, '--pretty', 'false'];
  const { stdout, error, signal } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (signal) return checked; // interrupted: the next cell checks
  const found = [...(stdout ?? '').matchAll(/^(.+?)\((\d+),(\d+)\): error TS(\d+): (.+)$/gm)];
  if (error) console.error(`The types of lib/ could not be checked: ${error.message}`);
  const errors = found.map(([, name, line, column, code, messageText]) => ({
    name: path.resolve(root, name),
    line: Number(line),
    column: Number(column),
    code: Number(code),
    messageText,
  }));
  return { at, errors };
}

module.exports = { typeErrors };
