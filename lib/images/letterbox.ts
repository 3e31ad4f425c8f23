/** A rectangle in pixels, counted from the upper left corner. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where a picture lies in a square of `size` pixels: as large as fits, and centred; an odd pixel of padding is right or below. */
export function letterbox(width: number, height: number, size: number): Box {
  const scale = size / Math.max(width, height);
  const inside = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  return {
    left: Math.floor((size - inside.width) / 2),
    top: Math.floor((size - inside.height) / 2),
    ...inside,
  };
}

/** A colour as red, green and blue from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** A square of `size` pixels, `[size, size, 3]`, in one colour. */
export function plainSquare(size: number, colour: Rgb): Uint8Array {
  const square = new Uint8Array(size * size * 3);
  if (colour.some((value) => value > 0)) for (let i = 0; i < square.length; i++) square[i] = colour[i % 3]!;
  return square;
}

/** Lays `picture`, `[box.height, box.width, 3]`, into a square of `size` pixels at `box`. */
export function pasteOnSquare(picture: Uint8Array, box: Box, square: Uint8Array, size: number): void {
  const row = box.width * 3;
  for (let y = 0; y < box.height; y++) {
    square.set(picture.subarray(y * row, (y + 1) * row), ((box.top + y) * size + box.left) * 3);
  }
}
