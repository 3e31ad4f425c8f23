/** What the first bytes of a JPEG file tell, before anything is decoded. */
export interface JpegHeader {
  /** Pixels, as stored: before any rotation. */
  width: number;
  height: number;
  /** 1 (grey), 3 (colour) or 4 (CMYK). */
  components: number;
  /** EXIF's orientation, 1 (upright) to 8. */
  orientation: number;
  /** True when the file brings a colour profile of its own. */
  profile: boolean;
}

/** Start-of-frame markers: all of 0xC0 to 0xCF but those for tables (C4, CC) and the reserved C8. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/**
 * Reads the header of a JPEG file up to its first frame (ITU-T T.81, annex B). Null when `bytes` are no JPEG, or end before the frame:
 * whether the picture behind the header is whole, only decoding tells.
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  let orientation = 1;
  let profile = false;
  for (let at = 2; at + 9 < bytes.length; ) {
    // Every index below lies before the end, by the condition of the loop.
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++; // a byte to fill up with
      continue;
    }
    const length = bytes[at + 2]! * 256 + bytes[at + 3]!;
    const start = textOf(bytes.subarray(at + 4, at + 16));
    if (isFrame(marker)) {
      const height = bytes[at + 5]! * 256 + bytes[at + 6]!;
      const width = bytes[at + 7]! * 256 + bytes[at + 8]!;
      const components = bytes[at + 9]!;
      return width > 0 && height > 0 ? { width, height, components, orientation, profile } : null;
    }
    if (marker === 0xe1 && start.startsWith('Exif\0\0')) {
      orientation = exifOrientation(bytes.subarray(at + 10, at + 2 + length)) ?? orientation;
    }
    if (marker === 0xe2 && start === 'ICC_PROFILE\0') profile = true;
    at += 2 + length;
  }
  return null;
}

/** Whether the file ends as a whole one does, with the marker that closes the picture (and at most a little behind it). */
export const isClosed = (bytes: Uint8Array): boolean => textOf(bytes.subarray(-64)).includes('\xff\xd9');

/** One character a byte. */
const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

/** Tag 0x0112 of the first directory of a TIFF header (EXIF 2.32, section 4.6.4); null when it is not there or makes no sense. */
function exifOrientation(tiff: Uint8Array): number | null {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 14) return null;
  const order = textOf(tiff.subarray(0, 2));
  const little = order === 'II';
  if (!little && order !== 'MM') return null;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return null;
  const entries = view.getUint16(directory, little);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > tiff.length) return null;
    if (view.getUint16(at, little) !== 0x0112) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : null;
  }
  return null;
}
