import { readJpegHeader, textOf } from './jpeg';

/** Sides of a picture in pixels, as its file has them: before any rotation. */
export interface Sides {
  width: number;
  height: number;
}

/** The sides that the header of a JPEG, PNG, GIF or WebP file names, before anything is decoded; null for what is none of these, or too short. */
export function pictureSides(bytes: Uint8Array): Sides | null {
  if (bytes[0] === 0xff) return readJpegHeader(bytes);
  if (bytes.length < 30) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = textOf(bytes.subarray(0, 16));
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return sides(view.getUint32(16), view.getUint32(20));
  if (/^GIF8[79]a/.test(start)) return sides(view.getUint16(6, true), view.getUint16(8, true));
  if (!/^RIFF.{4}WEBP/s.test(start)) return null;
  // RFC 9649: lossy, lossless, extended.
  if (start.endsWith('VP8 '))
    return sides(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  const low = view.getUint32(21, true);
  if (start.endsWith('VP8L')) return sides((low & 0x3fff) + 1, ((low >> 14) & 0x3fff) + 1);
  const whole = (at: number): number => view.getUint16(at, true) + (view.getUint8(at + 2) << 16) + 1;
  return start.endsWith('VP8X') ? sides(whole(24), whole(27)) : null;
}

const sides = (width: number, height: number): Sides | null =>
  width > 0 && height > 0 ? { width, height } : null;
