import { beforeAll, describe, expect, it } from 'vitest';
import { keptOf, placesOf, tinyRun, tinySpecification, tinyStrokes } from '../../test/fixtures/tiny-run.js';
import { splitIndices } from '../data/index.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import type { Mask } from '../networks/network.js';
import { deriveSeed } from '../random/stream.js';
import { applyMask, initialise, maskDigest, startValues, tensorsDigest } from '../tickets/index.js';
import { train } from '../training/index.js';
import { networkOf } from './cell-specification.js';
import { describeCell } from './describe-cell.js';
import { drawOf } from './draw.js';
import { executeCell, type TrainedCell } from './execute.js';
import { buildGraph } from './graph.js';
import type { PlannedCell } from './trial-cells.js';

let kernels: Kernels;

beforeAll(async () => {
  kernels = await loadKernels();
});

const run = (pruning: object = {}, over: object = {}) =>
  tinyRun(kernels, { pruning: { rate: 0.5, outputRate: 0.25, ...pruning }, ...over });

const initialOf = ({ specification }: Pick<TrainedCell, 'specification'>) =>
  initialise(networkOf(specification), 'glorot-normal', specification.initialisation.seed, kernels.sampler);

/** The whole network trained with a cell's mask, from given values, said in the training room's own words. */
async function trainedWhole({ specification, mask }: TrainedCell, start: ReadonlyMap<string, Float32Array>) {
  const { train: trainIndices, validation: validationIndices } = splitIndices(320, 64, specification.data.splitSeed);
  return await train({
    kernels,
    plan: {
      network: networkOf(specification),
      dataset: tinyStrokes,
      normalisation: specification.data.normalisation,
      trainIndices,
      validationIndices,
      start,
      mask: mask as Mask,
      optimiser: specification.optimiser,
      batch: 20,
      iterations: 40,
      evaluateEvery: 20,
      orderSeed: specification.orderSeed,
      firstIteration: 0,
      snapshots: [],
      testCurve: false,
      storage: 'auto',
    },
  });
}

describe('a run that prunes units', () => {
  it('trains the smaller network to the bits of the whole one under its mask, round after round', async () => {
    const { graph, trained } = await run({ structure: 'units' }, { levels: 3 });
    // 6 of 12 and 4 of 8 units; then 3 and 2.
    expect(keptOf(trained('ticket', 1))).toEqual([784 * 6, 6 * 4, 4 * 10]);
    expect(keptOf(trained('ticket', 2))).toEqual([784 * 3, 3 * 2, 2 * 10]);
    for (const level of [1, 2]) {
      const ticket = trained('ticket', level);
      expect(graph.ladder[level].layers).toEqual(ticket.layers);
      const mask = ticket.mask as Mask;
      const whole = await trainedWhole(ticket, applyMask(initialOf(ticket), mask));
      for (const [name, bits] of mask) {
        expect(ticket.finalWeights.get(name)).toHaveLength(bits.length);
        expect(ticket.finalWeights.get(name)).toEqual(whole.finalWeights.get(name));
      }
      expect(ticket.history).toEqual(whole.history);
      expect(ticket.end).toEqual(whole.end);
      // The biases of units that are gone are gone too; those of the others are the same.
      const first = mask.get('fc1.weight') as Uint8Array;
      const [bias, other] = [ticket, whole].map(({ finalWeights }) => finalWeights.get('fc1.bias') as Float32Array);
      bias.forEach((value, unit) => {
        const alive = first.subarray(784 * unit, 784 * (unit + 1)).includes(1);
        expect(value).toBe(alive ? other[unit] : 0);
      });
    }
    expect(trained('ticket', 2).cost?.training.forward).toBeLessThan(trained('ticket', 1).cost?.training.forward ?? 0);
  });

  it('has one density a ticket, its own, where units of all layers are ranked together', async () => {
    const { graph, trained } = await run({ structure: 'units', scope: 'global' });
    const cell = graph.cells.find(({ condition }) => condition === 'ticket') as PlannedCell;
    // Which units will be left is not known before they are scored.
    expect(cell.isEstimate).toBe(true);
    expect(describeCell(cell)).toBe('ticket, trial 0, level 1');
    const { density } = trained('ticket');
    expect(describeCell({ ...cell, isEstimate: undefined, density })).toContain(`(${(density * 100).toFixed(2)}%)`);
    const layerwise = await run({ structure: 'units' });
    const planned = layerwise.graph.cells.find(({ condition }) => condition === 'ticket') as PlannedCell;
    expect(planned.isEstimate).toBeUndefined();
    expect(layerwise.trained('ticket').density).toBe(planned.density);
  });

  it('re-initialises the same units, and draws random masks with as many weights a layer', async () => {
    const { trained } = await run({ structure: 'units' });
    const ticket = trained('ticket');
    expect(maskDigest(trained('reinitialise').mask as Mask)).toBe(maskDigest(ticket.mask as Mask));
    expect(trained('random-mask').layers).toEqual(ticket.layers);
  });
});

