import { besideBenchmark } from './beside';
import { gpuBenchmark } from './gpu';
import { benchmark } from './main';
import { reportBenchmark } from './report';
import { scaling } from './scale';

/** What else is timed, by the option that asks for it. */
const modes = {
  '--scale': scaling,
  '--gpu': gpuBenchmark,
  '--beside': besideBenchmark,
  '--report': reportBenchmark,
};

/** `npm run bench`, with the options that follow. */
export function bench(args: readonly string[]): Promise<void> {
  for (const [flag, mode] of Object.entries(modes)) {
    if (args.includes(flag)) return mode(args.filter((arg) => arg !== flag));
  }
  return benchmark(args);
}
