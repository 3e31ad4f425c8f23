import { defineConfig } from 'vitest/config';

/** Rooms whose tests leave nothing behind that another file would see. */
const shared = ['data', 'explain', 'images', 'metrics', 'networks', 'samples', 'storage'];
const together = shared.map((room) => `test/${room}/**/*.test.ts`);

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default'],
    projects: [
      // A process for many files, which loads TensorFlow and the project once: half the processor time.
      { extends: true, test: { name: 'together', include: together, isolate: false } },
      // One process per file, where tests change modules, the backend or the environment.
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: together } },
    ],
  },
});
