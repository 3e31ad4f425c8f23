/** The two passes of `lanczos` in WebAssembly with 128-bit vectors: their source, and the module that a test compares with it. */

const get = (name: string): string => `(local.get $${name})`;
const set = (name: string, value: string): string => `(local.set $${name} ${value})`;
const add = (name: string, value: string): string => set(name, `(i32.add ${get(name)} ${value})`);
const whole = (value: number): string => `(i32.const ${value})`;

/** Goes back to the start of the loop `label` as long as `name` has not reached `end`. */
const again = (label: string, name: string, end: string): string =>
  `(br_if $${label} (i32.lt_u ${get(name)} ${get(end)}))`;

/** Places 2i and 2i + 1 of 16 bits each from two vectors in turn: a0 b0 a1 b1 …, from place `first` on. */
const interleaved = (a: string, b: string, first: 0 | 4): string => {
  const bytes = [0, 1, 2, 3].flatMap((i) => {
    const at = 2 * (first + i);
    return [at, at + 1, 16 + at, 16 + at + 1];
  });
  return `(i8x16.shuffle ${bytes.join(' ')} ${get(a)} ${get(b)})`;
};

/** Adds to `sums` the products of two lines' places and their weights. */
const addProducts = (sums: string, first: 0 | 4): string =>
  set(sums, `(i32x4.add ${get(sums)} (i32x4.dot_i16x8_s ${interleaved('a', 'b', first)} ${get('pair')}))`);

const rounding = (value: number): string => `(v128.const i32x4 ${Array(4).fill(value).join(' ')})`;

/** A weighted sum of lines of bytes, eight places at a time. Sums have 14 bits behind the point; 6 are kept. */
const downLines = `(func (export "down")
    (param $source i32) (param $line i32) (param $middle i32) (param $stride i32)
    (param $starts i32) (param $weights i32) (param $weightsLine i32) (param $rows i32)
    (local $row i32) (local $place i32) (local $from i32) (local $weight i32) (local $weightsEnd i32)
    (local $a v128) (local $b v128) (local $pair v128) (local $low v128) (local $high v128)
    (loop $everyRow
      ${set('weightsEnd', `(i32.add ${get('weights')} ${get('weightsLine')})`)}
      ${set('place', whole(0))}
      (loop $everyPlace
        ${set('from', `(i32.add ${get('source')} (i32.add ${get('place')} (i32.mul (i32.load ${get('starts')}) ${get('line')})))`)}
        ${set('weight', get('weights'))}
        ${set('low', rounding(128))}
        ${set('high', rounding(128))}
        (loop $everyPair
          ${set('a', `(v128.load8x8_u ${get('from')})`)}
          ${set('b', `(v128.load8x8_u (i32.add ${get('from')} ${get('line')}))`)}
          ${set('pair', `(v128.load32_splat ${get('weight')})`)}
          ${addProducts('low', 0)}
          ${addProducts('high', 4)}
          ${add('from', `(i32.shl ${get('line')} ${whole(1)})`)}
          ${add('weight', whole(4))}
          ${again('everyPair', 'weight', 'weightsEnd')})
        (v128.store (i32.add ${get('middle')} (i32.shl ${get('place')} ${whole(1)}))
          (i16x8.narrow_i32x4_s (i32x4.shr_s ${get('low')} ${whole(8)}) (i32x4.shr_s ${get('high')} ${whole(8)})))
        ${add('place', whole(8))}
        ${again('everyPlace', 'place', 'line')})
      ${add('starts', whole(4))}
      ${add('weights', get('weightsLine'))}
      ${add('middle', get('stride'))}
      ${add('row', whole(1))}
      ${again('everyRow', 'row', 'rows')}))`;

/** Two neighbouring pixels of 16 bits a colour as red, red, green, green, blue, blue. */
const colourPairs = (place: string): string =>
  `(i8x16.shuffle 0 1 6 7 2 3 8 9 4 5 10 11 4 5 10 11 (local.tee $a (v128.load ${place})) ${get('a')})`;

