/** Every float16 as a float32: 256 kB, filled at first use. */
let decoded: Float32Array | undefined;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** float32 → IEEE 754 half precision, rounded to nearest, ties to even; from 65,520 on it becomes infinity. Writes into `into`, which must be as long. */
export function encodeFloat16(values: Float32Array, into = new Uint16Array(values.length)): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!; // in range, as below
    const magnitude = word & 0x7fffffff;
    into[i] = ((word >>> 16) & 0x8000) | encodeMagnitude(magnitude);
  }
  return into;
}

function encodeMagnitude(magnitude: number): number {
  if (magnitude >= 0x47800000) return magnitude > 0x7f800000 ? 0x7e00 : 0x7c00; // from 2^16 on: infinity, NaN
  if (magnitude >= 0x38800000) {
    // Exponent bias 127 → 15; adding just under half a step, or half a step when odd, rounds ties to even.
    return (magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
  }
  bits[0] = magnitude;
  float[0] = float[0]! + 0.5; // the step of float32 there is that of subnormal halves, so the hardware rounds
  return bits[0]! - 0x3f000000;
}

/** Half precision → float32, exactly. Writes into `into` when given, which must be as long. */
export function decodeFloat16(halves: Uint16Array, into = new Float32Array(halves.length)): Float32Array {
  decoded ??= Float32Array.from({ length: 65536 }, (_, half) => decodeOne(half));
  for (let i = 0; i < halves.length; i++) into[i] = decoded[halves[i]!]!; // 65,536 entries for 16 bits
  return into;
}

function decodeOne(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
