import { beforeAll, describe, expect, it } from 'vitest';
import { makeStrokes } from '../data/index.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { initialise, keptCounts } from '../tickets/index.js';
import { assembleResults } from './assemble.js';
import { networkOf, parentsOf } from './cell-specification.js';
import { drawOf } from './draw.js';
import { executeCell } from './execute.js';
import { buildGraph, type PlannedCell, type RunGraph } from './graph.js';
import { MemoryStore } from './memory-store.js';
import { resolveSpecification } from './presets.js';
import type { RunRecord } from './records.js';
import { factsOf, runFolder } from './run-folder.js';
import type { RunSpecification } from './schema.js';
import { startOf } from './starts.js';
import type { FinishedCell } from './store.js';
import { LocalExecutor, runTasks, tasksOf } from './tasks/index.js';
import { chooseReplays, verifyTasks } from './verify.js';

const dataset = makeStrokes({ train: 320, test: 100, seed: 3 });
const provenance = { version: 'test', engine: 'test', platform: 'test' };
let kernels: Kernels;

beforeAll(async () => {
  kernels = await loadKernels();
});

const specify = (over: Record<string, unknown> = {}): RunSpecification =>
  resolveSpecification({
    network: { hidden: [16, 8] },
    data: { name: 'strokes', validation: 64 },
    batch: 20,
    iterations: 45,
    evaluateEvery: 20,
    pruning: { rate: 0.5, outputRate: 0.25 },
    controls: { reinitialise: 2, randomMask: 1 },
    trials: 1,
    levels: 3,
    ...over,
  });

interface Run {
  readonly store: MemoryStore;
  readonly graph: RunGraph;
  find(condition: string, level: number, draw?: number): Promise<FinishedCell>;
}

async function trainAll(specification: RunSpecification, store = new MemoryStore(), own = kernels): Promise<Run> {
  const graph = buildGraph(specification, dataset);
  const executor = new LocalExecutor({ kernels: own, dataset, store, engine: provenance });
  const outcome = await runTasks({ tasks: tasksOf(graph.cells), store, executor });
  expect(outcome.failed.map(({ error }) => String(error))).toEqual([]);
  expect(outcome.executed.length + outcome.present.length).toBe(graph.cells.length);
  const find = (condition: string, level: number, draw = 0) => {
    const cell = graph.cells.find((c) => c.condition === condition && c.level === level && c.draw === draw);
    return store.read((cell as PlannedCell).id);
  };
  return { store, graph, find };
}

const masked = (values: Float32Array, mask: Uint8Array) => values.map((value, i) => (mask[i] === 1 ? value : 0));

function startOfCell(cell: FinishedCell, run: Run): Promise<ReadonlyMap<string, Float32Array>> {
  return (async () => {
    const parents = new Map<string, FinishedCell>();
    for (const id of parentsOf(cell.specification)) parents.set(id, await run.store.read(id));
    return startOf(
      cell.specification,
      cell.mask,
      parents,
      drawOf(kernels, cell.specification, dataset),
      kernels.sampler,
    );
  })();
}

