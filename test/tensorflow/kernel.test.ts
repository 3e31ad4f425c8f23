import { describe, expect, it } from 'vitest';
import wabt from 'wabt';
import { lanczosModule, lanczosText } from '../../lib/images/lanczosKernel';
import { warpModule, warpText } from '../../lib/images/warpKernel';
import { layOut } from '../../lib/tensorflow/kernel';

it.each([
  ['warp', warpText, warpModule],
  ['lanczos', lanczosText, lanczosModule],
])('the %s module is what its text says', async (name, text, module) => {
  const { parseWat } = await wabt();
  const { buffer } = parseWat(`${name}.wat`, text, { simd: true }).toBinary({});
  // When this fails after a change of the text, the string expected here is the new module.
  expect(module).toBe(Buffer.from(buffer).toString('base64'));
});

describe('layOut', () => {
  it('gives aligned pieces with a gap behind each, and grows the memory for them', () => {
    const memory = {
      buffer: new ArrayBuffer(65536),
      grow(pages: number) {
        const before = this.buffer.byteLength;
        this.buffer = new ArrayBuffer(before + pages * 65536);
        return before / 65536;
      },
    };
    expect(layOut({ memory }, [1, Uint8Array.of(7, 8), 100_000])).toEqual([0, 32, 64]);
    expect(memory.buffer.byteLength).toBe(2 * 65536);
    expect([...new Uint8Array(memory.buffer, 31, 4)]).toEqual([0, 7, 8, 0]);
    layOut({ memory }, [10]);
    expect(memory.buffer.byteLength).toBe(2 * 65536);
  });
});
