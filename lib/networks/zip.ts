import { crc32 } from 'node:zlib';

const END = 'PK\x05\x06';
const ENTRY = 'PK\x01\x02';
const LOCAL = 'PK\x03\x04';

/** The files of a zip archive below 4 GiB that holds them as they are, by name. Throws `RangeError` for a damaged one, `TypeError` for what is compressed. */
export function storedEntries(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.lastIndexOf(END, undefined, 'latin1');
  if (end < 0 || end + 22 + bytes.readUInt16LE(end + 20) !== bytes.length)
    throw new RangeError('its end is missing');
  const mark = (at: number): string => bytes.toString('latin1', at, at + 4);
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const found = new Map<string, Buffer>();
  for (let i = 0; i < count; i++) {
    const local = bytes.readUInt32LE(at + 42);
    if (mark(at) !== ENTRY || mark(local) !== LOCAL) throw new RangeError('its table of contents is damaged');
    const [names, extra, comment] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    const name = bytes.toString('utf8', at + 46, at + 46 + names);
    const size = bytes.readUInt32LE(at + 24);
    if (bytes.readUInt16LE(at + 10) !== 0) throw new TypeError(`${name} in it is compressed`);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(start, start + size);
    const whole = content.length === size && crc32(content) === bytes.readUInt32LE(at + 16);
    if (!whole) throw new RangeError(`${name} in it is damaged`);
    found.set(name, content);
    at += 46 + names + extra + comment;
  }
  return found;
}
