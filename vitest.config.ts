import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'lab/src/**/*.test.ts', 'test/**/*.test.ts'],
    // Those have a browser and all cores to themselves: npm run test:lab.
    exclude: ['**/node_modules/**', 'test/lab/**'],
    // A safety net for what hangs, wide enough for a machine that is busy with other things.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Files share a process; each would load the library again otherwise.
    isolate: false,
    // One fewer than cores is usual, which on two cores leaves one of them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
