'use strict';
// How the error of a cell is told: its message, the cell's own line in TypeScript, and the way there through cells and lib/. Nothing of the kernel.
const { SourceMap } = require('node:module');
const path = require('node:path');
const { inspect } = require('node:util');
const { STOPPED, TEXT } = require('./interrupts.cjs');

/** What cells were, by the file name they ran under. */
const cells = new Map();

/** @param {string} code transpiled, with its source map at the end @returns {SourceMap | null} */
function mapOf(code) {
  const base64 = /sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(code)?.[1];
  return base64 ? new SourceMap(JSON.parse(Buffer.from(base64, 'base64').toString())) : null;
}

/**
 * Notes a cell, and gives the name of the file that it runs as. @param {string} folder @param {string} source
 * @param {string[]} steps what it became: its code after each transpilation
 */
function addCell(folder, source, steps) {
  const number = cells.size + 1;
  const file = path.join(folder, `cell-${number}.cjs`);
  const end = steps.at(-1).split('\n').length; // of what follows, the kernel's own
  cells.set(file, { number, lines: source.split('\n'), end, maps: steps.map(mapOf).reverse() });
  return file;
}

/** Line and column before transpilation, both from 0. */
const before = (maps, line, column) =>
  maps.reduce(
    (at, map) => {
      const { originalLine = at.line, originalColumn = at.column } = map?.findEntry(at.line, at.column) ?? {};
      return { line: originalLine, column: originalColumn };
    },
    { line, column },
  );

/** Where a line of a stack is, or nothing when that is neither a cell nor lib/. */
function placeOf(frame, root, transpiled) {
  const [, name = '', file = '', line = '', column = ''] =
    /^\s*at (?:async )?(?:(.+) \()?(?:file:\/\/)?(\/.+?):(\d+):(\d+)\)?$/.exec(frame) ?? [];
  const cell = cells.get(file);
  const at = [Number(line) - 1, Number(column) - 1];
  if (cell) {
    if (at[0] >= cell.end) return [];
    const { line: number } = before(cell.maps, ...at); // the kernel puts one line before a cell
    return [
      {
        name: name.replace('Proxy.', ''),
        where: `cell [${cell.number}], line ${number}`,
        code: cell.lines[number - 1],
      },
    ];
  }
  if (!file.startsWith(path.join(root, 'lib') + path.sep) || file.startsWith(__dirname)) return [];
  const code = transpiled.get(file);
  const place = before(code === undefined ? [] : [mapOf(code)], ...at);
  const where = path.relative(root, code === undefined ? file : file.replace(/\.js$/, '.ts'));
  return [{ name, where: `${where}:${place.line + 1}:${place.column + 1}` }];
}

/** The text of an error, or of whatever was thrown. @param {unknown} error @param {string} root @param {Map<string, string>} transpiled files of lib/ as they run */
function errorText(error, root, transpiled) {
  if (error?.code === STOPPED) return `${TEXT}\n`;
  if (error?.code === 'INTERRUPTED') return `${error.message}\n`; // by lib/
  if (!(error instanceof Error)) return `Thrown: ${inspect(error)}`;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const places = frames.flatMap((frame) => placeOf(frame, root, transpiled));
  const own = places.find(({ code }) => code !== undefined);
  const way = places.slice(0, 8).map(({ name, where }) => `    at ${name ? `${name} (${where})` : where}\n`);
  const cause = error.cause === undefined ? '' : `\nCaused by ${String(error.cause)}\n`;
  const line = own ? `${own.where}:\n${own.code}\n\n` : '';
  return `${error.name}: ${error.message}\n\n${line}${way.join('')}${cause}`;
}

module.exports = { addCell, errorText };
