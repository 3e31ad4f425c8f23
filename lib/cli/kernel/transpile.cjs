'use strict';
// Files of lib/ as the kernel runs them. Every notebook starts a kernel, and transpiling all of lib/ takes seconds, so what was
// transpiled once is kept under .cache/ by its content.
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

/**
 * The CommonJS of one TypeScript file; `import()` stays `import()`.
 * @param {typeof import('@tslab/typescript-for-tslab')} ts @param {string} root @param {string} file @param {number} target
 * @returns {string}
 */
function transpile(ts, root, file, target) {
  const source = fs.readFileSync(file, 'utf8');
  const key = createHash('sha256').update([ts.version, target, file, source].join('\0')).digest('hex');
  const cached = path.join(root, '.cache', 'transpiled', `${key}.js`);
  if (fs.existsSync(cached)) return fs.readFileSync(cached, 'utf8');
  const compilerOptions = {
    module: ts.ModuleKind.Node16,
    esModuleInterop: true,
    target,
    inlineSourceMap: true,
  };
  const { outputText } = ts.transpileModule(source, { fileName: file, compilerOptions });
  fs.mkdirSync(path.dirname(cached), { recursive: true });
  fs.writeFileSync(`${cached}.${process.pid}`, outputText);
  fs.renameSync(`${cached}.${process.pid}`, cached);
  return outputText;
}

module.exports = { transpile };
