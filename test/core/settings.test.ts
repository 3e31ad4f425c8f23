import { describe, expect, it } from 'vitest';
import {
  asEnvironment,
  choice,
  coreSettings,
  environmentName,
  flag,
  number,
  parseSetting,
  place,
  readSettings,
  text,
  whole,
} from '../../lib/core/settings';
import { withCode } from '../data/close';

const settings = {
  ...coreSettings,
  size: whole(3, [1, 10], 'items'),
  share: number(0.5, [0, 1], 'of them'),
  colour: choice('red', ['red', 'green', 'blue'], 'of all'),
  mirrored: flag(true, 'from left to right'),
  label: text('none', 'of one word', { pattern: /^\w+$/, expected: 'a word' }),
  store: place('store', 'DIR', 'where they lie'),
};
const read = (env: NodeJS.ProcessEnv = {}) => readSettings('demo', settings, env, '/project');

describe('a table of settings', () => {
  it('gives each default, with paths below the project', () => {
    expect(read()).toMatchObject({
      size: 3,
      share: 0.5,
      colour: 'red',
      mirrored: true,
      label: 'none',
      store: '/project/store',
      data: null,
    });
  });

  it('gives values of the types of the defaults', () => {
    const values = read({ REPORT_SIZE: '7', REPORT_COLOUR: 'blue' });
    const size: number = values.size;
    const colour: 'red' | 'green' | 'blue' = values.colour;
    expect([size, colour, values.thorough satisfies boolean]).toEqual([7, 'blue', false]);
  });

  it('has a folder of the study below those for results and pages', () => {
    expect(read({ REPORT_WORK: '/scratch' })).toMatchObject({
      work: '/scratch/demo',
      reports: '/project/reports/demo',
    });
  });

  it.each([
    ['size', ['0', '11', '2.5', ' ', 'NaN'], 'a whole number from 1 to 10'],
    ['share', ['-0.1', '1.1', '\n', '1,5'], 'a number from 0 to 1'],
    ['colour', ['Red', 'yellow', ' '], 'red, green or blue'],
    ['mirrored', ['yes', '1', 'TRUE'], 'true or false'],
    ['label', ['two words', ' '], 'a word'],
  ])('refuses a %s that does not fit, and says what does', (name, texts, expected) => {
    const variable = environmentName(name);
    for (const given of texts) {
      const message = `${variable} is "${given}", expected ${expected}: correct or unset it.`;
      expect(() => read({ [variable]: given })).toThrow(
        expect.objectContaining({ code: 'BAD_SETTING', message }),
      );
    }
  });

  it('is read again from its values as variables', () => {
    const values = read({
      REPORT_DATA: '/pictures',
      REPORT_EPOCHS: '3',
      REPORT_THOROUGH: 'true',
      REPORT_SIZE: '5',
    });
    expect(readSettings('demo', settings, asEnvironment(values), '/elsewhere')).toEqual(values);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(read({ REPORT_SIZE: '', REPORT_LABEL: '' })).toEqual(read());
  });
});

describe('parseSetting', () => {
  it('names what was given as the caller calls it', () => {
    expect(parseSetting(settings.size, '4', '--size', 'leave it out')).toBe(4);
    expect(() => parseSetting(settings.size, 'x', '--size', 'leave it out')).toThrow(
      '--size is "x", expected a whole number from 1 to 10: correct or leave it out.',
    );
    expect(() => parseSetting(settings.size, 'x', '--size', 'leave it out')).toThrow(withCode('BAD_SETTING'));
  });
});
