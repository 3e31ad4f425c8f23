import { describe, expect, it } from 'vitest';
import { studyOf } from '../../lib/cli/studies';
import { withCode } from '../data/close';

const known = ['prices', 'flowers'];

describe('the study of a command line', () => {
  it.each([
    [[], 'prices', []],
    [['a.jpg', '--seed', '1'], 'prices', ['a.jpg', '--seed', '1']],
    [['flowers', 'a.jpg'], 'flowers', ['a.jpg']],
    [['--study', 'flowers', 'a.jpg'], 'flowers', ['a.jpg']],
    [['a.jpg', '--study=flowers', 'b.jpg'], 'flowers', ['a.jpg', 'b.jpg']],
    [['a.jpg', '--study', 'flowers'], 'flowers', ['a.jpg']],
    [['prices', '--study', 'flowers'], 'flowers', ['prices']], // then a file of that name
  ])('of %j is %s, with %j left', (args, name, rest) => {
    expect(studyOf(args, known)).toEqual({ name, rest });
  });

  it.each([[['--study']], [['--study=']], [['--study', 'trees']]])('is refused for %j', (args) => {
    expect(() => studyOf(args, known)).toThrow(withCode('BAD_SETTING'));
  });
});