/** A weighted sum of pixels along each line; rounded to bytes. */
const acrossLines = `(func (export "across")
    (param $middle i32) (param $stride i32) (param $target i32) (param $targetLine i32)
    (param $starts i32) (param $weights i32) (param $weightsLine i32) (param $columns i32) (param $rows i32)
    (local $row i32) (local $column i32) (local $from i32) (local $to i32) (local $start i32) (local $weight i32) (local $weightsEnd i32)
    (local $a v128) (local $low v128) (local $packed i32)
    (loop $everyRow
      ${set('column', whole(0))}
      ${set('to', get('target'))}
      ${set('start', get('starts'))}
      ${set('weight', get('weights'))}
      (loop $everyColumn
        ${set('from', `(i32.add ${get('middle')} (i32.mul (i32.load ${get('start')}) ${whole(6)}))`)}
        ${set('weightsEnd', `(i32.add ${get('weight')} ${get('weightsLine')})`)}
        ${set('low', rounding(2 ** 19))}
        (loop $everyPair
          ${set('low', `(i32x4.add ${get('low')} (i32x4.dot_i16x8_s ${colourPairs(get('from'))} (v128.load32_splat ${get('weight')})))`)}
          ${add('from', whole(12))}
          ${add('weight', whole(4))}
          ${again('everyPair', 'weight', 'weightsEnd')})
        ${set('low', `(i32x4.shr_s ${get('low')} ${whole(20)})`)}
        ${set('low', `(i16x8.narrow_i32x4_s ${get('low')} ${get('low')})`)}
        ${set('packed', `(i32x4.extract_lane 0 (i8x16.narrow_i16x8_u ${get('low')} ${get('low')}))`)}
        (i32.store16 ${get('to')} ${get('packed')})
        (i32.store8 offset=2 ${get('to')} (i32.shr_u ${get('packed')} ${whole(16)}))
        ${add('to', whole(3))}
        ${add('start', whole(4))}
        ${add('column', whole(1))}
        ${again('everyColumn', 'column', 'columns')})
      ${add('middle', get('stride'))}
      ${add('target', get('targetLine'))}
      ${add('row', whole(1))}
      ${again('everyRow', 'row', 'rows')}))`;

/** The source of the module, in WebAssembly's text format. `starts` and `weights` are those of `Weights` in `lanczos.ts`. */
export const lanczosText = `(module
  (memory (export "memory") 1)
  ${downLines}
  ${acrossLines})`;

/** `lanczosText` as a module, base64. `npm test` says what it must be when the text changes. */
export const lanczosModule =
  'AGFzbQEAAAABGAJgCH9/f39/f39/AGAJf39/f39/f39/AAMDAgABBQMBAAEHGgMGbWVtb3J5AgAEZG93bgAABmFjcm9zcwABCpAEApsCAgV/BXsDQCAFIAZqIQxBACEJA0AgACAJIAQoAgAgAWxqaiEKIAUhC/0MgAAAAIAAAACAAAAAgAAAACEQ/QyAAAAAgAAAAIAAAACAAAAAIREDQCAK/QIDACENIAogAWr9AgMAIQ4gC/0JAgAhDyAQIA0gDv0NAAEQEQIDEhMEBRQVBgcWFyAP/boB/a4BIRAgESANIA79DQgJGBkKCxobDA0cHQ4PHh8gD/26Af2uASERIAogAUEBdGohCiALQQRqIQsgCyAMSQ0ACyACIAlBAXRqIBBBCP2sASARQQj9rAH9hQH9CwQAIAlBCGohCSAJIAFJDQALIARBBGohBCAFIAZqIQUgAiADaiECIAhBAWohCCAIIAdJDQALC/ABAwd/AnsBfwNAQQAhCiACIQwgBCENIAUhDgNAIAAgDSgCAEEGbGohCyAOIAZqIQ/9DAAACAAAAAgAAAAIAAAACAAhEQNAIBEgC/0ABAAiECAQ/Q0AAQYHAgMICQQFCgsEBQoLIA79CQIA/boB/a4BIREgC0EMaiELIA5BBGohDiAOIA9JDQALIBFBFP2sASERIBEgEf2FASERIBEgEf1m/RsAIRIgDCASOwEAIAwgEkEQdjoAAiAMQQNqIQwgDUEEaiENIApBAWohCiAKIAdJDQALIAAgAWohACACIANqIQIgCUEBaiEJIAkgCEkNAAsL';
