import { largest } from '../core/extremes';
import { isBare, type JpegHeader, nextMarker, PROGRESSIVE } from './jpeg';
import { type HuffmanTable, huffmanTable, readScanData, type ScanData, type UnitPart } from './jpegData';
import { tooManyPixels, tooSlow } from './pictureFault';

/** Why a JPEG file holds no whole picture, to complete "… cannot be used: "; null where it does, or nobody can tell. Decoders fill up with grey. */
export function jpegFault(bytes: Uint8Array, header: JpegHeader): string | null {
  const { missing, odd, unknown } = readScans(bytes, header) ?? whole;
  if (missing > 0) return 'it ends too early';
  if (unknown > MOST_UNKNOWN) return 'it is damaged';
  const hole = findHole(bytes, header.scan);
  return hole === 'text' || (hole === 'byte' && odd > 0) ? 'it is damaged' : null; // a flat picture is one byte too
}

const whole: ScanData = { missing: 0, odd: 0, unknown: 0 };

/** Unknown codes from which on a table is damaged: a little below libvips' patience. */
const MOST_UNKNOWN = 500;

/** The most pixels that a decoder is given, libvips' own limit. */
const MOST_PIXELS = 0x3fff ** 2;

/** Why a picture of this size is not decoded, or null. */
export const sizeFault = (width: number, height: number): string | null =>
  width * height > MOST_PIXELS ? tooManyPixels : null;

/** The most blocks that a decoder reads in all scans, in one to four seconds: of the largest pictures 32 scans. Encoders write about ten. */
const MOST_BLOCKS = 2 ** 27;

/** Why a JPEG file is not decoded, or null: it is too large, too short for its blocks, or has scans without end. */
export function headerFault({ width, height, frame, scan }: JpegHeader, bytes: Uint8Array): string | null {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const short = frame <= PROGRESSIVE && bytes.length * 8 < blocks;
  const fault = sizeFault(width, height) ?? (short ? 'it ends too early' : null);
  const bounded = frame < PROGRESSIVE && bytes.length * 4 <= MOST_BLOCKS; // two bits a block at least, however many scans
  return fault ?? (!bounded && countScans(bytes, scan) * blocks > MOST_BLOCKS ? tooSlow : null);
}

/** How many scans there are, the first of which has its data at `start`. A few bytes of a progressive one can stand for every block of the picture. */
function countScans(bytes: Uint8Array, start: number): number {
  let count = 1;
  for (let at = nextMarker(bytes, start); at < bytes.length; at = nextMarker(bytes, at + 2)) {
    if (bytes[at + 1] === 0xda) count++;
  }
  return count;
}

/** From how many characters in a row on they are no chance: one in 10^15 among compressed bytes. */
const TEXT = 36;

/** Different characters from which on a text is one: the pattern of a flat picture has at most 7. */
const CHARACTERS = 12;

/** From how many equal bytes in a row on they may be a hole. */
const EQUAL = 128;

/** The highest bit of each byte of a word: no character of a text has it. */
const HIGH = 0x80808080 | 0;

/** With what the bytes from `start` on look overwritten in one place: one byte again and again, a text, or null. */
export function findHole(bytes: Uint8Array, start: number): 'byte' | 'text' | null {
  const first = start + (-(bytes.byteOffset + start) & 3); // words begin at every fourth byte of the memory
  const count = (bytes.length - first) >> 2;
  if (count <= 0) return null;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + first, count);
  // 36 characters in a row hold every eighth word and one beside it.
  for (let i = 1; i < count; i += 8) {
    if ((words[i]! & HIGH) !== 0) continue; // below the count
    if ((words[i - 1]! & HIGH) !== 0 && (i + 1 === count || (words[i + 1]! & HIGH) !== 0)) continue;
    const run = runAround(bytes, start, first + 4 * i, (byte) => byte >= 0x20 && byte < 0x7f);
    if (run.length >= TEXT && new Set(run).size >= CHARACTERS) return 'text';
  }
  // As many equal bytes hold every 16th word and the next one.
  for (let i = 1; i < count; i += 16) {
    if (words[i] !== words[i - 1]) continue;
    const at = first + 4 * i;
    if (runAround(bytes, start, at, (byte) => byte === bytes[at]).length >= EQUAL) return 'byte';
  }
  return null;
}

/** The bytes around `at` that are alike, as far as it matters. */
function runAround(
  bytes: Uint8Array,
  start: number,
  at: number,
  alike: (byte: number) => boolean,
): Uint8Array {
  let [from, to] = [at, at];
  while (from > start && at - from < EQUAL && alike(bytes[from - 1]!)) from--; // above the start
  while (to < bytes.length && to - at < EQUAL && alike(bytes[to]!)) to++; // below the length
  return bytes.subarray(from, to);
}