describe('a run of cells', () => {
  it('evaluates at the start, at every interval and at the end', async () => {
    const run = await trainAll(specify());
    const dense = await run.find('dense', 0);
    expect(dense.history.iteration).toEqual([0, 20, 40, 45]);
    expect(dense.history.testLoss).toBeUndefined();
    expect(dense.end.iteration).toBe(45);
    expect(dense.density).toBe(1);
    const best = Math.min(...dense.history.validationLoss);
    expect(dense.earlyStop.iteration).toBe(dense.history.iteration[dense.history.validationLoss.indexOf(best)]);
    expect(dense.earlyStop.validationLoss).toBe(best);
  });

  it('scores by the values before training where a score looks at them', async () => {
    const run = await trainAll(specify({ pruning: { score: 'large-initial', rate: 0.5, outputRate: 0.25 } }));
    const dense = await run.find('dense', 0);
    const ticket = await run.find('ticket', 1);
    const { name, seed } = dense.specification.initialisation;
    const initial = initialise(networkOf(dense.specification), name, seed, kernels.sampler);
    const values = initial.get('fc1.weight') as Float32Array;
    const bits = ticket.mask?.get('fc1.weight') as Uint8Array;
    const sizes = (kept: number) => [...values].filter((_, i) => bits[i] === kept).map(Math.abs);
    expect(Math.min(...sizes(1))).toBeGreaterThanOrEqual(Math.max(...sizes(0)));
    expect(sizes(1)).toHaveLength(values.length / 2);
  });

  it('puts the surviving weights back to the values they started from', async () => {
    const run = await trainAll(specify());
    const dense = await run.find('dense', 0);
    const initial = initialise(
      networkOf(dense.specification),
      'glorot-normal',
      dense.specification.initialisation.seed,
      kernels.sampler,
    );
    for (const level of [1, 2]) {
      const ticket = await run.find('ticket', level);
      const start = await startOfCell(ticket, run);
      for (const [name, bits] of ticket.mask!) {
        expect(start.get(name)).toEqual(masked(initial.get(name)!, bits));
        expect(ticket.finalWeights.get(name)).toEqual(masked(ticket.finalWeights.get(name)!, bits));
      }
      expect(ticket.finalWeights.get('fc1.weight')).not.toEqual(start.get('fc1.weight'));
    }
  });

  it('prunes the smallest weights of the round before, to the exact counts of the ladder', async () => {
    const run = await trainAll(specify());
    const first = await run.find('ticket', 1);
    const second = await run.find('ticket', 2);
    expect(second.layers).toEqual(run.graph.ladder[2].layers);
    expect(first.layers.map(({ kept }) => kept)).toEqual([16 * 784 * 0.5, 64, 60]);
    const before = first.mask!.get('fc1.weight')!;
    const after = second.mask!.get('fc1.weight')!;
    const trained = first.finalWeights.get('fc1.weight')!;
    const kept = [...after.keys()].filter((i) => after[i] === 1);
    const gone = [...after.keys()].filter((i) => before[i] === 1 && after[i] === 0);
    expect(kept.every((i) => before[i] === 1)).toBe(true);
    const least = kept.reduce((low, i) => Math.min(low, Math.abs(trained[i])), Number.POSITIVE_INFINITY);
    expect(gone.every((i) => Math.abs(trained[i]) <= least)).toBe(true);
  });

  it('re-initialises with the same mask and other values, another draw each time', async () => {
    const run = await trainAll(specify());
    const ticket = await run.find('ticket', 2);
    const draws = [await run.find('reinitialise', 2, 0), await run.find('reinitialise', 2, 1)];
    const starts = await Promise.all([ticket, ...draws].map((cell) => startOfCell(cell, run)));
    for (const draw of draws) expect(draw.mask).toEqual(ticket.mask);
    expect(starts[1].get('fc1.weight')).not.toEqual(starts[0].get('fc1.weight'));
    expect(starts[2].get('fc1.weight')).not.toEqual(starts[1].get('fc1.weight'));
    const deviation = (values: Float32Array, mask: Uint8Array) => {
      const kept = [...values].filter((_, i) => mask[i] === 1);
      return Math.sqrt(kept.reduce((sum, value) => sum + value * value, 0) / kept.length);
    };
    const bits = ticket.mask!.get('fc1.weight')!;
    expect(deviation(starts[1].get('fc1.weight')!, bits)).toBeCloseTo(Math.sqrt(2 / (784 + 16)), 2);
  });

  it('draws random masks with the same count in every layer, and the same start elsewhere', async () => {
    const run = await trainAll(specify());
    const ticket = await run.find('ticket', 2);
    const random = await run.find('random-mask', 2);
    expect(random.mask).not.toEqual(ticket.mask);
    expect(random.layers).toEqual(ticket.layers);
    expect(keptCounts(networkOf(random.specification), random.mask)).toEqual(ticket.layers);
  });

  it('rewinds to the weights of an iteration, and continues from there', async () => {
    const run = await trainAll(specify({ rewind: 20 }));
    const dense = await run.find('dense', 0);
    const ticket = await run.find('ticket', 2);
    expect([...dense.snapshots.keys()]).toEqual([20]);
    const start = await startOfCell(ticket, run);
    expect(start.get('fc1.weight')).toEqual(
      masked(dense.snapshots.get(20)!.get('fc1.weight')!, ticket.mask!.get('fc1.weight')!),
    );
    expect(start.get('fc1.bias')).toEqual(dense.snapshots.get(20)!.get('fc1.bias'));
    expect(ticket.history.iteration).toEqual([20, 40, 45]);
  });

  it('continues exactly where the dense network was, when nothing is pruned and the optimiser remembers nothing', async () => {
    const run = await trainAll(specify({ rewind: 20, optimiser: { name: 'sgd', lr: 0.1 }, levels: 1 }));
    const dense = await run.find('dense', 0);
    const start = { kind: 'rewind', cell: dense.id, iteration: 20 } as const;
    const again = await executeCell({
      kernels,
      specification: { ...dense.specification, start, snapshots: [] },
      dataset,
      parents: new Map([[dense.id, dense]]),
    });
    expect(again.digests.finalWeights).toBe(dense.digests.finalWeights);
    expect(again.history.validationLoss).toEqual(dense.history.validationLoss.slice(1));
  });

  it('gives the same bits again, whatever was trained in between and on whichever kernels', async () => {
    const once = await trainAll(specify());
    const twice = await trainAll(specify(), new MemoryStore(), await loadKernels());
    for (const { id } of once.graph.cells) {
      expect((await twice.store.read(id)).digests).toEqual((await once.store.read(id)).digests);
    }
    // With more trials asked of the same store, only what is new is trained.
    const before = once.store.ids().length;
    const more = await trainAll(specify({ trials: 2 }), once.store);
    expect(once.store.ids().length).toBe(2 * before);
    expect(more.graph.cells.length).toBe(2 * before);
  });

  it('measures the test set throughout when asked, and nothing else changes', async () => {
    const plain = await (await trainAll(specify({ levels: 1 }))).find('dense', 0);
    const full = await (await trainAll(specify({ levels: 1, testCurve: true }))).find('dense', 0);
    expect(full.history.testAccuracy).toHaveLength(4);
    expect(full.digests.finalWeights).toBe(plain.digests.finalWeights);
    expect(full.history.testAccuracy!.at(-1)).toBe(full.end.testAccuracy);
    const stop = full.history.iteration.indexOf(full.earlyStop.iteration);
    expect(full.history.testLoss![stop]).toBe(full.earlyStop.testLoss);
  });

  it('keeps a diverged cell, and does not train what would come from it', async () => {
    const specification = specify({ optimiser: { name: 'sgd', lr: 1e30 }, levels: 2 });
    const graph = buildGraph(specification, dataset);
    const store = new MemoryStore();
    const executor = new LocalExecutor({ kernels, dataset, store, engine: provenance });
    const outcome = await runTasks({ tasks: tasksOf(graph.cells), store, executor });
    expect(outcome.diverged.map(({ id }) => id)).toEqual([graph.cells[0].id]);
    expect(outcome.blocked).toHaveLength(graph.cells.length - 1);
    expect((await store.read(graph.cells[0].id)).status).toBe('diverged');
  });

  it('refuses other data, another arithmetic and missing parents', async () => {
    const graph = buildGraph(specify(), dataset);
    const [dense, ticket] = graph.cells;
    const none = new Map();
    await expect(
      executeCell({
        kernels,
        specification: dense.specification,
        dataset: { ...dataset, digest: 'x' },
        parents: none,
      }),
    ).rejects.toThrow(/digest x/);
    await expect(
      executeCell({
        kernels,
        specification: { ...dense.specification, arithmetic: 99 },
        dataset,
        parents: none,
      }),
    ).rejects.toThrow(/version 99/);
    await expect(executeCell({ kernels, specification: ticket.specification, dataset, parents: none })).rejects.toThrow(
      /needed first/,
    );
    await expect(
      executeCell({
        kernels,
        specification: dense.specification,
        dataset,
        parents: none,
        signal: AbortSignal.abort(),
      }),
    ).rejects.toThrow(/stopped at iteration 0/);
  });
});

