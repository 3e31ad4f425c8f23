import { fork } from 'node:child_process';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { type ErrorCode, ReportError } from '../core/errors';
import { projectRoot } from '../core/files';
import { gibibytes, memoryLimit } from '../core/memory';

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

/** Runs tasks, one at a time in each of its lanes. */
export interface Workers {
  /** Tasks that run at the same time. */
  readonly lanes: number;
  /** Throws what the task throws, with the class, code and message it had, and `WORKER_LOST` when its process ends before it. */
  run<I, O>(task: WorkerTask<I, O>, input: I): Promise<O>;
  /** Ends the workers; tasks that run or wait fail. May be called twice. */
  close(): void;
}

/** No workers: tasks run in this thread, one after the other. */
export function hereOnly(): Workers {
  return { lanes: 1, run: async (task, input) => task.run(input), close: () => {} };
}

const oneThread = { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1', CUDA_VISIBLE_DEVICES: '' };

/** Starts `count` processes, each with a TensorFlow that computes in one thread and without a GPU: together they do more than one with as many threads. */
export function openProcesses(count: number): Workers {
  return openLanes(count, () => {
    const child = fork(startFile(), {
      execArgv: ['--no-deprecation'],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...oneThread },
    });
    return {
      send: (order) => child.send(order),
      listen: (onAnswer, onEnd) => {
        child.on('message', (word) => onAnswer(word as Answer)); // written by serve
        child.on('error', onEnd);
        child.on('exit', (code, signal) => onEnd(new Error(`it ended with ${signal ?? `status ${code}`}`)));
      },
      hold: (held) => {
        for (const end of [child, child.channel]) held ? end?.ref() : end?.unref();
      },
      end: () => child.kill('SIGKILL'), // it has nothing to tidy up: what it wrote is not whole yet, or announced
    };
  });
}

/** Starts `count` threads of this process, which share memory with it. They do not keep the process alive. */
export function openThreads(count: number): Workers {
  return openLanes(count, () => {
    const thread = new Worker(startFile(), { execArgv: [] });
    return {
      send: (order) => thread.postMessage(order),
      listen: (onAnswer, onEnd) => {
        thread.on('message', onAnswer);
        thread.on('error', onEnd);
        thread.on('exit', (code) => onEnd(new Error(`it ended with status ${code}`)));
      },
      hold: (held) => (held ? thread.ref() : thread.unref()),
      end: () => void thread.terminate(),
    };
  });
}

const startFile = (): string => path.join(projectRoot(), 'lib', 'storage', 'start.cjs');

/** A process or a thread at the other end. */
interface Lane {
  send(order: Order): void;
  listen(onAnswer: (word: Answer) => void, onEnd: (reason: Error) => void): void;
  /** Whether this process must not end before the lane does. */
  hold(held: boolean): void;
  end(): void;
}

interface Job {
  order: Order;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

function openLanes(count: number, start: () => Lane): Workers {
  const waiting: Job[] = [];
  const lanes = new Map<Lane, Job | null>(); // each with what it is at
  let closed = false;
  const feed = (): void => {
    for (const [lane, at] of lanes) {
      const job = at === null ? waiting.shift() : undefined;
      if (!job) continue;
      lanes.set(lane, job);
      lane.hold(true);
      lane.send(job.order);
    }
  };
  for (let i = 0; i < count; i++) {
    const lane = start();
    lanes.set(lane, null);
    lane.hold(false);
    const onAnswer = (word: Answer): void => {
      const job = lanes.get(lane);
      lanes.set(lane, null);
      lane.hold(false);
      if ('failed' in word) job?.reject(revive(word.failed));
      else job?.resolve(word.value);
      feed();
    };
    lane.listen(onAnswer, (reason) => {
      lanes.get(lane)?.reject(lost(reason));
      lanes.delete(lane);
      if (lanes.size === 0) for (const job of waiting.splice(0)) job.reject(lost(reason));
    });
  }
  return {
    lanes: count,
    run: async <I, O>({ module, name }: WorkerTask<I, O>, input: I): Promise<O> => {
      if (closed) throw new ReportError('BAD_INPUT', 'These workers were closed: open new ones.');
      const value = await new Promise<unknown>((resolve, reject) => {
        if (lanes.size === 0) reject(lost(new Error('none is left')));
        waiting.push({ order: { module, name, input }, resolve, reject });
        feed();
      });
      return value as O; // what the task gives
    },
    close: () => {
      closed = true;
      for (const lane of lanes.keys()) lane.end();
    },
  };
}

function lost(cause: Error): ReportError {
  const advice = `see that ${gibibytes(memoryLimit())} of memory are enough, and run the same command again`;
  return new ReportError('WORKER_LOST', `A process is gone (${cause.message}): ${advice}.`, { cause });
}

function revive({ message, stack, code, report }: Failure): Error {
  if (report) return new ReportError(code as ErrorCode, message); // it was one when it was thrown
  return Object.assign(new Error(message), { stack }, code === undefined ? {} : { code });
}
