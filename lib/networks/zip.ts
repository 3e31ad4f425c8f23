import { crc32, deflateRawSync } from 'node:zlib';

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

/** A zip archive of files, compressed, without times: the same files give the same bytes. */
export function zipOf(files: ReadonlyMap<string, Buffer>): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const [name, content] of files) {
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26); // from the version on, as both headers have it
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2); // names are UTF-8
    common.writeUInt16LE(8, 4); // deflated
    common.writeUInt16LE(0x21, 8); // 1 January 1980
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    const [mark, version, text] = [Buffer.from(ENTRY, 'latin1'), Buffer.from([20, 0]), Buffer.from(name)];
    entries.push(mark, version, common, rest, text);
    const local = Buffer.concat([Buffer.from(LOCAL, 'latin1'), common, text, packed]);
    locals.push(local);
    at += local.length;
  }
  const end = Buffer.alloc(22);
  end.write(END, 'latin1');
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(Buffer.concat(entries).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, ...entries, end]);
}
