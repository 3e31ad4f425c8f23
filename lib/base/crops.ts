import type { Tensor4D } from '@tensorflow/tfjs';
import { preprocess } from '../model/mobilenet';
import type { Random } from '../random';
import { tensorflow } from '../tensorflow/backend';

/** How a picture is shown while the base learns. */
export interface CropSettings {
  /** Pixels; side of what the network sees. */
  size: number;
  /** Smallest and largest side of the cut, as shares of the prepared square. */
  zoom: readonly [number, number];
  /** Largest deviation of the brightness, as a share. */
  brightness: number;
}

/**
 * A random cut of each picture, mirrored every other time and a little lighter or darker: uint8 `[batch, from, from, 3]` →
 * `[batch, size, size, 3]` in [−1, 1]. Height and width of a cut differ by up to a tenth; beyond the picture's edge it is black, as the
 * padding is.
 */
export function randomCrops(
  pixels: Uint8Array,
  batch: number,
  from: number,
  settings: CropSettings,
  source: Random,
): Tensor4D {
  const { tf } = tensorflow();
  const { size, zoom, brightness } = settings;
  const boxes = new Float32Array(4 * batch);
  const factors = new Float32Array(batch);
  for (let i = 0; i < batch; i++) {
    const side = source.uniform(...zoom);
    const [height, width] = [side, side * source.uniform(0.9, 1.1)];
    const top = within(height, source);
    const left = within(width, source);
    const mirrored = source.next() < 0.5; // a box whose left lies right of its right is mirrored
    boxes.set([top, mirrored ? left + width : left, top + height, mirrored ? left : left + width], 4 * i);
    factors[i] = source.uniform(1 - brightness, 1 + brightness);
  }
  return tf.tidy(() => {
    const whole = tf.tensor4d(pixels, [batch, from, from, 3], 'int32').toFloat() as Tensor4D;
    const rows = tf.range(0, batch, 1, 'int32');
    const cut = tf.image.cropAndResize(whole, tf.tensor2d(boxes, [batch, 4]), rows, [size, size]);
    const lit = tf.mul(cut, tf.tensor4d(factors, [batch, 1, 1, 1]));
    return preprocess(tf.clipByValue(lit, 0, 255)) as Tensor4D;
  });
}

/** Where a cut of `length` begins: anywhere inside 0 to 1, or centred when it is longer than that. */
const within = (length: number, source: Random): number =>
  length >= 1 ? (1 - length) / 2 : source.uniform(0, 1 - length);
