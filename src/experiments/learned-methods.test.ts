import { beforeAll, describe, expect, it } from 'vitest';
import { tinyRun, tinySpecification, tinyStrokes } from '../../test/fixtures/tiny-run.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { parametersOf, type Tensors } from '../networks/network.js';
import { initialise } from '../tickets/index.js';
import { Trainer } from '../training/trainer.js';
import { type CellSpecification, networkOf } from './cell-specification.js';
import { drawOf } from './draw.js';
import { plannedEvolution } from './evolutions.js';
import { examplesOf } from './examples.js';
import { buildGraph } from './graph.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const rates = { rate: 0.5, outputRate: 0.25 };

/** The cell that learns a mask, as planned. */
function searchOf(schedule: string): CellSpecification {
  const { cells } = buildGraph(tinySpecification({ pruning: { ...rates, schedule } }), tinyStrokes);
  const found = cells.find(({ condition }) => condition === 'search');
  if (found === undefined) throw new Error(schedule);
  return found.specification;
}

const firstOf = (specification: CellSpecification) =>
  drawOf(kernels, specification, tinyStrokes)(specification.initialisation.seed);

describe('edge-popup as its authors have it', () => {
  it('chooses among weights of plus or minus sqrt(2 / fan in), with the signs of the normal numbers that are drawn', async () => {
    const search = searchOf('edge-popup');
    const network = networkOf(search);
    const first = firstOf(search);
    const drawn = initialise(network, 'he-normal', search.initialisation.seed, kernels.sampler);
    for (const { name, role, fanIn } of parametersOf(network)) {
      const values = first.get(name) as Float32Array;
      if (role === 'bias') expect(values.every((value) => value === 0)).toBe(true);
      else {
        const normal = drawn.get(name) as Float32Array;
        const size = Math.fround(Math.sqrt(2 / fanIn));
        expect(values).toEqual(normal.map((value) => (value < 0 ? -size : size)));
        expect(values.filter((value) => value > 0).length / values.length).toBeCloseTo(0.5, 0);
      }
    }
    // Search, ticket and its re-initialisation are of such weights; the search ends with those it began with.
    const run = await tinyRun(kernels, { pruning: { ...rates, schedule: 'edge-popup' } });
    const { mask, finalWeights } = run.trained('search');
    for (const [name, bits] of mask ?? []) {
      const values = first.get(name) as Float32Array;
      expect(finalWeights.get(name)).toEqual(values.map((value, i) => (bits[i] === 1 ? value : 0)));
    }
  });
});

describe('the scores of a learned mask', () => {
  it.each([
    ['edge-popup', 0.1, 1e-4, (t: number) => 0.05 * (1 + Math.cos((Math.PI * t) / 40))],
    ['supermask', 100, 0, () => 100],
  ] as const)(
    'of %s move by SGD at a rate of %s with momentum 0.9, followed in double precision',
    (schedule, lr, decay, rateAt) => {
      const search = searchOf(schedule);
      expect(search.optimiser).toEqual({ name: 'sgd', lr, momentum: 0.9, nesterov: false, weightDecay: decay });
      const network = networkOf(search);
      const { train, validation } = examplesOf(search, tinyStrokes);
      const { optimiser, schedule: shape, decayOn, batch, iterations, evaluateEvery, orderSeed, testCurve } = search;
      const trainer = new Trainer(kernels, {
        ...{ optimiser, schedule: shape, decayOn, batch, iterations, evaluateEvery, orderSeed, testCurve },
        ...plannedEvolution(network, search.evolution as NonNullable<CellSpecification['evolution']>),
        network,
        dataset: tinyStrokes,
        normalisation: search.data.normalisation,
        trainIndices: train,
        validationIndices: validation,
        start: firstOf(search),
        firstIteration: 0,
        snapshots: [],
        storage: 'auto',
      });
      const doubles = (tensors: Tensors) =>
        new Map([...tensors].map(([name, values]) => [name, Float64Array.from(values)]));
      const scores = doubles(trainer.scores as Tensors);
      const speed = new Map([...scores].map(([name, { length }]) => [name, new Float64Array(length)]));
      for (let t = 0; t < 12; t++) {
        trainer.train(1);
        const { gradients } = trainer;
        for (const [name, values] of scores) {
          const slopes = gradients.get(name) as Float32Array;
          const v = speed.get(name) as Float64Array;
          const now = trainer.scores?.get(name) as Float32Array;
          values.forEach((score, i) => {
            v[i] = 0.9 * v[i] + slopes[i] + decay * score;
            values[i] = score - rateAt(t) * v[i];
          });
          const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          const furthest = values.reduce((most, value, i) => Math.max(most, Math.abs(value - now[i])), 0);
          expect(furthest).toBeLessThan(2e-6 * Math.max(1, largest));
        }
      }
    },
  );
});
