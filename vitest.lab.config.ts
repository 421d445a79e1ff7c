import { defineConfig, mergeConfig } from 'vitest/config';
import common from './vitest.config.js';

/** Tests of the lab in a real browser, one file after the other: each has a browser to itself, and trains on all cores. */
const { include: _, exclude: __, ...test } = common.test ?? {};
export default mergeConfig(
  defineConfig({ test }),
  defineConfig({ test: { include: ['test/lab/**/*.test.ts'], maxWorkers: 1 } }),
);
