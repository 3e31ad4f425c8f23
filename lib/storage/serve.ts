import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import { ReportError, systemCode } from '../core/errors';
import type { Answer, Failure, Order, WorkerTask } from './workers';

/** A worker's side: runs each task that it receives and answers. It ends with the process that started it. */
export function serve(): void {
  // A terminal sends Ctrl-C and its end to everyone, and so do systems that end a service: the process that started this one decides.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});
  if (parentPort) {
    const port = parentPort;
    port.on('message', (order: Order) => answer(order).then((word) => port.postMessage(word)));
    return;
  }
  process.on('message', (order: Order) => answer(order).then((word) => process.send?.(word)));
  process.on('disconnect', () => process.exit());
}

async function answer({ module, name, input }: Order): Promise<Answer> {
  try {
    const exported: Record<string, WorkerTask<unknown, unknown>> = require(
      path.join(__dirname, '..', module),
    );
    return { value: await exported[name]!.run(input) }; // as a task says
  } catch (error) {
    return { failed: describeFailure(error) };
  }
}

function describeFailure(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const report = error instanceof ReportError;
  return { message, stack, code: report ? error.code : systemCode(error), report };
}
