/** What a stage is given on the command line. */
export interface StageOptions {
  /** Folder with games.csv, screenshots/ and full/. */
  data: string;
  /** A folder of its own, empty at the start. */
  scratch: string;
  weights: string | null;
}

/** A stage with its data loaded and everything warm. */
export interface Work {
  unit: string;
  /** What is timed; gives how many units it did. It may time itself, where a round is only a part of what it does. */
  run: () => Promise<Done>;
}

export interface Done {
  n: number;
  seconds?: number;
  parts?: Record<string, number>;
  check?: Record<string, unknown>;
}
