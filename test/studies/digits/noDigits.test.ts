import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../lib/core/files';
import { quietRun } from '../../../lib/core/run';
import { readSettings } from '../../../lib/core/settings';
import { sureness } from '../../../lib/metrics/sureness';
import { openData } from '../../../lib/studies/digits/data';
import { noDigits, surestRow } from '../../../lib/studies/digits/noDigits';
import { settings } from '../../../lib/studies/digits/settings';

describe('pictures that are no digits', () => {
  const opening = openData(quietRun(readSettings('digits', settings, {})), null);

  it('are the same for a seed, and those made of digits are turned or inverted ones', async () => {
    const data = await opening;
    const kinds = noDigits(data, 1);
    expect(Object.values(noDigits(data, 1)).map(sha256)).toEqual(Object.values(kinds).map(sha256));
    const digit = data.images.readOne(data.rows.test[2]!).filter((_, i) => i % 3 === 0);
    const third = (kind: string) => [...kinds[kind]!.subarray(2 * digit.length, 3 * digit.length)];
    expect(third('Test digits upside down').reverse()).toEqual([...digit]);
    expect(third('Test digits, black on white').map((value) => 255 - value)).toEqual([...digit]);
  });

  it('are judged by the largest probability: its mean, how often it is high, and how far below that of digits', () => {
    const digits = {
      kind: 'digits',
      said: [
        [0.95, 0.05],
        [0.2, 0.8],
      ],
    };
    const letters = {
      kind: 'letters',
      said: [
        [0.1, 0.9],
        [0.45, 0.55],
      ],
    };
    expect(sureness(letters, digits, ['0', '1'])).toEqual({
      ...{ kind: 'letters', mean: expect.closeTo(0.725, 12), sure: 0.5, said: '1', share: 1 },
      apart: 0.75, // of the four pairs 0.8 and 0.9 stand the wrong way round
    });
  });

  it('are shown with those first of which a network is surest', async () => {
    const data = await opening;
    const grey = noDigits(data, 1)['Letters, drawn']!;
    const said = Array.from({ length: 500 }, (_, i) => (i === 7 ? [0.01, 0.99] : [0.6, 0.4]));
    const { pictures } = await surestRow({ kind: 'letters', said }, grey, data);
    expect(pictures.map(({ caption }) => caption).slice(0, 2)).toEqual(['**1** 99.0%', '**0** 60.0%']);
    expect(pictures.length).toBe(6);
  });
});