describe('a run that prunes blocks', () => {
  it('keeps exact numbers of whole blocks, those at the edges smaller', async () => {
    const ticket = (await run({ structure: { blocks: 4 } })).trained('ticket');
    // 3 x 196, 2 x 3 and 3 x 2 blocks; of the last 2 go, which is 1.5 rounded up.
    const shapes = { 'fc1.weight': [12, 784, 294], 'fc2.weight': [8, 12, 3], 'output.weight': [10, 8, 4] };
    const names = [...(ticket.mask as Mask).keys()];
    Object.values(shapes).forEach(([outputs, inputs, blocks], place) => {
      const bits = ticket.mask?.get(names[place]) as Uint8Array;
      const seen = new Map<string, Set<number>>();
      bits.forEach((bit, i) => {
        const key = `${Math.floor(i / inputs / 4)} ${Math.floor((i % inputs) / 4)}`;
        seen.set(key, (seen.get(key) ?? new Set()).add(bit));
      });
      expect(seen.size).toBe(Math.ceil(outputs / 4) * (inputs / 4));
      expect([...seen.values()].every(({ size }) => size === 1)).toBe(true);
      expect([...seen.values()].filter((bit) => bit.has(1))).toHaveLength(blocks);
    });
    expect(keptOf(ticket).slice(0, 2)).toEqual([294 * 16, 3 * 16]);
  });
});

describe('a run that keeps n of m', () => {
  it('leaves two of every four inputs of an output', async () => {
    const ticket = (await run({ structure: { keep: 2, of: 4 } })).trained('ticket');
    expect(keptOf(ticket)).toEqual([4704, 48, 40]);
    for (const bits of (ticket.mask as Mask).values()) {
      for (let i = 0; i < bits.length; i += 4) expect(bits[i] + bits[i + 1] + bits[i + 2] + bits[i + 3]).toBe(2);
    }
  });

  it('has one level, and no densities', () => {
    const specified = (pruning: object) =>
      tinySpecification({ pruning: { structure: { keep: 2, of: 4 }, ...pruning }, levels: 5 });
    expect(specified({}).levels).toBe(2);
    expect(() => buildGraph(specified({ densities: [0.5] }), tinyStrokes)).toThrow(
      /pruning\.densities is \[0\.5\], but structure n-of-m sets the density itself, 2 of each 4/,
    );
  });
});

describe('pruned weights that are frozen', () => {
  it('keep their first values to the end, while the others learn', async () => {
    const { trained, planned } = await run({}, { pruned: 'frozen' });
    expect(planned('dense').specification.pruned).toBeUndefined();
    for (const condition of ['ticket', 'random-mask', 'shuffled-mask', 'reinitialise']) {
      const cell = trained(condition);
      const { start, initialisation } = cell.specification;
      const seed = start.kind === 'reinitialise' ? start.seed : initialisation.seed;
      const first = drawOf(kernels, cell.specification, tinyStrokes)(seed);
      for (const [name, bits] of cell.mask as Mask) {
        const [final, initial] = [cell.finalWeights, first].map((values) => values.get(name) as Float32Array);
        expect(bits.every((bit, i) => bit === 1 || Object.is(final[i], initial[i]))).toBe(true);
        expect(bits.some((bit, i) => bit === 1 && final[i] !== initial[i])).toBe(true);
      }
    }
    const zero = (await run()).trained('ticket');
    expect(trained('ticket').mask).toEqual(zero.mask);
    expect(trained('ticket').id).not.toBe(zero.id);
    expect(trained('ticket').digests.finalWeights).not.toBe(zero.digests.finalWeights);
  });
});

