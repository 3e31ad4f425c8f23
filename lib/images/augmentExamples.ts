import type { AugmentSettings } from './augment';
import { neutral, type TransformParameters } from './warp';

/** One parameter of the augmentation at both ends of its range, everything else neutral. */
export interface ParameterExample {
  name: string;
  /** What it does, with its range, in words. */
  does: string;
  low: TransformParameters;
  high: TransformParameters;
}

/** A number without the last digits that binary fractions leave: `0.07 · 100` is 7. */
const plain = (value: number): number => Number(value.toPrecision(6));

/** What each parameter does to a picture of `size` × `size` pixels, at the ends of its range. */
export function parameterExamples(settings: AugmentSettings, size: number): ParameterExample[] {
  const { rotation, shift, shear, zoom, horizontalFlip } = settings;
  const pixels = shift * size;
  const tiny = shear < 1 ? ': next to nothing, since the unit is degrees and not a share' : '';
  const examples: [
    name: string,
    does: string,
    low: Partial<TransformParameters>,
    high: Partial<TransformParameters>,
  ][] = [
    ['rotation', `turns by up to ${rotation}° either way`, { theta: -rotation }, { theta: rotation }],
    ['shift across', `moves by up to ${plain(shift * 100)}% of the width`, { tx: -pixels }, { tx: pixels }],
    ['shift down', `moves by up to ${plain(shift * 100)}% of the height`, { ty: -pixels }, { ty: pixels }],
    ['shear', `slants by up to ${shear}°${tiny}`, { shear: -shear }, { shear }],
    [
      'zoom',
      `scales each axis by ${plain(1 - zoom)} to ${plain(1 + zoom)}`,
      { zx: 1 - zoom, zy: 1 - zoom },
      { zx: 1 + zoom, zy: 1 + zoom },
    ],
    [
      'flip',
      horizontalFlip ? 'mirrors every other picture' : 'is off',
      {},
      { flipHorizontal: horizontalFlip },
    ],
  ];
  return examples.map(([name, does, low, high]) => ({
    name,
    does,
    low: { ...neutral, ...low },
    high: { ...neutral, ...high },
  }));
}
