import { beforeAll, describe, expect, it } from 'vitest';
import { makeStrokes, splitIndices } from '../data/index.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { applyMask, collapsedLayers, tensorsDigest } from '../tickets/index.js';
import { constantRate, train } from '../training/index.js';
import { networkOf } from './cell-specification.js';
import { drawOf } from './draw.js';
import { buildGraph, type PlannedCell, type RunGraph } from './graph.js';
import { MemoryStore } from './memory-store.js';
import { resolveSpecification } from './presets.js';
import { startOf } from './starts.js';
import type { FinishedCell } from './store.js';
import { type CellOutcome, LocalExecutor, runTasks, type TaskEvent, tasksOf } from './tasks/index.js';

const dataset = makeStrokes({ train: 320, test: 100, seed: 3 });
let kernels: Kernels;

beforeAll(async () => {
  kernels = await loadKernels();
});

const specify = (over: Record<string, unknown> = {}) =>
  resolveSpecification({
    network: { hidden: [12, 8] },
    data: { name: 'strokes', validation: 64 },
    optimiser: { name: 'sgd', lr: 0.2, momentum: 0.9, schedule: { steps: { at: [30], factor: 0.1 } } },
    batch: 20,
    iterations: 45,
    evaluateEvery: 20,
    rewind: 20,
    pruning: { rate: 0.5, outputRate: 0.25 },
    controls: { reinitialise: 1, randomMask: 1 },
    trials: 1,
    levels: 3,
    ...over,
  });

interface Run {
  readonly graph: RunGraph;
  readonly store: MemoryStore;
  readonly outcomes: ReadonlyMap<string, CellOutcome>;
  find(condition: string, level: number): Promise<FinishedCell>;
}

async function run(over: Record<string, unknown> = {}, store = new MemoryStore()): Promise<Run> {
  const graph = buildGraph(specify(over), dataset);
  const provenance = { version: 'test', engine: 'test', platform: 'test' };
  const executor = new LocalExecutor({ kernels, dataset, store, engine: provenance });
  const outcomes = new Map<string, CellOutcome>();
  const onEvent = (event: TaskEvent) => {
    if (event.kind !== 'finished' || event.outcome.kind !== 'cell') return;
    outcomes.set(event.task.id, event.outcome);
  };
  const outcome = await runTasks({ tasks: tasksOf(graph.cells), store, executor, onEvent });
  expect(outcome.failed.map(({ error }) => String(error))).toEqual([]);
  expect(outcome.blocked).toEqual([]);
  const find = (condition: string, level: number) =>
    store.read((graph.cells.find((c) => c.condition === condition && c.level === level) as PlannedCell).id);
  return { graph, store, outcomes, find };
}

/** What training on from another cell's final weights gives, said in the training room's own words. */
async function trainedOn(cell: FinishedCell, from: FinishedCell, over: object): Promise<string> {
  const { specification } = cell;
  const { train: trainIndices, validation: validationIndices } = splitIndices(320, 64, specification.data.splitSeed);
  const result = await train({
    kernels,
    plan: {
      network: networkOf(specification),
      dataset,
      normalisation: specification.data.normalisation,
      trainIndices,
      validationIndices,
      start: applyMask(from.finalWeights, cell.mask!),
      mask: cell.mask!,
      optimiser: { name: 'sgd', lr: 0.2, momentum: 0.9, nesterov: false, weightDecay: 0 },
      batch: 20,
      iterations: 45,
      evaluateEvery: 20,
      orderSeed: specification.orderSeed,
      firstIteration: 20,
      snapshots: [],
      testCurve: false,
      storage: 'auto',
      ...over,
    },
  });
  return tensorsDigest(result.finalWeights);
}

const steps = { schedule: { warmup: 0, shape: { kind: 'steps', at: [30], factor: 0.1 } } } as const;

