/** Fields of protocol buffers (encoding of version 3), written by hand because no package here writes them. */

/** A whole number from −2⁶³ on, in as few bytes as it needs; negative ones take ten. */
export function varint(value: number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value)); // −1 takes ten bytes
  const bytes: number[] = [];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

/** A field that holds a whole number. */
export const whole = (field: number, value: number): Buffer =>
  Buffer.concat([varint(field * 8), varint(value)]);

/** A field that holds a 32-bit float. */
export function real(field: number, value: number): Buffer {
  const bits = Buffer.alloc(4);
  bits.writeFloatLE(value);
  return Buffer.concat([varint(field * 8 + 5), bits]);
}

/** A field that holds a 64-bit float. */
export function double(field: number, value: number): Buffer {
  const bits = Buffer.alloc(8);
  bits.writeDoubleLE(value);
  return Buffer.concat([varint(field * 8 + 1), bits]);
}

/** A field that holds text, raw bytes or a message of the given parts. */
export function bytes(field: number, ...parts: (string | Uint8Array)[]): Buffer {
  const content = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  const length = content.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return Buffer.concat([varint(field * 8 + 2), varint(length), ...content]);
}
