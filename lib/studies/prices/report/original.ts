/** What the original report (a Python notebook on 14,687 Steam games) found; amounts are EUR cents. */
export const original = {
  rows: { read: 14_687, kept: 14_682 },
  share0to60Euros: 0.998,
  trainingImages: 102_734,
  testImages: 25_499,
  imageSize: 96,
  bestEpoch: 5,
  test: {
    mse: 47_632_534.97,
    mae: 1_158.34,
    rmse: 6_901,
    mseStandardized: 0.815,
    maeStandardized: 0.15,
  },
  truth: { count: 25_499, mean: 1_239.55, median: 499, min: 0, max: 317_708, deviation: 7_722.18 },
  predictions: {
    count: 25_499,
    mean: 1_248.87,
    median: 977.31,
    min: 977.15,
    max: 197_251.7,
    deviation: 2_771.19,
  },
  /** Its three, the cheapest first. */
  games: [
    { id: '1537910', truth: 1_950, predicted: 1_049.92 },
    { id: '2826410', truth: 2_450, predicted: 1_066.42 },
    { id: '1020790', truth: 5_998, predicted: 1_312.08 },
  ],
} as const;