/** A component of a frame: how it is sampled, and which of its 64 coefficients are there with all their bits. */
interface Component {
  id: number;
  across: number;
  down: number;
  complete: Uint8Array;
}

const wordAt = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);

/** What is missing or odd in all scans (ITU-T T.81, annex B); null where the segments make no sense, which a decoder will say. */
export function readScans(bytes: Uint8Array, header: JpegHeader): ScanData | null {
  const tables = new Map<number, HuffmanTable>();
  let components: Component[] = [];
  const found = { ...whole };
  let [sequential, restart] = [false, 0];
  for (let at = nextMarker(bytes, 2); at < bytes.length; at = nextMarker(bytes, at)) {
    const marker = bytes[at + 1]!; // there is a byte behind
    if (marker === 0xd9) break;
    at += 2;
    if (isBare(marker)) continue;
    const end = at + wordAt(bytes, at);
    at += 2;
    if (marker === 0xdd) restart = wordAt(bytes, at);
    if (marker === 0xc4) {
      for (; at < end; at += 17 + bytes.subarray(at + 1, at + 17).reduce((sum, count) => sum + count, 0)) {
        tables.set(bytes[at]!, huffmanTable(bytes, at + 1)); // before the end
      }
    }
    if (marker >= 0xc0 && marker <= PROGRESSIVE) {
      sequential = marker !== PROGRESSIVE;
      components = componentsAt(bytes, at);
    }
    if (marker === 0xda) {
      const parts = scanAt(bytes, at, components);
      if (parts === null) return null;
      if (sequential) {
        const readable: UnitPart[] = [];
        for (const { component, dc, ac } of parts) {
          const blocks = parts.length > 1 ? component.across * component.down : 1;
          const [first, others] = [tables.get(dc), tables.get(0x10 + ac)];
          if (!first || !others) return { ...found, unknown: Number.POSITIVE_INFINITY }; // some decoders take tables of their own
          component.complete.fill(1); // whatever the scan says
          readable.push({ blocks, dc: first, ac: others });
        }
        const units = unitsOf(
          parts.map(({ component }) => component),
          components,
          header,
        );
        const data = readScanData(bytes, end, units, restart, readable);
        if (data.missing > 0) return data;
        found.odd += data.odd;
        found.unknown += data.unknown;
      }
    }
    at = end;
  }
  if (components.length === 0) return null;
  const missing = components.filter(({ complete }) => complete.includes(0)).length;
  return { ...found, missing };
}

/** The components that the frame at `at` names. */
const componentsAt = (bytes: Uint8Array, at: number): Component[] =>
  Array.from({ length: bytes[at + 5] ?? 0 }, (_, i) => {
    const [id = 0, sampling = 0x11] = bytes.subarray(at + 6 + 3 * i, at + 8 + 3 * i);
    return { id, across: sampling >> 4, down: sampling & 15, complete: new Uint8Array(64) };
  });

/** A component in a scan, and the numbers of its tables. */
interface ScanPart {
  component: Component;
  dc: number;
  ac: number;
}

/** The components of the scan at `at`, in which it is noted what they get; null when it names one that the frame has not. */
function scanAt(bytes: Uint8Array, at: number, components: readonly Component[]): ScanPart[] | null {
  const count = bytes[at] ?? 0;
  const [first = 0, last = 0, bits = 0] = bytes.subarray(at + 1 + 2 * count, at + 4 + 2 * count);
  const parts: ScanPart[] = [];
  for (let i = 0; i < count; i++) {
    const [id, table = 0] = bytes.subarray(at + 1 + 2 * i, at + 3 + 2 * i);
    const component = components.find((one) => one.id === id);
    if (!component) return null;
    component.complete.fill((bits & 15) === 0 ? 1 : 0, first, last + 1);
    parts.push({ component, dc: table >> 4, ac: table & 15 });
  }
  return parts;
}

/** How many units a scan of some of a frame's components has: of one component, its blocks. */
function unitsOf(
  some: readonly Component[],
  all: readonly Component[],
  { width, height }: Pick<JpegHeader, 'width' | 'height'>,
): number {
  const across = largest(all.map((one) => one.across));
  const down = largest(all.map((one) => one.down));
  const [only] = some;
  if (only && some.length === 1) {
    return (
      Math.ceil(Math.ceil((width * only.across) / across) / 8) *
      Math.ceil(Math.ceil((height * only.down) / down) / 8)
    );
  }
  return Math.ceil(width / (8 * across)) * Math.ceil(height / (8 * down));
}
