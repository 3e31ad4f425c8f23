/**
 * How the harness and both sides talk: a side is a process that does one stage. It says when it is ready, then does one round for each line on
 * its standard input and answers with a line of JSON; it ends with its input. `bench/peer/README.md` has the same for Python.
 */
export interface Ready {
  ready: true;
  stage: string;
  /** Of what the stage has loaded. */
  versions: Record<string, string>;
}

/** A stage that cannot be done here, with the reason. */
export interface Skipped {
  skipped: string;
}

export interface Round {
  /** How many `unit`s were done. */
  n: number;
  unit: string;
  /** Wall clock. */
  seconds: number;
  /** User and system time of the process and its children. */
  cpu_seconds: number;
  /** Seconds of the parts of the work. */
  parts?: Record<string, number>;
  /** Figures that show that the work was done. */
  check?: Record<string, unknown>;
}

export interface Failed {
  error: string;
}