describe('what survivors start from', () => {
  it('with learning-rate rewinding: their final values of the round before, the schedule going on from iteration k', async () => {
    const found = await run({ retrain: 'learning-rate-rewind' });
    const [dense, first, second] = [
      await found.find('dense', 0),
      await found.find('ticket', 1),
      await found.find('ticket', 2),
    ];
    expect(first.specification.start).toEqual({ kind: 'continue', cell: dense.id, iteration: 20 });
    expect(second.specification.start).toEqual({ kind: 'continue', cell: first.id, iteration: 20 });
    expect(second.history.iteration).toEqual([20, 40, 45]);
    expect(first.digests.finalWeights).toBe(await trainedOn(first, dense, steps));
    expect(second.digests.finalWeights).toBe(await trainedOn(second, first, steps));
    expect(second.digests.finalWeights).not.toBe(await trainedOn(second, dense, steps));
  });

  it('with fine-tuning: the same at the last rate, for as many steps', async () => {
    const found = await run({ retrain: 'fine-tune' });
    const [dense, first, second] = [
      await found.find('dense', 0),
      await found.find('ticket', 1),
      await found.find('ticket', 2),
    ];
    expect(second.specification.start).toEqual({ kind: 'continue', cell: first.id, iteration: 20 });
    expect(second.specification.schedule).toEqual(constantRate);
    expect(second.specification.optimiser.lr).toBeCloseTo(0.02, 12);
    const optimiser = { ...second.specification.optimiser };
    expect(first.digests.finalWeights).toBe(await trainedOn(first, dense, { optimiser }));
    expect(second.digests.finalWeights).toBe(await trainedOn(second, first, { optimiser }));
    // The control is trained as the dense network was: from its first iteration, at the whole schedule.
    const control = await found.find('reinitialise', 2);
    expect(control.history.iteration[0]).toBe(0);
    expect(control.specification.schedule).toEqual(dense.specification.schedule);
    expect(control.specification.optimiser.lr).toBe(0.2);
  });

  it('with random masks: what the dense network ended with, since it has a trained value in every place', async () => {
    const found = await run({ retrain: 'learning-rate-rewind' });
    const dense = await found.find('dense', 0);
    const random = await found.find('random-mask', 2);
    expect(random.specification.start).toEqual({ kind: 'continue', cell: dense.id, iteration: 20 });
    expect(random.digests.finalWeights).toBe(await trainedOn(random, dense, steps));
  });

  it('shares its dense network with rewinding to another time, where both keep the weights of either', async () => {
    const dense = (over: Record<string, unknown>) => buildGraph(specify(over), dataset).cells[0].id;
    const both = { snapshots: [20, 5] };
    expect(new Set([dense({ rewind: 0, ...both }), dense({ rewind: 5, ...both }), dense(both)]).size).toBe(1);
    expect(dense({ rewind: 0, snapshots: [20] })).toBe(dense({}));
    const late = await run(both);
    const early = await run({ rewind: 5, ...both }, late.store);
    expect(early.outcomes.has((await late.find('dense', 0)).id)).toBe(false);
    const kept = (await late.find('dense', 0)).snapshots;
    expect([...kept.keys()]).toEqual([5, 20]);
    const ticket = await early.find('ticket', 1);
    expect(ticket.specification.start).toMatchObject({ kind: 'rewind', iteration: 5 });
    expect(ticket.digests.finalWeights).not.toBe((await late.find('ticket', 1)).digests.finalWeights);
  });

  it('differs between the three, which share their dense network and its first mask', async () => {
    const store = new MemoryStore();
    const ways = ['rewind', 'learning-rate-rewind', 'fine-tune'];
    const runs = [];
    for (const retrain of ways) runs.push(await run({ retrain }, store));
    const tickets = await Promise.all(runs.map((each) => each.find('ticket', 1)));
    expect(new Set(tickets.map(({ id }) => id)).size).toBe(3);
    expect(new Set(tickets.map(({ digests }) => digests.finalWeights)).size).toBe(3);
    expect(new Set(tickets.map(({ digests }) => digests.mask)).size).toBe(1);
    // Dense network and first re-initialisation are trained once; the six other cells of each run are its own.
    expect(store.ids()).toHaveLength(3 * 5 + 2);
  });

  it('from one-shot masks: the dense network’s final values at every level', async () => {
    const pruning = { rate: 0.5, outputRate: 0.25, schedule: 'one-shot' };
    const { cells } = buildGraph(specify({ retrain: 'learning-rate-rewind', pruning }), dataset);
    for (const { condition, specification } of cells) {
      if (condition === 'ticket') expect(specification.start).toMatchObject({ kind: 'continue', cell: cells[0].id });
    }
  });

  it('brings the running statistics of batch normalisation along, whichever way', async () => {
    const network = {
      layers: [
        { convolution: 4, stride: 4, name: 'conv1', bias: false },
        { 'batch-normalisation': true, name: 'bn1' },
        'relu',
        'global-average-pool',
        { linear: 10, name: 'fc' },
      ],
    };
    const augmentation = { padding: 2, flip: true };
    for (const retrain of ['rewind', 'learning-rate-rewind']) {
      const found = await run({ network, augmentation, retrain, levels: 2 });
      const dense = await found.find('dense', 0);
      const { specification, mask } = await found.find('ticket', 1);
      const kept = retrain === 'rewind' ? dense.snapshots.get(20)! : dense.finalWeights;
      const start = startOf(
        specification,
        mask,
        new Map([[dense.id, dense]]),
        drawOf(kernels, specification, dataset),
        kernels.sampler,
      );
      expect([...start.keys()]).toEqual([...kept.keys()]);
      for (const name of ['bn1.weight', 'bn1.bias', 'bn1.running_mean', 'bn1.running_var']) {
        expect(start.get(name)).toEqual(kept.get(name));
        expect(mask!.has(name)).toBe(false);
      }
      expect(kept.get('bn1.running_mean')!.some((mean) => mean !== 0)).toBe(true);
      expect(start.get('conv1.weight')!.filter((weight) => weight !== 0)).toHaveLength(18);
    }
  });

  it('counts work for the iterations that are trained', () => {
    const at = (rewind: number) => buildGraph(specify({ rewind }), dataset).cells.find((c) => c.condition === 'ticket');
    expect(at(30)!.cost).toBeCloseTo(at(0)!.cost / 3, 12);
  });

  it('cannot fine-tune at a last rate of zero', () => {
    const optimiser = { name: 'sgd', lr: 0.2, schedule: { cosine: { until: 40 } } };
    expect(() => buildGraph(specify({ retrain: 'fine-tune', optimiser }), dataset)).toThrow(/ends at 0/);
    expect(() => buildGraph(specify({ retrain: 'learning-rate-rewind', optimiser }), dataset)).not.toThrow();
  });
});

