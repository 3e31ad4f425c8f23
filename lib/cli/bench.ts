import { bench } from '../../test/bench/bench';
import { runMain } from './terminal';

/** `npm run bench`: see test/bench/README.md. */
runMain(() => bench(process.argv.slice(2)));
