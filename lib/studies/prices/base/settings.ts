/** How pictures are shown to the base. */
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

/** How the base is trained. */
export interface BaseSettings {
  alpha: number;
  seed: number;
  /** Games to learn from, and how many others after them show what was learnt. */
  games: { training: number; heldOut: number };
  /** Of the moving statistics of batch normalization. */
  momentum: number;
  /** One after the other: so many epochs, in which pictures are seen so, by Adam with a rate that rises to `learningRate` and falls to zero. */
  phases: readonly {
    view: ViewSettings;
    gamesPerBatch: number;
    epochs: number;
    learningRate: number;
    warmUpEpochs: number;
  }[];
}

const turned = { brightness: 0.1, hue: 180 };

/**
 * How the committed base is trained. Most epochs see a window at the pictures' own scale, as high as what lies between the bars of a 16:9
 * picture: it takes a fraction of the time of whole pictures and loses nothing of how finely they are made.
 */
export const baseTraining: BaseSettings = {
  alpha: 0.35,
  seed: 42,
  games: { training: 10_000, heldOut: 250 },
  momentum: 0.97,
  phases: [
    {
      view: { side: 64, scale: [0.9, 1.1], ...turned },
      gamesPerBatch: 32,
      epochs: 36,
      learningRate: 0.006,
      warmUpEpochs: 0.6,
    },
    {
      view: { side: 96, scale: [0.9, 1], ...turned },
      gamesPerBatch: 16, // tracing a step of twice as many takes 5 GB of memory
      epochs: 2,
      learningRate: 4e-5,
      warmUpEpochs: 0,
    },
  ],
};
