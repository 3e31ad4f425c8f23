import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positiveClass } from '../../lib/data/twoClasses';
import { withCode } from './close';

describe('positiveClass', () => {
  it.each([
    ['neg', 'pos', 'pos'],
    ['hotdog', 'not_hotdog', 'hotdog'],
    ['GoT', 'NotGoT', 'GoT'],
    ['castle', 'other', 'castle'],
    ['non-food', 'food', 'food'],
    ['0', '1', '1'],
    ['cat', 'dog', 'dog'],
    ['none', 'not', 'not'],
  ])('of %s and %s is %s, in whatever order they come', (a, b, expected) => {
    expect(positiveClass([a, b], null)).toBe(expected);
    expect(positiveClass([b, a], null)).toBe(expected);
  });

  it('is the one that the setting names, of any number of classes', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(names, fc.nat(), (classes, pick) => {
        const wanted = classes[pick % classes.length] ?? '';
        expect(positiveClass(classes, wanted)).toBe(wanted);
      }),
    );
  });

  it('does not guess among three classes, nor take one that is not there', () => {
    expect(() => positiveClass(['a', 'b', 'c'], null)).toThrow(withCode('BAD_SETTING'));
    expect(() => positiveClass(['a', 'b'], 'c')).toThrow(withCode('BAD_SETTING'));
  });
});
