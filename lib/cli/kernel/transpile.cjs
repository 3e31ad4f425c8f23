'use strict';
// Files of lib/ as the kernel runs them. Every notebook starts a kernel, and transpiling all of lib/ takes seconds, so what was
// transpiled once is kept under .cache/ by its content.
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

/** @param {...string} parts */
const hashOf = (...parts) => createHash('sha256').update(parts.join('\0')).digest('hex');

/** What everything transpiled and converted depends on: packages, the kernel itself, Node's version. */
let common = '';

/** @param {string} root */
function commonKey(root) {
  if (common === '') {
    const own = fs.readdirSync(__dirname).filter((name) => name.endsWith('.cjs'));
    const files = [...own.map((name) => path.join(__dirname, name)), path.join(root, 'package-lock.json')];
    const texts = files.filter((file) => fs.existsSync(file)).map((file) => fs.readFileSync(file, 'utf8'));
    common = hashOf(process.version, ...texts);
  }
  return common;
}

/** Keys of files by their paths, and when each was changed. */
const known = new Map();

/** A name for a file's content, read only where it has changed; null when the file is not there. @param {string} root @param {string} file */
function keyOf(root, file) {
  const { mtimeMs, size } = fs.statSync(file, { throwIfNoEntry: false }) ?? {};
  if (mtimeMs === undefined) return null;
  const before = known.get(file);
  if (before?.mtimeMs === mtimeMs && before.size === size) return before.key;
  const key = hashOf(commonKey(root), file, fs.readFileSync(file, 'utf8'));
  known.set(file, { mtimeMs, size, key });
  return key;
}

/** Where what has such a key is kept. @param {string} root @param {string} key */
const keptFile = (root, key) => path.join(root, '.cache', 'transpiled', key);

/** @param {string} file @param {string} text */
function keep(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.${process.pid}`, text);
  fs.renameSync(`${file}.${process.pid}`, file);
}

/**
 * The CommonJS of one TypeScript file, with its key; `import()` stays `import()`.
 * @param {typeof import('@tslab/typescript-for-tslab')} ts @param {string} root @param {string} file @param {number} target
 * @returns {{ key: string, data: string }}
 */
function transpile(ts, root, file, target) {
  const key = keyOf(root, file);
  const kept = keptFile(root, `${key}.js`);
  if (fs.existsSync(kept)) return { key, data: fs.readFileSync(kept, 'utf8') };
  const compilerOptions = {
    module: ts.ModuleKind.Node16,
    esModuleInterop: true,
    target,
    inlineSourceMap: true,
  };
  const source = fs.readFileSync(file, 'utf8');
  const { outputText: data } = ts.transpileModule(source, { fileName: file, compilerOptions });
  keep(kept, data);
  return { key, data };
}

module.exports = { commonKey, hashOf, keep, keptFile, keyOf, transpile };
