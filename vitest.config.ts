import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One fewer than cores is usual, which on two cores leaves one of them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
