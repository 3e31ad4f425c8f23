'use strict';
// Cells that were converted before are not converted again: TypeScript, half of what a kernel computes, is then not even started.
const fs = require('node:fs');
const path = require('node:path');
const { commonKey, hashOf, keep, keptFile, keyOf } = require('./transpile.cjs');

/**
 * tslab's converter, made when it is needed. What a cell becomes depends on its text, what the cells before it have declared, and the files of lib/
 * that it depends on: it is kept under .cache/ with the keys of these files, unless it has errors.
 * @param {string} root @param {() => object} create
 */
function keptConverter(root, create) {
  let made = null;
  let hasModules = false; // of cells, in memory
  const given = new Map(); // keys of files that the kernel has, by path
  const converter = () => (made ??= create());

  /** Those of the files of a cell that the kernel does not have yet as they are now. */
  function news(files) {
    const found = files.filter(({ path: file, key }) => given.get(file) !== key);
    for (const { path: file, key } of found) given.set(file, key);
    return found.map((one) => ({
      path: one.path,
      data: one.data ?? fs.readFileSync(keptFile(root, `${one.key}.js`), 'utf8'),
    }));
  }

  function readKept(kept) {
    if (hasModules || !fs.existsSync(kept)) return null;
    const found = JSON.parse(fs.readFileSync(kept, 'utf8'));
    const holds = ({ file, key }) => keyOf(root, file) === key && fs.existsSync(keptFile(root, `${key}.js`));
    return found.sideOutputs.every(holds) ? found : null;
  }

  return {
    convert(before, source) {
      const checked = process.env.KERNEL_OWNER ? '' : 'lib/ too';
      const key = hashOf(commonKey(root), path.relative(root, process.cwd()), checked, before, source);
      const kept = keptFile(root, `cell-${key}.json`);
      const found = readKept(kept);
      if (found) return { ...found, sideOutputs: news(found.sideOutputs) };
      const now = converter().convert(before, source);
      const { sideOutputs = [], diagnostics } = now;
      if (!hasModules && diagnostics.length === 0) {
        const files = sideOutputs.map(({ data: _, ...file }) => file);
        keep(kept, JSON.stringify({ ...now, sideOutputs: files }));
      }
      return { ...now, sideOutputs: news(sideOutputs) };
    },
    inspect: (...of) => converter().inspect(...of),
    complete: (...of) => converter().complete(...of),
    addModule(...of) {
      hasModules = true;
      return converter().addModule(...of);
    },
    close: () => made?.close(),
    /** Makes it now, for who will want names completed. */
    warm: () => void converter(),
  };
}

module.exports = { keptConverter };
