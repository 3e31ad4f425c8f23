/** A function that can be run in another process or thread; input and result travel as structured clones. */
export interface WorkerTask<I, O> {
  /** The file below `lib/` that exports the task, without extension. */
  module: string;
  /** The name under which that file exports it. */
  name: string;
  run: (input: I) => O | Promise<O>;
}

/** What a worker receives. */
export type Order = Pick<WorkerTask<unknown, unknown>, 'module' | 'name'> & { input: unknown };

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
