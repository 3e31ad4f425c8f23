import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from '@tslab/typescript-for-tslab';
import { describe, expect, it } from 'vitest';
import { readNotebook, sourceOf } from '../../lib/cli/cells';
import { studyNames } from '../../lib/cli/studies';
import { stableJson } from '../../lib/core/files';
import { pricePages } from '../../lib/studies/prices/pages';

const folder = path.resolve(__dirname, '..', '..', 'notebooks', 'prices');

describe('the notebooks of every study', () => {
  it.each(studyNames())('%s lie as git keeps them: running one leaves no change', (study) => {
    const place = path.join(folder, '..', study);
    for (const file of readdirSync(place)) {
      const text = readFileSync(path.join(place, file), 'utf8');
      const notebook = readNotebook(path.join(place, file));
      expect([file, text]).toEqual([file, `${stableJson(notebook, 1)}\n`]);
      expect(notebook.cells.map(({ id }) => id)).toEqual(notebook.cells.map((_, i) => String(i)));
      const code = notebook.cells.filter((cell) => cell.cell_type === 'code');
      for (const cell of code) expect([file, cell.outputs, cell.execution_count]).toEqual([file, [], null]);
    }
  });
});

describe('the notebook files', () => {
  it('are the nine of the list and no others', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.ipynb'));
    expect(files.sort()).toEqual(pricePages.notebooks.map(({ name }) => `${name}.ipynb`));
  });

  describe.each(pricePages.notebooks.map(({ name }) => name))('%s', (name) => {
    const { cells, metadata } = readNotebook(path.join(folder, `${name}.ipynb`));
    const code = cells.filter((cell) => cell.cell_type === 'code');

    it('runs on the TypeScript kernel', () => {
      expect(metadata.kernelspec?.name).toBe('tslab');
    });

    it('holds no outputs', () => {
      for (const cell of code) expect([cell.outputs, cell.execution_count]).toEqual([[], null]);
    });

    it('begins with its number and title, opens its report first and closes it last', () => {
      expect(sourceOf(cells[0]!)).toMatch(new RegExp(`^# ${Number(name.slice(0, 2))} · `));
      expect(sourceOf(code[0]!)).toContain(`await open('${name}')`);
      expect(sourceOf(code.at(-1)!)).toContain('await study.close(');
    });

    it('defines no class and no function that a test should see', () => {
      for (const cell of code) expect(sourceOf(cell)).not.toMatch(/\bclass \w|\bfunction \w/);
    });

    it('has cells of at most 12 lines of at most 110 characters', () => {
      for (const source of code.map(sourceOf)) {
        expect(source.split('\n').length, source).toBeLessThanOrEqual(12);
        expect(Math.max(...source.split('\n').map((line) => line.length)), source).toBeLessThanOrEqual(110);
      }
    });

    it('shows a reader no loop, no function within a function, and nothing of stages and resources', () => {
      for (const source of code.map(sourceOf)) {
        expect(loopsAndNesting(ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2022)), source).toBe(
          0,
        );
        expect(source).not.toMatch(/\.value\b|\brelease\(|\bdispose\(|(?<!study)\.close\(/);
      }
    });

    it('has prose before and after its figures', () => {
      cells.forEach((cell, i) => {
        const run = cells.slice(i, i + 4).every((next) => next?.cell_type === 'code');
        if (cells[i + 3]) expect(run, sourceOf(cell)).toBe(false);
      });
    });
  });
});

/** How many loops there are, and functions within functions. */
function loopsAndNesting(node: ts.Node, within = false): number {
  const isFunction = ts.isArrowFunction(node) || ts.isFunctionExpression(node);
  let count = ts.isIterationStatement(node, false) || (isFunction && within) ? 1 : 0;
  ts.forEachChild(node, (child) => {
    count += loopsAndNesting(child, within || isFunction);
  });
  return count;
}