describe('a layer that global pruning empties', () => {
  it('is named, and its cells are trained and kept like others', async () => {
    // At a low rate weights stay near where they began, and those of the wide first layer began far the smallest.
    const found = await run({
      network: { hidden: [12, 3] },
      optimiser: { name: 'sgd', lr: 0.001 },
      rewind: 0,
      pruning: { scope: 'global', rate: 0.998, rates: { output: 0.998 } },
      levels: 2,
    });
    const ticket = await found.find('ticket', 1);
    expect(ticket.status).toBe('done');
    const lost = collapsedLayers(ticket.layers);
    expect(lost).toEqual(['fc1']);
    expect(found.outcomes.get(ticket.id)?.collapsed).toEqual(lost);
    expect(found.outcomes.get((await found.find('dense', 0)).id)?.collapsed).toEqual([]);
    for (const value of ticket.history.validationLoss) expect(Number.isFinite(value)).toBe(true);
    for (const values of ticket.finalWeights.values()) expect(values.every(Number.isFinite)).toBe(true);
  });

  it('may be every layer: what is left learns by its biases', async () => {
    const found = await run({ rewind: 0, pruning: { rate: 0.9999, outputRate: 0.999 }, levels: 3 });
    const ticket = await found.find('ticket', 2);
    expect(collapsedLayers(ticket.layers)).toEqual(['fc1', 'fc2', 'fc3']);
    expect(ticket.density).toBe(0);
    expect(ticket.status).toBe('done');
    expect(ticket.end.validationLoss).toBeLessThan(3);
  });
});

describe('settings of training', () => {
  const ids = (over: Record<string, unknown>) => buildGraph(specify(over), dataset).cells.map(({ id }) => id);
  const sgd = { name: 'sgd', lr: 0.2, momentum: 0.9 };

  it('leave names as they were where they change nothing', () => {
    const plain = ids({ optimiser: sgd });
    for (const over of [
      { optimiser: { ...sgd, schedule: {} } },
      { optimiser: { ...sgd, schedule: { warmup: 0 } } },
      { optimiser: { ...sgd, decayOn: 'all' } },
      { optimiser: sgd, labelSmoothing: 0 },
      { optimiser: sgd, augmentation: {} },
      { optimiser: sgd, augmentation: { padding: 0, flip: false } },
      { optimiser: sgd, retrain: 'rewind', rewind: '20it' },
    ]) {
      expect(ids(over), JSON.stringify(over)).toEqual(plain);
    }
  });

  it('make other names where they decide bits', () => {
    const plain = new Set(ids({ optimiser: sgd }));
    for (const over of [
      { optimiser: { ...sgd, schedule: { warmup: 5 } } },
      { optimiser: { ...sgd, schedule: { steps: { at: [5] } } } },
      { optimiser: { ...sgd, schedule: { cosine: {} } } },
      { optimiser: { ...sgd, decayOn: 'weights' } },
      { optimiser: sgd, clipNorm: 1 },
      { optimiser: sgd, labelSmoothing: 0.1 },
      { optimiser: sgd, augmentation: { padding: 4 } },
      { optimiser: sgd, augmentation: { flip: true } },
    ]) {
      expect(
        ids(over).filter((id) => plain.has(id)),
        JSON.stringify(over),
      ).toEqual([]);
    }
    const pruned = ids({ optimiser: sgd, pruning: { rate: 0.5, outputRate: 0.25, rates: { linear: 0.4 } } });
    expect(pruned.filter((id) => plain.has(id))).toHaveLength(1);
  });

  it('are refused where they would prune nothing at all', () => {
    const pruning = { rate: 0.5, rates: { linear: 0, output: 0 } };
    expect(() => buildGraph(specify({ pruning }), dataset)).toThrow(/leaves every layer of stack-12-8 alone/);
    expect(() => buildGraph(specify({ pruning: { layers: { fc9: 0.1 } } }), dataset)).toThrow(
      /pruning.layers.fc9 is 0.1, but .*; expected one of fc1, fc2, fc3/,
    );
  });
});
