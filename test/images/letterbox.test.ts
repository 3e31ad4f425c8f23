import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { letterbox, pasteOnSquare, plainSquare } from '../../lib/images/letterbox';

describe('letterbox', () => {
  it('fills the square one way and centres the other', () => {
    expect(letterbox(600, 338, 96)).toEqual({ left: 0, top: 21, width: 96, height: 54 });
    expect(letterbox(1920, 1080, 224)).toEqual({ left: 0, top: 49, width: 224, height: 126 });
    expect(letterbox(338, 600, 96)).toEqual({ left: 21, top: 0, width: 54, height: 96 });
    expect(letterbox(50, 50, 96)).toEqual({ left: 0, top: 0, width: 96, height: 96 });
  });

  it('puts an odd pixel of padding below', () => {
    expect(letterbox(96, 55, 96)).toEqual({ left: 0, top: 20, width: 96, height: 55 });
  });

  it('scales a small picture up and keeps a very flat one visible', () => {
    expect(letterbox(8, 4, 96)).toEqual({ left: 0, top: 24, width: 96, height: 48 });
    expect(letterbox(10_000, 1, 96)).toEqual({ left: 0, top: 47, width: 96, height: 1 });
  });

  it('stays in the square, fills its longer way, is centred to a pixel and keeps the aspect to half a pixel', () => {
    const side = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 512 }), (width, height, size) => {
        const box = letterbox(width, height, size);
        expect(Math.max(box.width, box.height)).toBe(size);
        expect(size - box.width - 2 * box.left === 0 || size - box.width - 2 * box.left === 1).toBe(true);
        expect(size - box.height - 2 * box.top === 0 || size - box.height - 2 * box.top === 1).toBe(true);
        const shorter = (size * Math.min(width, height)) / Math.max(width, height);
        const error = Math.abs(Math.min(box.width, box.height) - shorter);
        expect(error).toBeLessThanOrEqual(shorter < 0.5 ? 1 : 0.5 + 1e-9); // 1 pixel at least; 1e-9: the division's rounding
      }),
    );
  });
});

describe('pasteOnSquare', () => {
  it('pastes RGB rows at the box and leaves the rest of the square', () => {
    const square = plainSquare(3, [10, 20, 30]);
    const box = { left: 0, top: 1, width: 3, height: 1 };
    pasteOnSquare(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]), box, square, 3);
    const padding = [10, 20, 30, 10, 20, 30, 10, 20, 30];
    expect([...square]).toEqual([...padding, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...padding]);
  });
});
