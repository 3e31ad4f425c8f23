/** The inner loop of `warp` in WebAssembly with 128-bit vectors, three times as fast as JavaScript: its source, and the module that a test compares with it. */

/** Vectors of four equal numbers. */
const f32x4 = (value: number | string): string => `(v128.const f32x4 ${Array(4).fill(value).join(' ')})`;
const i32x4 = (value: number | string): string => `(v128.const i32x4 ${Array(4).fill(value).join(' ')})`;
const get = (name: string): string => `(local.get $${name})`;
const set = (name: string, value: string): string => `(local.set $${name} ${value})`;

/** Whole numbers below 2^23 from whole floats: added to 2^23 they stand in the low bits, rounded to even where they are not whole. */
const wholes = (floats: string): string =>
  `(i32x4.sub (f32x4.add ${floats} ${f32x4('0x1p23')}) ${i32x4('0x4b000000')})`;

/** Lane `k` of a vector in all four lanes. */
const lane = (k: number, vector: string): string => {
  const bytes = Array.from({ length: 16 }, (_, i) => 4 * k + (i % 4)).join(' ');
  return `(i8x16.shuffle ${bytes} ${get(vector)} ${get(vector)})`;
};

/** Bytes 0 to 2 or 3 to 5 of a vector as three floats. */
const colours = (first: 0 | 3): string => {
  const bytes = Array.from({ length: 12 }, (_, i) => (i % 4 === 0 ? first + i / 4 : 16)).join(' '); // 16: a zero
  return `(f32x4.convert_i32x4_s (i8x16.shuffle ${bytes} 16 16 16 16 ${get('bytes')} ${i32x4(0)}))`;
};

/** Red, green and blue between the two neighbours on the line that begins at `place`. */
const acrossLine = (k: number, place: string): string =>
  `(f32x4.add (local.tee $left ${colours(0).replace(get('bytes'), `(local.tee $bytes (v128.load64_zero ${place}))`)})
    (f32x4.mul ${lane(k, 'right')} (f32x4.sub ${colours(3)} ${get('left')})))`;

/** Pixel `k` of the four: rounded colours in the low byte of each lane. */
const pixel = (k: number): string => `
      ${set('at', `(i32x4.extract_lane ${k} ${get('places')})`)}
      ${set('upper', acrossLine(k, get('at')))}
      ${set(
        `pixel${k}`,
        `(v128.and ${i32x4(255)} (f32x4.add ${f32x4('0x1p23')} (f32x4.add ${get('upper')}
        (f32x4.mul ${lane(k, 'down')} (f32x4.sub ${acrossLine(k, `(i32.add ${get('at')} ${get('line')})`)} ${get('upper')})))))`,
      )}`;

/** `slope · column + start`, held within 0 and the last place. */
const coordinate = (slope: string, start: string, last: string): string =>
  `(f32x4.pmin (f32x4.pmax (f32x4.add (f32x4.mul (f32x4.splat ${get(slope)}) ${get('columns')}) ${get(start)}) ${f32x4(0)}) ${get(last)})`;

/** `factor · row + offset` in every lane. */
const lineStart = (factor: string, offset: string): string =>
  `(f32x4.splat (f32.add (f32.mul ${get(factor)} (f32.convert_i32_s ${get('y')})) ${get(offset)}))`;

/** The last place along a side, as floats. */
const lastOf = (side: string): string =>
  `(f32x4.splat (f32.convert_i32_s (i32.sub ${get(side)} (i32.const 1))))`;

const vectors = [
  ...['u0', 'v0', 'u', 'v', 'column', 'row', 'columns', 'lastX', 'lastY', 'right', 'down', 'places'],
  ...['bytes', 'left', 'upper', 'pixel0', 'pixel1', 'pixel2', 'pixel3'],
];

