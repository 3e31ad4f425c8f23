import type { Tensor4D } from '@tensorflow/tfjs';
import type { Random } from '../../../core/random';
import { preprocess } from '../../../networks/mobilenet';
import { tensorflow } from '../../../tensorflow/backend';

/** How a picture is shown while the base learns. */
export interface ViewSettings {
  /** Pixels; what the network sees. Multiples of 32. */
  height: number;
  width: number;
  /** Smallest and largest scale: pixels of the picture per pixel of the view. */
  scale: readonly [number, number];
  /** Largest deviation of the brightness, as a share. */
  brightness: number;
  /** Degrees by which colours are turned around the colour circle at most, to either side. */
  hue: number;
}

/**
 * A random window on each picture, mirrored every other time, a little lighter or darker, and in other hues: uint8 `[batch, from, from, 3]` →
 * `[batch, height, width, 3]` in [−1, 1]. A window as large as the picture or larger is centred; beyond the picture's edge it is black, as the
 * padding is.
 */
export function randomViews(
  pixels: Uint8Array,
  batch: number,
  from: number,
  settings: ViewSettings,
  source: Random,
): Tensor4D {
  const { tf } = tensorflow();
  const { height, width, scale, brightness, hue } = settings;
  const boxes = new Float32Array(4 * batch);
  const colours = new Float32Array(9 * batch);
  for (let i = 0; i < batch; i++) {
    const pace = source.uniform(...scale) / (from - 1); // boxes are in shares of the way from the first to the last pixel
    const [down, across] = [pace * (height - 1), pace * (width - 1)];
    const top = within(down, source);
    const left = within(across, source);
    const mirrored = source.next() < 0.5; // a box whose left lies right of its right is mirrored
    boxes.set([top, mirrored ? left + across : left, top + down, mirrored ? left : left + across], 4 * i);
    const light = source.uniform(1 - brightness, 1 + brightness);
    colours.set(
      hueTurn(source.uniform(-hue, hue)).map((share) => light * share),
      9 * i,
    );
  }
  return tf.tidy(() => {
    const whole = tf.tensor4d(pixels, [batch, from, from, 3], 'int32').toFloat() as Tensor4D;
    const rows = tf.range(0, batch, 1, 'int32');
    const cut = tf.image.cropAndResize(whole, tf.tensor2d(boxes, [batch, 4]), rows, [height, width]);
    const flat = tf.reshape(cut, [batch, height * width, 3]);
    const lit = tf.reshape(tf.matMul(flat, tf.tensor3d(colours, [batch, 3, 3])), cut.shape);
    return preprocess(tf.clipByValue(lit, 0, 255)) as Tensor4D;
  });
}

/** The matrix that turns colours by an angle in degrees around the axis of greys, which stay as they are; row by row. */
function hueTurn(degrees: number): number[] {
  const angle = (degrees * Math.PI) / 180;
  const same = (1 + 2 * Math.cos(angle)) / 3;
  const [next, last] = [-1, 1].map(
    (sign) => (1 - Math.cos(angle) + sign * Math.sqrt(3) * Math.sin(angle)) / 3,
  ) as [number, number]; // two signs
  return [same, next, last, last, same, next, next, last, same];
}

/** Where a window of `length` begins: anywhere inside 0 to 1, or centred when it is longer than that. */
const within = (length: number, source: Random): number =>
  length >= 1 ? (1 - length) / 2 : source.uniform(0, 1 - length);
