import { describe, expect, it } from 'vitest';
import { pricePages } from '../../../lib/studies/prices/pages';

describe('notebooks', () => {
  it('are nine, numbered in the order in which they run', () => {
    const numbers = pricePages.notebooks.map(({ name }) => name.slice(0, 3));
    expect(numbers).toEqual(['01-', '02-', '03-', '04-', '05-', '06-', '07-', '08-', '09-']);
  });

  it('have names for a command line and an address, a title, and a question', () => {
    for (const { name, title, question } of pricePages.notebooks) {
      expect(name).toMatch(/^\d\d(-[a-z]+)+$/);
      expect(title).toMatch(/^[A-Z]/);
      expect(question).toMatch(/^[A-Z].*\?$/);
    }
    expect(new Set(pricePages.notebooks.map(({ title }) => title)).size).toBe(pricePages.notebooks.length);
  });
});
