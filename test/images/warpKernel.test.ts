import { expect, it } from 'vitest';
import wabt from 'wabt';
import { warpModule, warpText } from '../../lib/images/warpKernel';

it('the warp module is what its text says', async () => {
  const { parseWat } = await wabt();
  const { buffer } = parseWat('warp.wat', warpText, { simd: true }).toBinary({});
  // When this fails after a change of the text, the string expected here is the new `warpModule`.
  expect(warpModule).toBe(Buffer.from(buffer).toString('base64'));
});
