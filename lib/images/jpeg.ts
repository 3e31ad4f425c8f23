/** What the first bytes of a JPEG file tell, before anything is decoded. */
export interface JpegHeader {
  /** Pixels, as stored: before any rotation. */
  width: number;
  height: number;
  /** 1 (grey), 3 (colour) or 4 (CMYK). */
  components: number;
  /** EXIF's orientation, 1 (upright) to 8; 0 when it makes no sense. */
  orientation: number;
  /** True when the file brings a colour profile of its own. */
  profile: boolean;
  /** The marker of its frame: 0xC0 or 0xC1 when it is sequential and `PROGRESSIVE` when it is that, with Huffman codes; others are rare. */
  frame: number;
  /** Bits of a sample. */
  precision: number;
  /** Whether all components come in one scan without restarts, with tables of its own that leave few codes unused, as in a file from the web. */
  simple: boolean;
  /** The first byte of compressed data; the end of the file when it ends before. */
  scan: number;
}

export const PROGRESSIVE = 0xc2;

/** Where the next marker lies, at the earliest at `at`; the end when there is none. */
export function nextMarker(bytes: Uint8Array, at: number): number {
  // Mostly there is one at `at`, and that is seen ten times as fast.
  for (
    let found = bytes[at] === 0xff ? at : bytes.indexOf(0xff, at);
    found >= 0;
    found = bytes.indexOf(0xff, found + 1)
  ) {
    const next = bytes[found + 1] ?? 0;
    if (next !== 0 && next !== 0xff) return found;
  }
  return bytes.length;
}

/** Whether nothing belongs to a marker: restarts, the beginning and the end of a picture, and one for private use. */
export const isBare = (marker: number): boolean => (marker >= 0xd0 && marker <= 0xd9) || marker === 0x01;

/** Start-of-frame markers: all of 0xC0 to 0xCF but those for tables (C4, CC) and the reserved C8. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Reads the header of a JPEG file up to its compressed data (ITU-T T.81, annex B); null for no JPEG, or one that ends before. */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  let header: JpegHeader | null = null;
  let [orientation, profile, restart, sparse] = [1, false, false, false];
  const tables = new Set<number>();
  for (let at = nextMarker(bytes, 2); at + 9 < bytes.length; at = nextMarker(bytes, at)) {
    // Every index below lies before the end, by the condition of the loop.
    const marker = bytes[at + 1]!;
    if (isBare(marker)) {
      at += 2;
      continue;
    }
    const length = bytes[at + 2]! * 256 + bytes[at + 3]!;
    if (isFrame(marker)) {
      const height = bytes[at + 5]! * 256 + bytes[at + 6]!;
      const width = bytes[at + 7]! * 256 + bytes[at + 8]!;
      const components = bytes[at + 9]!;
      if (width === 0 || height === 0) return null;
      const precision = bytes[at + 4]!;
      const size = { width, height, components, frame: marker, precision };
      header = { ...size, orientation, profile, simple: false, scan: bytes.length };
    }
    if (marker === 0xdd) restart ||= bytes[at + 4]! + bytes[at + 5]! > 0;
    if (marker === 0xc4)
      sparse = isSparse(bytes, at + 4, Math.min(at + 2 + length, bytes.length), tables) || sparse;
    if (marker === 0xda) {
      const count = bytes[at + 4]!;
      const numbers = bytes.subarray(at + 5, at + 5 + 2 * count).filter((_, i) => i % 2 === 1);
      const known =
        header?.frame === PROGRESSIVE || // whose scans need one of the two
        numbers.every((one) => tables.has(one >> 4) && tables.has(0x10 + (one & 15)));
      const simple = !restart && !sparse && known && count === header?.components;
      return header && { ...header, orientation, profile, simple, scan: at + 2 + length };
    }
    const start = marker === 0xe1 || marker === 0xe2 ? textOf(bytes.subarray(at + 4, at + 16)) : '';
    if (start.startsWith('Exif\0\0')) {
      orientation = exifOrientation(bytes.subarray(at + 10, at + 2 + length));
    }
    if (start === 'ICC_PROFILE\0') profile = true;
    at += 2 + length;
  }
  return header;
}

/** Whether one of the Huffman tables from `start` to `end`, whose numbers it adds to `tables`, leaves more than an eighth of its codes unused, as one that is damaged does. */
function isSparse(bytes: Uint8Array, start: number, end: number, tables: Set<number>): boolean {
  for (let at = start + 1; at + 16 <= end; at += 17) {
    tables.add(bytes[at - 1]!);
    let [used, symbols] = [0, 0]; // `used`: of the 65,536 that 16 bits can hold
    for (let i = 0; i < 16; i++) {
      const codes = bytes[at + i]!; // before the end
      used += codes << (15 - i);
      symbols += codes;
    }
    if (used < 0xe000) return true;
    at += symbols;
  }
  return false;
}

/** Whether the file ends as a whole one does, with the marker that closes the picture (and at most a little behind it). */
export const isClosed = (bytes: Uint8Array): boolean => textOf(bytes.subarray(-64)).includes('\xff\xd9');

/** One character a byte, of a few bytes. */
export const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** Tag 0x0112 of the first directory of a TIFF header (EXIF 2.32, section 4.6.4): 1 when it is not there, 0 when something makes no sense. */
function exifOrientation(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 14) return 0;
  const order = textOf(tiff.subarray(0, 2));
  const little = order === 'II';
  if (!little && order !== 'MM') return 0;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 0;
  const entries = view.getUint16(directory, little);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > tiff.length) return 0;
    if (view.getUint16(at, little) !== 0x0112) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 && view.getUint16(at + 2, little) === 3 ? value : 0;
  }
  return 1;
}
