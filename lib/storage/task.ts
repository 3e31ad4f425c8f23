/**
 * A function that can be run in another process or thread, where it is found by the file it is exported from. Input and result travel as
 * structured clones: plain records, typed arrays, shared memory.
 */
export interface WorkerTask<I, O> {
  /** The file below `lib/` that exports the task, without extension. */
  module: string;
  /** The name under which that file exports it. */
  name: string;
  run: (input: I) => O | Promise<O>;
}

/** What a worker receives. */
export interface Order {
  module: string;
  name: string;
  input: unknown;
}

/** What it answers. */
export type Answer = { value: unknown } | { failed: Failure };

/** An error on its way between processes, which keep neither its class nor its own fields. */
export interface Failure {
  message: string;
  stack?: string;
  /** Of a `ReportError`, or of the system (`ENOSPC`). */
  code?: string;
  report: boolean;
}
