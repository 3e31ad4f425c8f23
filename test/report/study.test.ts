import { describe, expect, it } from 'vitest';
import { findNotebook } from '../../lib/report/study';

const notebooks = ['01-loading', '02-outliers', '03-images'].map((name) => ({
  name,
  title: name,
  question: `${name}?`,
}));

describe('findNotebook', () => {
  it('finds every notebook by number with and without zero, by name and by file name', () => {
    notebooks.forEach((notebook, i) => {
      for (const wanted of [`${i + 1}`, `0${i + 1}`, notebook.name, `${notebook.name}.ipynb`]) {
        expect(findNotebook({ notebooks }, wanted)).toBe(notebook);
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
  ])('finds none for %j', (wanted) => expect(findNotebook({ notebooks }, wanted)).toBeNull());
});
