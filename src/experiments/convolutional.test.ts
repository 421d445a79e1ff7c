import { beforeAll, describe, expect, it } from 'vitest';
import { makeStrokes } from '../data/index.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { initialise, maskDigest } from '../tickets/index.js';
import { mapAtOnce } from './at-once.js';
import { networkOf, parentsOf } from './cell-specification.js';
import { drawOf } from './draw.js';
import { executeCell } from './execute.js';
import { buildGraph, type PlannedCell, type RunGraph } from './graph.js';
import { MemoryStore } from './memory-store.js';
import { resolveSpecification } from './presets.js';
import { startOf } from './starts.js';
import type { FinishedCell } from './store.js';
import { LocalExecutor, runTasks, tasksOf } from './tasks/index.js';

const dataset = makeStrokes({ train: 160, test: 48, seed: 3 });
let kernels: Kernels;

beforeAll(async () => {
  kernels = await loadKernels();
});

/** A residual block with batch normalisation and a convolution on its shortcut, small enough to train in a moment. */
const residual = {
  layers: [
    { convolution: 4, kernel: 3, stride: 4, bias: false, name: 'conv1' },
    { 'batch-normalisation': true, name: 'bn1' },
    { relu: true, name: 'stem' },
    { convolution: 8, kernel: 3, stride: 2, bias: false, name: 'conv2' },
    { 'batch-normalisation': true, name: 'bn2' },
    {
      convolution: 8,
      kernel: 1,
      stride: 2,
      padding: 0,
      bias: false,
      downsampling: true,
      name: 'shortcut',
      from: 'stem',
    },
    { addition: ['bn2', 'shortcut'] },
    'relu',
    'global-average-pool',
    { linear: 10, name: 'fc' },
  ],
};

const specify = (over: Record<string, unknown> = {}) =>
  resolveSpecification({
    network: residual,
    data: { name: 'strokes', validation: 32 },
    optimiser: {
      name: 'sgd',
      lr: 0.1,
      momentum: 0.9,
      weightDecay: 1e-3,
      decayOn: 'weights',
      schedule: { warmup: 4, steps: { at: ['2ep'], factor: 0.1 } },
    },
    augmentation: { padding: 2, flip: true },
    clipNorm: 0.3,
    labelSmoothing: 0.1,
    batch: 16,
    iterations: '3ep',
    evaluateEvery: 8,
    rewind: '1ep',
    pruning: { scope: 'global', rate: 0.5, rates: { output: 0, downsampling: 0 } },
    controls: { reinitialise: 1, randomMask: 1 },
    trials: 1,
    levels: 3,
    ...over,
  });

interface Run {
  readonly graph: RunGraph;
  readonly store: MemoryStore;
  find(condition: string, level: number): Promise<FinishedCell>;
}

async function run(over: Record<string, unknown> = {}): Promise<Run> {
  const graph = buildGraph(specify(over), dataset);
  const store = new MemoryStore();
  const provenance = { version: 'test', engine: 'test', platform: 'test' };
  const outcome = await runTasks({
    tasks: tasksOf(graph.cells),
    store,
    executor: new LocalExecutor({ kernels, dataset, store, engine: provenance }),
  });
  expect(outcome.failed.map(({ error }) => String(error))).toEqual([]);
  expect(outcome.blocked).toEqual([]);
  const find = (condition: string, level: number) =>
    store.read((graph.cells.find((c) => c.condition === condition && c.level === level) as PlannedCell).id);
  return { graph, store, find };
}

const statistics = ['bn1.running_mean', 'bn1.running_var', 'bn2.running_mean', 'bn2.running_var'];

