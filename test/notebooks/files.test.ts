import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readNotebook, sourceOf } from '../../lib/cli/cells';
import { notebooks } from '../../lib/studies/prices/notebooks';

const folder = path.resolve(__dirname, '..', '..', 'notebooks', 'prices');

describe('the notebook files', () => {
  it('are the nine of the list and no others', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.ipynb'));
    expect(files.sort()).toEqual(notebooks.map(({ name }) => `${name}.ipynb`));
  });

  describe.each(notebooks.map(({ name }) => name))('%s', (name) => {
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
      expect(sourceOf(code[0]!)).toMatch(new RegExp(`open(Report)?\\('${name}'`));
      expect(sourceOf(code.at(-1)!)).toMatch(/(report|study)\.close\(/);
    });

    it('defines no class and no function that a test should see', () => {
      for (const cell of code) expect(sourceOf(cell)).not.toMatch(/\bclass \w|\bfunction \w/);
    });

    it('has cells that fit a screen', () => {
      for (const cell of code)
        expect(sourceOf(cell).split('\n').length, sourceOf(cell)).toBeLessThanOrEqual(24);
    });
  });
});
