/** The project's own base, made by `npm run train-base`; its model card lies beside it. */
export const ownBase = {
  /** Relative to the project's folder. */
  file: 'lib/networks/base/mobilenet_v2_0.35_96_generated.h5',
  card: 'lib/networks/base/README.md',
  alpha: 0.35,
} as const;
