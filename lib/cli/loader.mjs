// `node --import ./lib/cli/loader.mjs FILE.ts`: TypeScript by tsx, and packages as Node reads them. tsx alone goes through what is imported of a
// package, too: h5wasm, of four megabytes, costs three seconds and 600 MiB there.
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import 'tsx';

if (isMainThread) register(import.meta.url);

/** Stands before tsx's own. @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (context.format !== 'module' || !url.includes('/node_modules/')) return next(url, context);
  return { format: 'module', source: await readFile(new URL(url)), shortCircuit: true };
}
