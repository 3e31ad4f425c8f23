import { benchmark } from '../bench/main';
import { scaling } from '../bench/scale';
import { runMain } from './terminal';

/** `npm run bench`: see bench/README.md. */
const args = process.argv.slice(2);
runMain(() =>
  args.includes('--scale') ? scaling(args.filter((arg) => arg !== '--scale')) : benchmark(args),
);
