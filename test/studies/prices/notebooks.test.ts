import { describe, expect, it } from 'vitest';
import { findNotebook, notebooks } from '../../../lib/studies/prices/notebooks';

describe('notebooks', () => {
  it('are nine, numbered in the order in which they run', () => {
    const numbers = notebooks.map(({ name }) => name.slice(0, 3));
    expect(numbers).toEqual(['01-', '02-', '03-', '04-', '05-', '06-', '07-', '08-', '09-']);
  });

  it('have names for a command line and an address, a title, and a question', () => {
    for (const { name, title, question } of notebooks) {
      expect(name).toMatch(/^\d\d(-[a-z]+)+$/);
      expect(title).toMatch(/^[A-Z]/);
      expect(question).toMatch(/^[A-Z].*\?$/);
    }
    expect(new Set(notebooks.map(({ title }) => title)).size).toBe(notebooks.length);
  });
});

describe('findNotebook', () => {
  it('finds every notebook by number with and without zero, by name and by file name', () => {
    notebooks.forEach((notebook, i) => {
      for (const wanted of [`${i + 1}`, `0${i + 1}`, notebook.name, `${notebook.name}.ipynb`]) {
        expect(findNotebook(wanted)).toBe(notebook);
      }
    });
  });

  it.each([
    '',
    '0',
    '00',
    '10',
    '003',
    '-3',
    '3.0',
    ' 3',
    '03-',
    '03-image',
    'Images',
    '03-images.html',
    '.ipynb',
  ])('finds none for %j', (wanted) => expect(findNotebook(wanted)).toBeNull());
});
