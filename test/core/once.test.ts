import { expect, it } from 'vitest';
import { once } from '../../lib/core/once';

it('makes once what is asked for, and tries again after an error', async () => {
  let calls = 0;
  const number = once(async () => {
    calls += 1;
    if (calls === 1) throw new Error('interrupted');
    return calls;
  });
  await expect(number()).rejects.toThrow('interrupted');
  expect(await Promise.all([number(), number()])).toEqual([2, 2]);
  expect(calls).toBe(2);
});
