import { fuzzCommand } from '../../test/fuzz/main';
import { runMain } from './terminal';

/** `npm run fuzz`: see test/fuzz/main.ts. */
runMain(() => fuzzCommand(process.argv.slice(2)));
