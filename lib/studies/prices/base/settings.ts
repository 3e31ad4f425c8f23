export interface ViewSettings {
  /** Pixels a side that the network sees. */
  side: number;
  /** Smallest and largest scale: pixels of the picture per pixel of the view. */
  scale: readonly [number, number];
  /** Largest deviation of the brightness, as a share. */
  brightness: number;
  /** Degrees by which colours are turned around the colour circle at most, to either side. */
  hue: number;
}

const turned = { brightness: 0.1, hue: 180 };

/** How the committed base is trained: mostly on windows at the pictures' own scale, in a fraction of the time of whole pictures. */
export const baseTraining = {
  alpha: 0.35,
  seed: 42,
  /** Games to learn from, and how many others after them show what was learnt. */
  games: { training: 10_000, heldOut: 250 },
  /** Of the moving statistics of batch normalization. */
  momentum: 0.97,
  /** One after the other; the rate rises to `learningRate` and falls to zero. */
  phases: [
    {
      view: { side: 64, scale: [0.9, 1.1], ...turned } as ViewSettings,
      gamesPerBatch: 32,
      epochs: 36,
      learningRate: 0.006,
      warmUpEpochs: 0.6,
    },
    {
      view: { side: 96, scale: [0.9, 1], ...turned } as ViewSettings,
      gamesPerBatch: 16, // tracing a step of twice as many takes 5 GB of memory
      epochs: 2,
      learningRate: 4e-5,
      warmUpEpochs: 0,
    },
  ],
};

export type BaseSettings = typeof baseTraining;