/** The source; `source` and `target` are addresses of pictures `[height, width, 3]` with 16 bytes to spare, `a` to `f` an `AffineMap`. */
export const warpText = `(module
  (memory (export "memory") 1)
  (func (export "warp") (param $source i32) (param $target i32) (param $width i32) (param $height i32)
    (param $a f32) (param $b f32) (param $c f32) (param $d f32) (param $e f32) (param $f f32)
    (local $x i32) (local $y i32) (local $line i32) (local $at i32) (local $out i32)
    ${vectors.map((name) => `(local $${name} v128)`).join(' ')}
    ${set('line', `(i32.mul ${get('width')} (i32.const 3))`)}
    ${set('lastX', lastOf('width'))}
    ${set('lastY', lastOf('height'))}
    (loop $lines
      ${set('u0', lineStart('b', 'c'))}
      ${set('v0', lineStart('e', 'f'))}
      ${set('columns', '(v128.const f32x4 0 1 2 3)')}
      ${set('x', '(i32.const 0)')}
      ${set('out', `(i32.add ${get('target')} (i32.mul ${get('y')} ${get('line')}))`)}
      (loop $pixels
        ${set('u', coordinate('a', 'u0', 'lastX'))}
        ${set('v', coordinate('d', 'v0', 'lastY'))}
        ${set('column', `(f32x4.floor ${get('u')})`)}
        ${set('row', `(f32x4.floor ${get('v')})`)}
        ${set('down', `(f32x4.sub ${get('v')} ${get('row')})`)}
        ${set('right', `(f32x4.sub ${get('u')} ${get('column')})`)}
        ${set(
          'places',
          `(i32x4.add (i32x4.splat ${get('source')}) (i32x4.add (i32x4.mul ${wholes(get('row'))} (i32x4.splat ${get('line')}))
          (i32x4.mul ${wholes(get('column'))} ${i32x4(3)})))`,
        )}${[0, 1, 2, 3].map(pixel).join('')}
        (v128.store ${get('out')} (i8x16.shuffle 0 1 2 4 5 6 8 9 10 12 13 14 12 13 14 15
          (local.tee $bytes (i8x16.narrow_i16x8_u
            (i16x8.narrow_i32x4_u ${get('pixel0')} ${get('pixel1')}) (i16x8.narrow_i32x4_u ${get('pixel2')} ${get('pixel3')})))
          ${get('bytes')}))
        ${set('out', `(i32.add ${get('out')} (i32.const 12))`)}
        ${set('columns', `(f32x4.add ${get('columns')} ${f32x4(4)})`)}
        ${set('x', `(i32.add ${get('x')} (i32.const 4))`)}
        (br_if $pixels (i32.lt_s ${get('x')} ${get('width')})))
      ${set('y', `(i32.add ${get('y')} (i32.const 1))`)}
      (br_if $lines (i32.lt_s ${get('y')} ${get('height')})))))`;