describe('results and verification', () => {
  it('assembles what is there, with a digest only when nothing is missing', async () => {
    const specification = specify();
    const run = await trainAll(specification);
    const facts = factsOf(dataset);
    const record: RunRecord = {
      run: runFolder(specification, facts),
      specification,
      dataset: facts,
      command: 'lottery run x',
      version: 'test',
      started: '2026-01-01T00:00:00.000Z',
      finished: null,
      engine: 'Node 20.20.2',
      platform: 'test',
      processor: 'test',
      cells: [],
    };
    const results = await assembleResults(record, run.graph, run.store);
    expect(results.cells).toHaveLength(9);
    expect(results.planned).toBe(9);
    expect(results.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(results.network).toEqual({ name: 'stack-16-8', weights: 784 * 16 + 128 + 80 });
    const partial = new MemoryStore();
    await partial.write(await run.find('dense', 0));
    const some = await assembleResults(record, run.graph, partial);
    expect(some.cells).toHaveLength(1);
    expect(some.digest).toBeNull();
  });

  it('finds a cell whose bits are not those of its specification', async () => {
    const run = await trainAll(specify({ levels: 2 }));
    const provenance = { version: 'test', engine: 'test', platform: 'test' };
    const executor = new LocalExecutor({ kernels, dataset, store: run.store, engine: provenance });
    const options = { tasks: tasksOf(run.graph.cells), seed: 1, executor };
    const good = await verifyTasks({ ...options, store: run.store, replay: 99 });
    expect(good).toMatchObject({ checked: { cell: 5 }, absent: { cell: 0 }, replayed: 5, refused: [], problems: [] });
    const forged = new MemoryStore();
    for (const { id } of run.graph.cells.slice(0, 4)) {
      const cell = await run.store.read(id);
      const digests = id === run.graph.cells[1].id ? { ...cell.digests, finalWeights: 'f'.repeat(64) } : cell.digests;
      await forged.write({ ...cell, digests });
    }
    const bad = await verifyTasks({ ...options, store: forged, replay: 99 });
    expect(bad).toMatchObject({ checked: { cell: 4 }, absent: { cell: 1 } });
    expect(bad.problems).toHaveLength(1);
    expect(bad.problems[0]).toContain('differs in its final weights');
    expect(chooseReplays(run.graph.cells, 2, 7)).toEqual(chooseReplays(run.graph.cells, 2, 7));
    expect(chooseReplays(run.graph.cells, 2, 7)).toHaveLength(2);
  });
});
