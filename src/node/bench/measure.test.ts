import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Case, EngineId } from './cases.js';
import { EngineProcess } from './engine-process.js';
import { measureGroup } from './measure.js';
import type { Test } from './protocol.js';
import type { MachineTimes } from './watch.js';

const script = fileURLToPath(new URL('../../../test/fixtures/fake-engine.mjs', import.meta.url));

let folder: string;
let log: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-fake-'));
  log = join(folder, 'log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Blocks of engines after their first `warm`, which warm up, as "name part times". */
function blocks(warm = 6): string[] {
  const seen = new Map<string, number>();
  return readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .filter((line) => {
      const [name] = line.split(' ');
      seen.set(name, (seen.get(name) ?? 0) + 1);
      return !line.endsWith('ends') && (seen.get(name) as number) > warm;
    });
}

const ends = () => readFileSync(log, 'utf8').match(/ends/g)?.length ?? 0;

const test: Test = { network: 'lenet-300-100', kind: 'step', batch: 60, optimiser: 'adam', density: 1 };

/** The machine's clocks, on which others use so many cores in each round. */
function machine(others: readonly number[]): () => MachineTimes {
  let at = 0;
  let busy = 0;
  let reading = 0;
  return () => {
    if (reading % 2 === 1) {
      at += 100_000;
      busy += 100_000 * (others[(reading - 1) / 2] ?? others[others.length - 1]);
    }
    reading++;
    return { at, busy, steal: null, cores: 2 };
  };
}

interface Fake {
  readonly env?: Record<string, string>;
  readonly test?: Partial<Test>;
}

/** Measures fake engines, one a name. */
function measure(
  engines: Readonly<Record<string, Fake>>,
  { launches = 1, rounds = 2, others = [0] }: { launches?: number; rounds?: number; others?: number[] } = {},
) {
  const names = Object.keys(engines);
  const cases = names.map(
    (name): Case => ({ engine: name as EngineId, test: { ...test, ...engines[name].test }, threads: 1 }),
  );
  const start = async ({ engine: name }: Case) => {
    const env = { NAME: name, LOG: log, ...engines[name].env };
    return (await EngineProcess.start({ command: process.execPath, words: [script], env })).engine;
  };
  return measureGroup(
    { name: 'fakes', cases },
    { start, watch: machine(others), launches, rounds, onProgress: () => {} },
  );
}

describe('measureGroup', () => {
  it('lets engines take turns block by block, beginning with another each round', async () => {
    const { measured, quiet } = await measure({ a: {}, b: {}, c: {} }, { rounds: 3 });
    expect(blocks().map((line) => line[0])).toEqual([...'abc', ...'bca', ...'cab']);
    expect(blocks()[0]).toBe('a 0 8');
    expect(measured.map(({ ms }) => ms)).toEqual([
      [10, 10, 10],
      [10, 10, 10],
      [10, 10, 10],
    ]);
    expect(quiet).toMatchObject({ rounds: 3, disturbedRounds: 0, takenRounds: 3, blocks: 9, takenAgain: 0 });
    expect(ends()).toBe(3);
  });

  it('takes an interrupted block again at once', async () => {
    const { quiet } = await measure({ a: { env: { SHARES: '1 0.6 0.9 1' } }, b: {} });
    expect(blocks().map((line) => line[0])).toEqual([...'ab', ...'baaa']);
    expect(quiet).toMatchObject({ rounds: 2, disturbedRounds: 0, takenRounds: 2, takenAgain: 2 });
  });

  it('takes a round again in which a block stayed interrupted', async () => {
    const { quiet, measured } = await measure({ a: {}, b: { env: { SHARES: '0.6 0.6 0.6 1' } } });
    expect(blocks().map((line) => line[0])).toEqual([...'abbb', ...'ba', ...'ab']);
    expect(quiet).toMatchObject({ rounds: 2, disturbedRounds: 0, takenRounds: 3 });
    expect(measured[1].cores).toBe(1);
  });

  it('takes a round again in which others were busy', async () => {
    const { quiet } = await measure({ a: {}, b: {} }, { rounds: 4, others: [1, 0.1, 2, 0.05, 0] });
    expect(quiet).toMatchObject({ rounds: 4, disturbedRounds: 0, takenRounds: 6, takenAgain: 0 });
    expect(quiet.others).toBeCloseTo(0.1, 2);
  });

  it('gives up in the end, and says how many rounds stayed disturbed', async () => {
    const busy = await measure({ a: {}, b: {} }, { rounds: 4, others: [1, 1, 0, 1, 1, 1] });
    expect(busy.quiet).toMatchObject({ rounds: 4, disturbedRounds: 3, takenRounds: 4 });
    expect(busy.measured[0].ms).toHaveLength(4);
    const interrupted = await measure({ c: { env: { SHARES: '0.6' } } }, { rounds: 2 });
    expect(interrupted.quiet).toMatchObject({ rounds: 2, disturbedRounds: 2, takenRounds: 2, blocks: 6 });
  });

  it('starts every engine anew at each launch and keeps all of their samples', async () => {
    const { measured, quiet } = await measure({ a: {}, b: {} }, { launches: 3 });
    expect(ends()).toBe(6);
    expect(measured.map(({ ms }) => ms.length)).toEqual([6, 6]);
    expect(quiet.rounds).toBe(6);
  });

  it('times operations by themselves, and the levels of a ladder in turns, as one', async () => {
    const operations = await measure({ a: { test: { kind: 'operations' }, env: { PARTS: '2', WARM: '12' } } });
    expect(operations.measured.map(({ part, ms, flops }) => ({ part, ms, flops }))).toEqual([
      { part: 'part 0', ms: [10, 10], flops: 1e6 },
      { part: 'part 1', ms: [10, 10], flops: 1e6 },
    ]);
    rmSync(log);
    const ladder = { test: { kind: 'ladder' }, env: { PARTS: '3', WARM: '1' } } as const;
    const { measured } = await measure({ c: ladder, d: ladder }, { rounds: 1 });
    expect(blocks(1)).toEqual(['c 0 1', 'd 0 1', 'c 1 1', 'd 1 1', 'c 2 1', 'd 2 1']);
    expect(measured.map(({ ms }) => ms)).toEqual([[30], [30]]);
  });

  it('reports why an engine failed, and lets the others end', async () => {
    await expect(measure({ a: {}, b: { test: { batch: 14 } } })).rejects.toThrow(
      'b, step of lenet-300-100 at density 1: no batches of 14 here.',
    );
    expect(ends()).toBe(2);
    await expect(measure({ a: { test: { batch: 13 } } })).rejects.toThrow('ended (3)');
    const missing = { command: join(folder, 'missing'), words: [] };
    await expect(EngineProcess.start(missing)).rejects.toThrow('ENOENT');
  });
});
