import { nextMarker } from './jpeg';

/** The 16 bits that begin with a code of a Huffman table → the bits of the code and of the number that follows it · 256 + its symbol. */
export type HuffmanTable = Uint16Array;

/** Where no code begins so: libjpeg looks at one bit more and goes on with symbol 0. */
const NO_CODE = 17 * 256;

/** One component's blocks in each unit of a scan, and the tables they are written with. */
export interface UnitPart {
  blocks: number;
  dc: HuffmanTable;
  ac: HuffmanTable;
}

/** What reading the compressed data of a scan has found. */
export interface ScanData {
  /** Units of which not even the beginning is there. */
  missing: number;
  /** Codes that no table has, blocks of more than 64 coefficients, and bytes behind the last unit. */
  odd: number;
  /** Codes that no table has. */
  unknown: number;
}

/** The Huffman table whose code lengths and symbols stand at `at` (ITU-T T.81, annex C). */
export function huffmanTable(bytes: Uint8Array, at: number): HuffmanTable {
  const table = new Uint16Array(1 << 16).fill(NO_CODE);
  let symbol = at + 16;
  for (let length = 1, from = 0; length <= 16; length++) {
    for (let n = bytes[at + length - 1] ?? 0; n > 0; n--) {
      const to = from + (1 << (16 - length));
      const value = bytes[symbol++] ?? 0;
      table.fill((length + (value & 15)) * 256 + value, from, to);
      from = to;
    }
  }
  return table;
}

/** Reads the codes of `units` units from byte `at` on, as libjpeg does; one function, since this is what the time goes into. */
export function readScanData(
  bytes: Uint8Array,
  at: number,
  units: number,
  restart: number,
  parts: readonly UnitPart[],
): ScanData {
  let [odd, unknown] = [0, 0];
  // The next bits, of which the last ones are zeros behind the end; fewer than none when some are still to be passed over.
  let [held, bits, padding] = [0, 0, 0];
  for (let unit = 0; unit < units; unit++) {
    if (restart > 0 && unit > 0 && unit % restart === 0) {
      at = nextMarker(bytes, at);
      if (bytes[at + 1] !== 0xd0 + ((unit / restart - 1) & 7)) return { missing: units - unit, odd, unknown };
      at += 2;
      [held, bits, padding] = [0, 0, 0];
    }
    for (let part = 0; part < parts.length; part++) {
      const { blocks, dc, ac } = parts[part]!; // below the length
      for (let block = 0; block < blocks; block++) {
        for (let k = 0; k < 64; ) {
          while (bits < 24) {
            const byte = bytes[at] ?? 0xff;
            let next = at + 1;
            if (byte === 0xff) while (bytes[next] === 0xff) next++;
            const marker = byte === 0xff && bytes[next++] !== 0; // a zero behind it makes it one of the data
            held = (held << 8) | (marker ? 0 : byte);
            bits += 8;
            if (marker) padding += 8;
            else at = next;
          }
          if (k === 0 && block === 0 && part === 0 && padding > bits)
            return { missing: units - unit, odd, unknown };
          const entry = (k === 0 ? dc : ac)[(held >>> (bits - 16)) & 0xffff]!; // of 16 bits
          bits -= entry >> 8;
          const symbol = entry & 255;
          if (entry === NO_CODE) unknown++;
          if (k === 0) k = 1;
          else if (symbol !== 0xf0 && (symbol & 15) === 0)
            break; // the rest of the block is zero
          else k += (symbol >> 4) + 1;
          if (k > 64) odd++;
        }
      }
    }
  }
  const left = nextMarker(bytes, at) - at + Math.max(0, (bits - padding) >> 3);
  return { missing: 0, odd: odd + unknown + Math.max(0, left - MOST_LEFT), unknown };
}

/** Bytes that an encoder may leave behind the last block. */
const MOST_LEFT = 2;
