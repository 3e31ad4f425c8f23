/** A rectangle in pixels, counted from the upper left corner. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * Where a picture of `width` × `height` pixels lies in a square of `size` pixels: scaled, up or down, until its longer side fills the
 * square, its sides rounded to whole pixels (1 at least), and centred. An odd pixel of padding goes to the right or the bottom.
 */
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

/**
 * A square of `size` pixels, RGB, in the colour `background` with `picture` pasted at `box`. `channels` of the picture: 3 (RGB) or
 * 4 (RGB and an alpha that is not premultiplied: the background shows through).
 */
export function pasteOnSquare(
  picture: Uint8Array,
  channels: 3 | 4,
  box: Box,
  size: number,
  background: readonly [number, number, number],
): Uint8Array {
  const square = new Uint8Array(size * size * 3); // [size, size, 3]
  for (let i = 0; i < square.length; i++) square[i] = background[i % 3]!;
  const row = box.width * channels;
  for (let y = 0; y < box.height; y++) {
    const source = picture.subarray(y * row, (y + 1) * row);
    const target = square.subarray(((box.top + y) * size + box.left) * 3);
    if (channels === 3) target.set(source);
    else blendRow(source, target, box.width);
  }
  return square;
}

/** Lays RGBA pixels over RGB ones: `alpha · colour + (1 − alpha) · below`, rounded. */
function blendRow(source: Uint8Array, target: Uint8Array, width: number): void {
  for (let x = 0; x < width; x++) {
    const alpha = source[x * 4 + 3]!; // both rows hold `width` pixels
    for (let c = 0; c < 3; c++) {
      const below = target[x * 3 + c]!;
      target[x * 3 + c] = Math.round((source[x * 4 + c]! * alpha + below * (255 - alpha)) / 255);
    }
  }
}
