import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EngineProcess } from '../src/node/bench/engine-process.js';
import type { Test } from '../src/node/bench/protocol.js';

/** As it is built: processes run no TypeScript. */
const words = [fileURLToPath(new URL('../dist/node/bench/own-engine.js', import.meta.url))];

const small: Test = { network: 'stack', kind: 'step', hidden: [20], batch: 16, optimiser: 'adam', density: 0.5 };

async function withEngine(use: (engine: EngineProcess) => Promise<void>): Promise<void> {
  const env = { LOTTERY_KERNELS: 'wasm' };
  const { engine, version } = await EngineProcess.start({ command: process.execPath, words, env });
  expect(version).toMatch(/^Lottery Lab \d+\.\d+\.\d+, Node \d+/);
  try {
    await use(engine);
  } finally {
    await engine.close();
  }
}

describe('Lottery Lab as an engine of the benchmark', () => {
  it('runs steps when it is asked', async () => {
    await withEngine(async (engine) => {
      const { parts, density, bytes } = await engine.prepare(small, 1);
      expect(parts).toEqual([{ name: 'step', flops: expect.any(Number) }]);
      expect(density).toBeCloseTo(0.5, 2);
      expect(bytes).toBeGreaterThan(0);
      for (let block = 0; block < 2; block++) {
        const { wall, cpu } = await engine.run(0, 3);
        expect(wall).toBeGreaterThan(0);
        expect(cpu).toBeGreaterThanOrEqual(0);
      }
    });
  });

  it('runs operations by themselves, and levels of a ladder again where they are asked for again', async () => {
    await withEngine(async (engine) => {
      const { parts } = await engine.prepare({ ...small, kind: 'operations' }, 1);
      expect(parts.map(({ name }) => name)).toContain('sparse_forward');
      expect((await engine.run(parts.length - 1, 2)).wall).toBeGreaterThan(0);
      const ladder = await engine.prepare({ ...small, kind: 'ladder', density: 1, levels: 3, iterations: 2 }, 1);
      expect(ladder.parts).toHaveLength(3);
      for (const level of [0, 1, 1, 2, 0]) expect((await engine.run(level, 1)).wall).toBeGreaterThan(0);
    });
  });

  it('says what it cannot do, and goes on', async () => {
    await withEngine(async (engine) => {
      await expect(engine.run(0, 1)).rejects.toThrow('asked to run before any case was prepared.');
      await expect(engine.prepare({ ...small, hidden: undefined, network: 'stack' }, 1)).rejects.toThrow();
      expect((await engine.prepare(small, 1)).parts).toHaveLength(1);
    });
  });
});
