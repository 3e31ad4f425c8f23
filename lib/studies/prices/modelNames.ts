/** What the models of the report are called in tables and charts. */
export const modelNames = {
  mean: 'mean of the training prices',
  median: 'median of the training prices',
  colours: 'ridge on colour histograms',
  base: 'ridge on base features',
  perfect: 'a perfect reader of the pictures',
  original: "the original's setting",
  refitted: "the original's, scaler fitted to the test",
  ours: 'this model',
} as const;