/** `warpText` as a module, base64. `npm test` says what it must be when the text changes. */
export const warpModule =
  'AGFzbQEAAAABDgFgCn9/f399fX19fX0AAwIBAAUDAQABBxECBm1lbW9yeQIABHdhcnAAAAqADgH9DQIFfxN7IAJBA2whDCACQQFrsv0TIRYgA0EBa7L9EyEXA0AgBSALspQgBpL9EyEPIAggC7KUIAmS/RMhEP0MAAAAAAAAgD8AAABAAABAQCEVQQAhCiABIAsgDGxqIQ4DQCAE/RMgFf3mASAP/eQB/QwAAAAAAAAAAAAAAAAAAAAA/esBIBb96gEhESAH/RMgFf3mASAQ/eQB/QwAAAAAAAAAAAAAAAAAAAAA/esBIBf96gEhEiAR/WghEyAS/WghFCASIBT95QEhGSARIBP95QEhGCAA/REgFP0MAAAASwAAAEsAAABLAAAAS/3kAf0MAAAASwAAAEsAAABLAAAAS/2xASAM/RH9tQEgE/0MAAAASwAAAEsAAABLAAAAS/3kAf0MAAAASwAAAEsAAABLAAAAS/2xAf0MAwAAAAMAAAADAAAAAwAAAP21Af2uAf2uASEaIBr9GwAhDSAN/V0DACIb/QwAAAAAAAAAAAAAAAAAAAAA/Q0AEBAQARAQEAIQEBAQEBAQ/foBIhwgGCAY/Q0AAQIDAAECAwABAgMAAQIDIBv9DAAAAAAAAAAAAAAAAAAAAAD9DQMQEBAEEBAQBRAQEBAQEBD9+gEgHP3lAf3mAf3kASEd/Qz/AAAA/wAAAP8AAAD/AAAA/QwAAABLAAAASwAAAEsAAABLIB0gGSAZ/Q0AAQIDAAECAwABAgMAAQIDIA0gDGr9XQMAIhv9DAAAAAAAAAAAAAAAAAAAAAD9DQAQEBABEBAQAhAQEBAQEBD9+gEiHCAYIBj9DQABAgMAAQIDAAECAwABAgMgG/0MAAAAAAAAAAAAAAAAAAAAAP0NAxAQEAQQEBAFEBAQEBAQEP36ASAc/eUB/eYB/eQBIB395QH95gH95AH95AH9TiEeIBr9GwEhDSAN/V0DACIb/QwAAAAAAAAAAAAAAAAAAAAA/Q0AEBAQARAQEAIQEBAQEBAQ/foBIhwgGCAY/Q0EBQYHBAUGBwQFBgcEBQYHIBv9DAAAAAAAAAAAAAAAAAAAAAD9DQMQEBAEEBAQBRAQEBAQEBD9+gEgHP3lAf3mAf3kASEd/Qz/AAAA/wAAAP8AAAD/AAAA/QwAAABLAAAASwAAAEsAAABLIB0gGSAZ/Q0EBQYHBAUGBwQFBgcEBQYHIA0gDGr9XQMAIhv9DAAAAAAAAAAAAAAAAAAAAAD9DQAQEBABEBAQAhAQEBAQEBD9+gEiHCAYIBj9DQQFBgcEBQYHBAUGBwQFBgcgG/0MAAAAAAAAAAAAAAAAAAAAAP0NAxAQEAQQEBAFEBAQEBAQEP36ASAc/eUB/eYB/eQBIB395QH95gH95AH95AH9TiEfIBr9GwIhDSAN/V0DACIb/QwAAAAAAAAAAAAAAAAAAAAA/Q0AEBAQARAQEAIQEBAQEBAQ/foBIhwgGCAY/Q0ICQoLCAkKCwgJCgsICQoLIBv9DAAAAAAAAAAAAAAAAAAAAAD9DQMQEBAEEBAQBRAQEBAQEBD9+gEgHP3lAf3mAf3kASEd/Qz/AAAA/wAAAP8AAAD/AAAA/QwAAABLAAAASwAAAEsAAABLIB0gGSAZ/Q0ICQoLCAkKCwgJCgsICQoLIA0gDGr9XQMAIhv9DAAAAAAAAAAAAAAAAAAAAAD9DQAQEBABEBAQAhAQEBAQEBD9+gEiHCAYIBj9DQgJCgsICQoLCAkKCwgJCgsgG/0MAAAAAAAAAAAAAAAAAAAAAP0NAxAQEAQQEBAFEBAQEBAQEP36ASAc/eUB/eYB/eQBIB395QH95gH95AH95AH9TiEgIBr9GwMhDSAN/V0DACIb/QwAAAAAAAAAAAAAAAAAAAAA/Q0AEBAQARAQEAIQEBAQEBAQ/foBIhwgGCAY/Q0MDQ4PDA0ODwwNDg8MDQ4PIBv9DAAAAAAAAAAAAAAAAAAAAAD9DQMQEBAEEBAQBRAQEBAQEBD9+gEgHP3lAf3mAf3kASEd/Qz/AAAA/wAAAP8AAAD/AAAA/QwAAABLAAAASwAAAEsAAABLIB0gGSAZ/Q0MDQ4PDA0ODwwNDg8MDQ4PIA0gDGr9XQMAIhv9DAAAAAAAAAAAAAAAAAAAAAD9DQAQEBABEBAQAhAQEBAQEBD9+gEiHCAYIBj9DQwNDg8MDQ4PDA0ODwwNDg8gG/0MAAAAAAAAAAAAAAAAAAAAAP0NAxAQEAQQEBAFEBAQEBAQEP36ASAc/eUB/eYB/eQBIB395QH95gH95AH95AH9TiEhIA4gHiAf/YYBICAgIf2GAf1mIhsgG/0NAAECBAUGCAkKDA0ODA0OD/0LBAAgDkEMaiEOIBX9DAAAgEAAAIBAAACAQAAAgED95AEhFSAKQQRqIQogCiACSA0ACyALQQFqIQsgCyADSA0ACws=';
