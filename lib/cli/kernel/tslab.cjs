'use strict';
const path = require('node:path');

/**
 * What is changed in tslab 1.0.22 (its last release), in memory only, when kernel.cjs starts it. Each edit replaces a text that
 * occurs exactly once in the named file; anything else stops the kernel, because the edits were made for this version alone.
 */
const VERSION = '1.0.22';

/** @param {string} file beside this one @returns {string} how an edit requires it */
const here = (file) => JSON.stringify(path.join(__dirname, file));

/** The edits of each file: text that goes, text that comes. @param {string} root @returns {Record<string, [string, string][]>} */
const edits = (root) => ({
  'dist/converter.js': [
    // tslab takes the notebook's folder for TypeScript's rootDir, so that ../lib/x.ts lies outside it.
    ['const outDir = "outDir";', `const rootDir = ${JSON.stringify(root)}; const outDir = "outDir";`],
    [
      'const dstFilename = (0, tspath_1.normalizeJoin)(outDir, "__tslab__.js");',
      'const dstFilename = (0, tspath_1.normalizeJoin)(outDir, path_1.default.relative(rootDir, cwd), "__tslab__.js");',
    ],
    [
      'const dstDeclFilename = (0, tspath_1.normalizeJoin)(outDir, "__tslab__.d.ts");',
      'const dstDeclFilename = (0, tspath_1.normalizeJoin)(outDir, path_1.default.relative(rootDir, cwd), "__tslab__.d.ts");',
    ],
    ['rootDir: cwd,', 'rootDir,'],
    ['path: (0, tspath_1.normalizeJoin)(cwd, rel),', 'path: (0, tspath_1.normalizeJoin)(rootDir, rel),'],
    [
      'const rel = path_1.default.relative(cwd, d.file.fileName);',
      'const rel = path_1.default.relative(rootDir, d.file.fileName);',
    ],
    // Packages with "exports" subpaths, or as ES modules only, cannot be found or loaded the old way.
    [
      'moduleResolution: ts.ModuleResolutionKind.Node10,',
      'moduleResolution: ts.ModuleResolutionKind.Bundler,',
    ],
    // An import() stays one.
    ['module: ts.ModuleKind.CommonJS,', 'module: ts.ModuleKind.Node16, inlineSourceMap: true,'],
    // tslab rewrites names of earlier cells to exports.name, but forgets { name } in an object.
    [
      'if (!ts.isIdentifier(node)) {',
      `if (ts.isShorthandPropertyAssignment(node)) {
                const symbol = checker.getShorthandAssignmentValueSymbol(ts.getOriginalNode(node));
                if ((symbol?.declarations ?? []).some((declaration) => declaration.getSourceFile() === declsFile)) {
                    const value = ts.factory.createPropertyAccessExpression(ts.factory.createIdentifier("exports"), node.name);
                    return ts.factory.createPropertyAssignment(node.name, value);
                }
            }
            if (!ts.isIdentifier(node)) {`,
    ],
    // A name on the left of { name: other } names a property, whatever it was declared with.
    [
      `ts.isPropertyAccessExpression(node.parent) &&
                node.parent.name === node) {`,
      `((ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) ||
                (ts.isPropertyAssignment(node.parent) && node.parent.name === node) ||
                (ts.isBindingElement(node.parent) && node.parent.propertyName === node))) {`,
    ],
    // The compiler has two timers, one for changed files and one for changed packages; tslab knows one, and every cell after both are set fails.
    [
      `if (rebuildTimer) {
            throw new Error("Unexpected pending rebuildTimer");
        }
        rebuildTimer = {
            callback: () => {
                callback();
                rebuildTimer = null;
            },
        };
        return rebuildTimer;`,
      `const timer = { callback };
        pendingTimers.add(timer);
        rebuildTimer = {
            callback: () => {
                for (const one of pendingTimers) { pendingTimers.delete(one); one.callback(); }
                rebuildTimer = null;
            },
        };
        return timer;`,
    ],
    [
      `if (rebuildTimer === timeoutId) {
            rebuildTimer = null;
            return;
        }
        throw new Error("clearing unexpected tiemr");`,
      `pendingTimers.delete(timeoutId);
        if (pendingTimers.size === 0) rebuildTimer = null;`,
    ],
    ['let rebuildTimer = null;', 'let rebuildTimer = null; const pendingTimers = new Set();'],
    // tslab checks all of lib/ again for every cell, which takes ten seconds a cell.
    [
      'return ts.getPreEmitDiagnosticsOfFiles(builder.getProgram(), files);',
      `const rootDir = ${JSON.stringify(root)};
    return [
        ...ts.getPreEmitDiagnosticsOfFiles(builder.getProgram(), [sourceFile]),
        ...files.slice(1).flatMap((file) => builder.getProgram().getSyntacticDiagnostics(file)),
        ...require(${here('types.cjs')}).typeErrors(ts, rootDir, files.slice(1)),
    ];`,
    ],
    // Files of lib/ are transpiled one by one, and all that a cell depends on are told: converter.cjs knows which the kernel has.
    [
      `if (sideInputsConverted.has(dep)) {
                continue;
            }`,
      '',
    ],
    [
      'sideInputsConverted.add(dep);',
      `(sideOutputs ?? (sideOutputs = [])).push({
                    path: (0, tspath_1.normalizeJoin)(rootDir, path_1.default.relative(rootDir, dep).replace(/\\.ts$/, ".js")),
                    file: dep,
                    ...require(${here('transpile.cjs')}).transpile(ts, ${JSON.stringify(root)}, dep, transpileTarget),
                });
                continue;`,
    ],
    // Which names a cell declares is read off the cell alone: everything it depends on is checked once and not twice.
    [
      `updateContent(prevDecl, src);
        let declsFile = builder.getSourceFile(declFilename);
        let srcFile = builder.getSourceFile(srcFilename);
        const locals = srcFile.locals;`,
      `const alone = ts.createSourceFile(srcFilename, srcPrefix + src, transpileTarget, true);
        ts.bindSourceFile(alone, { target: transpileTarget });
        const locals = alone.locals;
        let declsFile, srcFile;`,
    ],
    [
      `updateContent(prevDecl, src + suffix);
            declsFile = builder.getSourceFile(declFilename);
            srcFile = builder.getSourceFile(srcFilename);
        }`,
      `updateContent(prevDecl, src + suffix);
        }
        else updateContent(prevDecl, src);
        declsFile = builder.getSourceFile(declFilename);
        srcFile = builder.getSourceFile(srcFilename);`,
    ],
    // Cells are checked as the library is.
    ['lib: ["es2022"] }', 'lib: ["es2023"] }'],
    // Strict, with Node's types only.
    ['skipLibCheck: true,', 'skipLibCheck: true, strict: true, types: ["node"], inlineSourceMap: true,'],
    // What a cell was transpiled from can be told, step by step.
    [
      'output: esModuleToCommonJSModule(output, transpileTarget),',
      'output: esModuleToCommonJSModule(output, transpileTarget), firstOutput: output,',
    ],
    // Inside a call its signature is shown, whatever is under the cursor.
    [
      `if (info && info.textSpan) {
            info.textSpan.start -= srcPrefix.length;
        }
        return info;`,
      `return require(${here('signature.cjs')}).withSignature(ts, builder.getProgram().getTypeChecker(), srcFile, position + srcPrefix.length, info);`,
    ],
  ],
  'dist/executor.js': [
    // An import() works in a cell as in a file of the notebook's folder.
    [
      `const ret = vm_1.default.runInThisContext(wrapped, {
                breakOnSigint: true,
            });`,
      `const options = { breakOnSigint: true, filename, importModuleDynamically: vm_1.default.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
            const ret = interrupts.heardAgain(() => vm_1.default.runInThisContext(wrapped, options));`,
    ],
    // An error shows the cell's own line, and nothing of the kernel.
    [
      'const converted = convs.node.convert(prevDecl, src);',
      `const early = interruptPromise;
        const converted = convs.node.convert(prevDecl, src);
        const errors = require(${here('errors.cjs')});
        const interrupts = require(${here('interrupts.cjs')});
        const filename = errors.addCell(rootDir, src, [converted.firstOutput ?? "", converted.output ?? ""]);
        const tell = (error) => console.error(errors.errorText(error, ${JSON.stringify(root)}, sideOutputs).trimEnd());`,
    ],
    [
      `let promise = null;
        try {`,
      `let promise = null;
        try {
            await Promise.race([early.catch(() => interrupts.end()), interrupts.turn()]);`,
    ],
    [
      `catch (e) {
            console.error(e);
            return false;
        }
        if (promise) {`,
      `catch (e) {
            tell(e);
            return false;
        }
        if (promise) {`,
    ],
    [
      `await Promise.race([promise, interruptPromise]);
            }
            catch (e) {
                console.error(e);`,
      `await Promise.race([promise, interruptPromise.catch(() => interrupts.end(promise))]);
            }
            catch (e) {
                tell(e);`,
    ],
    // A danfojs table is shown as one.
    [
      'console.log(ret);',
      `const tables = path_1.default.relative(rootDir, ${JSON.stringify(path.join(root, 'lib', 'report', 'tables.js'))});
            const show = sideOutputs.has((0, tspath_1.normalizeJoin)(rootDir, tables)) ? req(tables).frame : undefined;
            if (!Array.isArray(ret.$columns)) console.log(ret);
            else if (show) show(ret);
            else console.log(String(ret));`,
    ],
  ],
  'dist/main.js': [
    // TypeScript is loaded when a cell has to be converted, or a name completed.
    [
      'const converter_1 = require("./converter");',
      'const converter_1 = { createConverter: (options) => require("./converter").createConverter(options) };',
    ],
    [
      'this._node = (0, converter_1.createConverter)({ isJS: this.jsKernel, isBrowser: false });',
      `const create = () => converter_1.createConverter({ isJS: this.jsKernel, isBrowser: false });
            this._node = require(${here('converter.cjs')}).keptConverter(${JSON.stringify(root)}, create);
            if (!process.env.KERNEL_OWNER) this._node.warm();`,
    ],
  ],
  'dist/jupyter.js': [
    [
      'const converter_1 = require("./converter");',
      'const converter_1 = { isCompleteCode: (code) => require("./converter").isCompleteCode(code) };',
    ],
    // One message for what is printed within a tenth of a second, instead of one per line.
    [
      'const writeStream = (name, text) => {',
      `let printed = "", printedTo = "", since = 0;
        const flush = () => { const text = printed; printed = ""; if (text !== "") sendStream(printedTo, text); };
        const writeStream = (name, text) => {
            if (printed !== "" && (name !== printedTo || printed.length > 65536 || Date.now() - since > 100)) flush();
            if (printed === "") { since = Date.now(); setImmediate(flush); }
            printedTo = name;
            printed += text;
        };
        const sendStream = (name, text) => {`,
    ],
    // A cell is busy from its start, not only from when it was sent: the cell before it says idle after that.
    [
      'exports.lastWriteDisplayData = writeDisplayData;',
      'exports.lastWriteDisplayData = writeDisplayData; await new Promise(setImmediate); req.started();',
    ],
    // After a failure what was sent with it is aborted, but not what is run again at once.
    ['this.execQueue.reset(200);', 'this.execQueue.reset(50);'],
    ['const writeDisplayData = (data, update) => {', 'const writeDisplayData = (data, update) => { flush();'],
    [
      'const content = await this.handler.handleExecute(msg.content, writeStream, writeDisplayData);',
      `msg.content.started = () => this.publishStatus("busy", msg);
        const content = await this.handler.handleExecute(msg.content, writeStream, writeDisplayData); flush();`,
    ],
  ],
});

/** The source of one of tslab's files, edited. @param {string} root @param {string} file in the package @param {string} source */
function patch(root, file, source) {
  for (const [from, to] of edits(root)[file] ?? []) {
    if (source.split(from).length !== 2) {
      throw new Error(
        `lib/cli/kernel/tslab.cjs was made for tslab ${VERSION}: ${file} does not hold "${from}" once. Install that version or renew the edit.`,
      );
    }
    source = source.replace(from, () => to);
  }
  return source;
}

module.exports = { VERSION, edits, patch };