describe('a residual network’s cells', () => {
  it('carry running statistics with the weights: kept, rewound to and given back', async () => {
    const { store, find } = await run();
    const dense = await find('dense', 0);
    const ticket = await find('ticket', 2);
    expect([...dense.snapshots.keys()]).toEqual([8]);
    const parents = new Map<string, FinishedCell>();
    for (const id of parentsOf(ticket.specification)) parents.set(id, await store.read(id));
    const start = startOf(
      ticket.specification,
      ticket.mask,
      parents,
      drawOf(kernels, ticket.specification, dataset),
      kernels.sampler,
    );
    const initial = initialise(networkOf(ticket.specification), 'glorot-normal', 0, kernels.sampler);
    for (const name of statistics) {
      expect(start.get(name), name).toEqual(dense.snapshots.get(8)?.get(name));
      expect(start.get(name), name).not.toEqual(initial.get(name));
      expect(ticket.finalWeights.get(name), name).not.toEqual(start.get(name));
    }
    // A re-initialised control begins with those of a network that has seen nothing.
    const control = await find('reinitialise', 2);
    const drawn = startOf(
      control.specification,
      control.mask,
      parents,
      drawOf(kernels, control.specification, dataset),
      kernels.sampler,
    );
    for (const name of statistics) expect(drawn.get(name), name).toEqual(initial.get(name));
  });

  it('lose weights of the chosen kinds alone, exactly as many as the ladder says', async () => {
    const { graph, find } = await run();
    const ticket = await find('ticket', 2);
    expect([...(ticket.mask?.keys() ?? [])]).toEqual(['conv1.weight', 'conv2.weight', 'shortcut.weight', 'fc.weight']);
    const kept = Object.fromEntries(ticket.layers.map((count) => [count.layer, count.kept]));
    expect(kept.conv1 + kept.conv2).toBe((36 + 288) / 4);
    expect([kept.shortcut, kept.fc]).toEqual([32, 80]);
    expect(ticket.density).toBeCloseTo(graph.ladder[2].density, 12);
    for (const [name, bits] of ticket.mask ?? []) {
      const values = ticket.finalWeights.get(name) as Float32Array;
      expect(values.every((value, i) => bits[i] === 1 || Object.is(value, 0))).toBe(true);
    }
  });

  it('have the same bits again, and other bits where a setting of training is another', async () => {
    const { graph } = await run({ levels: 1 });
    const [{ specification }] = graph.cells;
    const none = new Map();
    const digest = async (over: object) =>
      (
        await executeCell({
          kernels,
          specification: { ...specification, ...over },
          dataset,
          parents: none,
        })
      ).digests.finalWeights;
    const plain = await digest({});
    expect(await digest({})).toBe(plain);
    const changes = [
      { schedule: { warmup: 0, shape: specification.schedule.shape } },
      { schedule: { warmup: 4, shape: { kind: 'cosine', until: 24, floor: 0 } } },
      { decayOn: 'all' },
      { clipNorm: null },
      { clipNorm: 0.01 },
      { labelSmoothing: 0 },
      { augmentation: null },
      { augmentation: { padding: 2, flip: false } },
      { augmentation: { padding: 0, flip: true } },
    ];
    const others = await mapAtOnce(changes, digest, 1);
    expect(new Set([plain, ...others]).size).toBe(others.length + 1);
  });

  it('count lengths in epochs of the examples that are trained on', async () => {
    const { graph, find } = await run({ levels: 1 });
    // 160 less 32 held out, in batches of 16.
    expect(graph.lengths).toMatchObject({ epoch: 8, iterations: 24, rewind: 8 });
    const dense = await find('dense', 0);
    expect(dense.history.iteration).toEqual([0, 8, 16, 24]);
    expect(dense.specification.schedule).toEqual({ warmup: 4, shape: { kind: 'steps', at: [16], factor: 0.1 } });
  });

  it('go on with the rest of a run when one of them diverges', async () => {
    const sane = buildGraph(specify({ levels: 2, optimiser: { name: 'sgd', lr: 0.1 } }), dataset);
    const wild = buildGraph(specify({ levels: 2, optimiser: { name: 'sgd', lr: 1e30 }, clipNorm: 1e30 }), dataset);
    const store = new MemoryStore();
    const provenance = { version: 'test', engine: 'test', platform: 'test' };
    const outcome = await runTasks({
      tasks: tasksOf([...wild.cells, ...sane.cells]),
      store,
      executor: new LocalExecutor({ kernels, dataset, store, engine: provenance }),
    });
    expect(outcome.failed).toEqual([]);
    expect(outcome.diverged.map(({ id }) => id)).toEqual([wild.cells[0].id]);
    expect(outcome.blocked.map(({ task }) => task.id).sort()).toEqual(
      wild.cells
        .slice(1)
        .map(({ id }) => id)
        .sort(),
    );
    for (const { id } of sane.cells) expect((await store.readSummary(id)).status).toBe('done');
  });
});

describe('the random score', () => {
  const pruning = { score: 'random', scope: 'global', rate: 0.5, rates: { output: 0 } };

  it('has a seed of the trial’s in its masks, and the other score none', () => {
    const cells = (over: object, trials = 2) => buildGraph(specify({ pruning: over, trials }), dataset).cells;
    const seeds = (over: object) =>
      cells(over).flatMap(({ condition, specification: { mask } }) =>
        condition === 'ticket' && mask?.kind === 'prune' ? [mask.seed] : [],
      );
    const found = seeds(pruning);
    expect(found).toHaveLength(4);
    expect(new Set(found).size).toBe(2);
    expect(seeds({ ...pruning, score: 'magnitude' })).toEqual(new Array(4).fill(undefined));
    const two = new Set(cells(pruning).map(({ id }) => id));
    expect(cells(pruning, 1).every(({ id }) => two.has(id))).toBe(true);
  });

  it('prunes the same weights whether round by round or at once', async () => {
    const iterative = await (await run({ pruning })).find('ticket', 2);
    const atOnce = await (await run({ pruning: { ...pruning, schedule: 'one-shot' } })).find('ticket', 2);
    expect(iterative.mask && maskDigest(iterative.mask)).toBe(atOnce.mask && maskDigest(atOnce.mask));
    expect(iterative.id).not.toBe(atOnce.id);
  });
});