describe('small dense networks', () => {
  it('have about as many weights as the ticket, no mask and draws of their own', async () => {
    const over = { controls: { reinitialise: 0, smallDense: 2 }, levels: 3 };
    const graph = buildGraph(tinySpecification({ ...over, trials: 2 }), tinyStrokes);
    const small = graph.cells.filter(({ condition }) => condition === 'small-dense');
    expect(small).toHaveLength(2 * 2 * 2);
    const seeds = small.map(({ specification: { start } }) => (start.kind === 'reinitialise' ? start.seed : null));
    expect(new Set(seeds).size).toBe(small.length);
    for (const { level, specification, parents } of small) {
      expect(specification.mask).toBeNull();
      expect(parents).toEqual([]);
      const { layers } = graph.ladder[level];
      const wanted = layers.reduce((sum, { kept }) => sum + kept, 0);
      const linear = specification.network.layers.flatMap((layer) => (layer.kind === 'linear' ? [layer] : []));
      const weights = linear.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
      // One unit of the first layer more or less is 784 weights and what it gives.
      expect(Math.abs(weights - wanted)).toBeLessThan(800 / 2 + 50);
    }
    const { trained } = await run({}, { controls: { reinitialise: 0, smallDense: 1 } });
    const cell = trained('small-dense');
    expect(cell.density).toBe(1);
    expect(cell.mask).toBeNull();
    expect(cell.end.iteration).toBe(40);
  });

  it('keep their names when a density is added between two others', () => {
    const ids = (densities: number[]) => {
      const pruning = { schedule: 'one-shot', densities };
      const over = { pruning, levels: densities.length + 1, controls: { smallDense: 1, reinitialise: 1 } };
      const graph = buildGraph(tinySpecification({ ...over, start: { name: 'reshuffle' } }), tinyStrokes);
      return graph.cells.map(({ id }) => id);
    };
    const more = new Set(ids([0.5, 0.3, 0.2]));
    expect(ids([0.5, 0.2]).filter((id) => !more.has(id))).toEqual([]);
  });
});

describe('other starts', () => {
  const starts = [{ name: 'signed-constant' }, { name: 'noise', deviations: 0.5 }] as const;

  it.each(starts)('are what src/tickets/starts makes of the initial values, as a control: $name', async (start) => {
    const { graph, planned, trained } = await run({}, { controls: { reinitialise: 0, starts: [start] } });
    const condition = 'deviations' in start ? `${start.name}-${start.deviations}` : start.name;
    expect(placesOf({ graph })).toEqual(['dense 0', 'ticket 1', `${condition} 1`]);
    const cell = trained(condition);
    const by = cell.specification.start;
    if (by.kind !== 'altered') throw new Error(by.kind);
    expect(by).toMatchObject({ by: start.name, ...('deviations' in start ? { amount: 0.5 } : {}) });
    expect(cell.mask).toEqual(trained('ticket').mask);
    expect(planned(condition).parents).toEqual([planned('dense').id]);
    const mask = cell.mask as Mask;
    const redrawn = drawOf(kernels, cell.specification, tinyStrokes)(deriveSeed(by.seed, 'redrawn'));
    const values = startValues(start.name, {
      initial: initialOf(cell),
      redrawn,
      mask,
      seed: by.seed,
      amount: by.amount,
      sampler: kernels.sampler,
    });
    expect(tensorsDigest((await trainedWhole(cell, values)).finalWeights)).toBe(cell.digests.finalWeights);
    if (start.name === 'signed-constant') {
      const kept = [...(values.get('fc1.weight') as Float32Array)].filter((value) => value !== 0).map(Math.abs);
      expect(new Set(kept).size).toBe(1);
    }
  });

  it('are altered from the weights of a rewind where there is one, with whatever is pruned frozen at those', async () => {
    const over = { rewind: 10, start: { name: 'sign-flipped' }, pruned: 'frozen', controls: { reinitialise: 0 } };
    const { planned, trained } = await run({}, over);
    const dense = trained('dense');
    expect(planned('ticket').specification.start).toMatchObject({
      kind: 'altered',
      by: 'sign-flipped',
      rewind: { cell: dense.id, iteration: 10 },
    });
    const ticket = trained('ticket');
    expect(ticket.history.iteration).toEqual([10, 20, 40]);
    const at = dense.snapshots.get(10) as ReadonlyMap<string, Float32Array>;
    for (const [name, bits] of ticket.mask as Mask) {
      const [final, rewound] = [ticket.finalWeights, at].map((values) => values.get(name) as Float32Array);
      expect(bits.every((bit, i) => bit === 1 || final[i] === rewound[i])).toBe(true);
    }
    const gone = () =>
      executeCell({ kernels, specification: ticket.specification, dataset: tinyStrokes, parents: new Map() });
    await expect(gone()).rejects.toThrow(/needed first/);
  });
});
