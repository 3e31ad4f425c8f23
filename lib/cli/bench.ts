import { besideBenchmark } from '../../test/bench/beside';
import { gpuBenchmark } from '../../test/bench/gpu';
import { benchmark } from '../../test/bench/main';
import { reportBenchmark } from '../../test/bench/report';
import { scaling } from '../../test/bench/scale';
import { runMain } from './terminal';

/** `npm run bench`: see test/bench/README.md. */
const args = process.argv.slice(2);
const modes = {
  '--scale': scaling,
  '--gpu': gpuBenchmark,
  '--beside': besideBenchmark,
  '--report': reportBenchmark,
};
runMain(() => {
  for (const [flag, mode] of Object.entries(modes)) {
    if (args.includes(flag)) return mode(args.filter((arg) => arg !== flag));
  }
  return benchmark(args);
});
