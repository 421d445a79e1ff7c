import { beforeAll, describe, expect, it } from 'vitest';
import { makeStrokes } from '../data/index.js';
import { splitIndices } from '../data/split.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { applyMask, initialise, tensorsDigest } from '../tickets/index.js';
import { networkOf } from './cell-specification.js';
import { drawOf } from './draw.js';
import { executeCell } from './execute.js';
import { buildGraph, type PlannedCell } from './graph.js';
import { MemoryStore } from './memory-store.js';
import { resolveSpecification } from './presets.js';
import { startOf } from './starts.js';
import { LocalExecutor, runTasks, tasksOf } from './tasks/index.js';

const dataset = makeStrokes({ train: 320, test: 60, seed: 3 });
let kernels: Kernels;

beforeAll(async () => {
  kernels = await loadKernels();
});

const specify = (name: string) =>
  resolveSpecification({
    network: { hidden: [16, 8], activation: 'tanh' },
    initialisation: { name },
    data: { name: 'strokes', validation: 64 },
    batch: 20,
    iterations: 20,
    evaluateEvery: 10,
    trials: 1,
    levels: 2,
  });

describe('first draws', () => {
  it('that look at examples are those of ticket, control and dense network, bit for bit', async () => {
    const { cells } = buildGraph(specify('lsuv'), dataset);
    const store = new MemoryStore();
    const provenance = { version: 'test', engine: 'test', platform: 'test' };
    const outcome = await runTasks({
      tasks: tasksOf(cells),
      store,
      executor: new LocalExecutor({ kernels, dataset, store, engine: provenance }),
    });
    expect(outcome.failed.map(({ error }) => String(error))).toEqual([]);
    const find = async (condition: string) =>
      store.read((cells.find((cell) => cell.condition === condition) as PlannedCell).id);
    const [dense, ticket, control] = [await find('dense'), await find('ticket'), await find('reinitialise')];
    const draw = drawOf(kernels, dense.specification, dataset);
    const initial = draw(dense.specification.initialisation.seed);
    const parents = new Map([[dense.id, dense]]);
    const start = (cell: typeof ticket) =>
      tensorsDigest(startOf(cell.specification, cell.mask, parents, draw, kernels.sampler));
    expect(start(dense)).toBe(tensorsDigest(initial));
    expect(start(ticket)).toBe(tensorsDigest(applyMask(initial, ticket.mask as NonNullable<typeof ticket.mask>)));
    expect(start(control)).not.toBe(start(ticket));
    // Trained again, on kernels that have done other things.
    const again = await executeCell({
      kernels: await loadKernels(),
      specification: ticket.specification,
      dataset,
      parents,
    });
    expect(again.digests).toEqual(ticket.digests);
  });

  it('look at training examples alone, and do not depend on what a training step takes', () => {
    const [{ specification }] = buildGraph(specify('lsuv'), dataset).cells;
    const { seed } = specification.initialisation;
    const digest = (given: typeof specification, data = dataset) => tensorsDigest(drawOf(kernels, given, data)(seed));
    expect(digest({ ...specification, batch: 50, iterations: 10 })).toBe(digest(specification));
    const { validation, splitSeed } = specification.data;
    const images = dataset.train.images.slice();
    for (const e of splitIndices(320, validation, splitSeed).validation) images.fill(0, e * 784, (e + 1) * 784);
    const blank = { ...dataset, train: { ...dataset.train, images }, digest: 'blank' };
    expect(digest(specification, blank)).toBe(digest(specification));
    const split = { ...specification, data: { ...specification.data, splitSeed: 1 } };
    expect(digest(split)).not.toBe(digest(specification));
  });

  it('of other initialisers are what they were', () => {
    const [{ specification }] = buildGraph(specify('glorot-normal'), dataset).cells;
    const { name, seed } = specification.initialisation;
    const plain = initialise(networkOf(specification), name, seed, kernels.sampler);
    expect(tensorsDigest(drawOf(kernels, specification, dataset)(seed))).toBe(tensorsDigest(plain));
  });
});
