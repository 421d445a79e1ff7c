import { beforeAll, describe, expect, it } from 'vitest';
import { referenceLoss } from '../../../test/fixtures/reference-network.js';
import { stopWhen } from '../../../test/fixtures/stop-when.js';
import { type TinyRun, tinyRun, tinyStrokes } from '../../../test/fixtures/tiny-run.js';
import {
  inputVariances,
  maskProperties,
  propertyIds,
  ticketProperties,
} from '../../analysis/ticket-properties/index.js';
import { balancedExamples } from '../../data/balanced.js';
import { splitIndices } from '../../data/split.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { type Mask, prunableParameters, type Tensors } from '../../networks/network.js';
import { initialise } from '../../tickets/index.js';
import { Turns } from '../../training/turns.js';
import { networkOf } from '../cell-specification.js';
import type { TrainedCell } from '../execute.js';
import type { FinishedCell } from '../store.js';
import { makeMeasurement } from './index.js';
import { type PropertiesSpecification, planProperties, properties, propertyDefaults } from './properties.js';

let kernels: Kernels;
let run: TinyRun;
let rewound: TinyRun;
beforeAll(async () => {
  kernels = await loadKernels();
  run = await tinyRun(kernels);
  rewound = await tinyRun(kernels, { rewind: 10 });
});

const choices = { ...propertyDefaults, examples: 60, steps: 8, draws: 4, kernelExamples: 10 };

async function measured(cell: TrainedCell, when: 'before' | 'after', others: readonly TrainedCell[] = [], seed = 7) {
  const { specification, id } = planProperties(cell, when, seed, 'a ticket', choices);
  expect(id).toMatch(/^[0-9a-f]{64}$/);
  const cells = new Map([cell, ...others].map((one) => [one.id, one as FinishedCell]));
  expect(specification.cells.every((own) => cells.has(own))).toBe(true);
  return await properties.measure(specification, {
    kernels,
    dataset: tinyStrokes,
    cell: (own) => cells.get(own) as FinishedCell,
    turns: new Turns(),
    progress: async () => {},
  });
}

/** The length of the slope of the loss along the surviving weights' gradient, in double precision: g . g for that gradient. */
function steepness({ specification, mask }: TrainedCell, weights: Tensors): number {
  const network = networkOf(specification);
  const { validation, splitSeed, normalisation } = specification.data;
  const { train } = splitIndices(tinyStrokes.train.count, validation, splitSeed);
  const examples = balancedExamples(tinyStrokes.train.labels, train, 60, 7);
  const doubles = new Map([...weights].map(([name, values]) => [name, Float64Array.from(values)]));
  const loss = () =>
    referenceLoss({
      network,
      weights: doubles,
      images: [...examples].map((e) =>
        Float64Array.from(
          tinyStrokes.train.images.subarray(e * 784, (e + 1) * 784),
          (pixel) => (pixel / 255 - normalisation.mean[0]) / normalisation.deviation[0],
        ),
      ),
      labels: [...examples].map((e) => tinyStrokes.train.labels[e]),
      orderSeed: 0,
      iteration: 0,
    });
  // Of the two small layers alone: the first has nine thousand weights.
  let square = 0;
  for (const { name } of prunableParameters(network).slice(1)) {
    const values = doubles.get(name) as Float64Array;
    const bits = (mask as Mask).get(name) as Uint8Array;
    values.forEach((value, i) => {
      if (bits[i] === 0) return;
      values[i] = value + 1e-6;
      const up = loss();
      values[i] = value - 1e-6;
      square += ((up - loss()) / 2e-6) ** 2;
      values[i] = value;
    });
  }
  return square;
}

const ofMask = propertyIds.filter((id) => ticketProperties[id].of === 'mask');
const ofWeights = propertyIds.filter((id) => ticketProperties[id].of === 'weights');

describe('the properties of a cell', () => {
  it('are all there before training, and those of the weights after, as plain data', async () => {
    for (const condition of ['ticket', 'random-mask', 'reinitialise']) {
      const cell = run.trained(condition);
      const before = await measured(cell, 'before');
      const after = await measured(cell, 'after');
      expect(Object.keys(before.values)).toEqual([...ofMask, ...ofWeights]);
      expect(Object.keys(after.values)).toEqual(ofWeights);
      for (const found of [before, after]) {
        expect(JSON.parse(JSON.stringify(found))).toEqual(found);
        expect(found.hessian?.eigenvalues).toHaveLength(choices.eigenvalues);
        expect(found.layers.map(({ kept }) => kept)).toEqual(cell.layers.map(({ kept }) => kept));
        const { 'kernel-condition': condition, ...others } = found.values;
        expect(condition === null || Number.isFinite(condition)).toBe(true);
        for (const value of Object.values(others)) expect(Number.isFinite(value)).toBe(true);
      }
      expect(await measured(cell, 'before')).toEqual(before);
      expect((await measured(cell, 'before', [], 8)).hessian?.trace).not.toBe(before.hessian?.trace);
    }
  });

  it('are those of the mask, and of the values that training started from', async () => {
    const ticket = run.trained('ticket');
    const { specification, mask } = ticket;
    const network = networkOf(specification);
    const { train } = splitIndices(320, 64, specification.data.splitSeed);
    const examples = balancedExamples(tinyStrokes.train.labels, train, 60, 7);
    const found = await measured(ticket, 'before');
    const variances = inputVariances(tinyStrokes.train.images as Uint8Array, examples, 784);
    expect(found.values).toMatchObject(maskProperties(network, mask as Mask, variances).values);

    const drawn = initialise(network, 'glorot-normal', specification.initialisation.seed, kernels.sampler);
    const sizes = prunableParameters(network).map(({ name }) => {
      const values = drawn.get(name) as Float32Array;
      const bits = (mask as Mask).get(name) as Uint8Array;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
      const kept = [...values].filter((_, i) => bits[i] === 1);
      return { kept, size: kept.reduce((sum, value) => sum + Math.abs(value), 0) / deviation };
    });
    const count = sizes.reduce((sum, { kept }) => sum + kept.length, 0);
    expect(found.values.magnitude).toBeCloseTo(sizes.reduce((sum, { size }) => sum + size, 0) / count, 10);
    const positive = sizes.reduce((sum, { kept }) => sum + kept.filter((value) => value > 0).length, 0);
    expect(found.values['positive-weights']).toBe(positive / count);
    // The magnitude of re-initialised weights is that of their own initialisation.
    expect((await measured(run.trained('reinitialise'), 'before')).values.magnitude).not.toBe(found.values.magnitude);
    expect((await measured(run.trained('random-mask'), 'before')).values.magnitude).toBeCloseTo(0.8, 1);
  });

  it('have the gradient of double precision, at the start and at the end', async () => {
    const ticket = run.trained('ticket');
    const { specification, mask } = ticket;
    const started = initialise(
      networkOf(specification),
      'glorot-normal',
      specification.initialisation.seed,
      kernels.sampler,
    );
    const masked = new Map(
      [...started].map(([name, values]) => [name, values.map((value, i) => value * (mask?.get(name)?.[i] ?? 1))]),
    );
    for (const [when, weights] of [
      ['before', masked],
      ['after', ticket.finalWeights],
    ] as const) {
      const { layers } = await measured(ticket, when);
      const square = layers.slice(1).reduce((sum, { gradient }) => sum + (gradient as number) ** 2, 0);
      expect(square / steepness(ticket, weights)).toBeCloseTo(1, 3);
    }
  });

  it('of a rewound ticket are those at the weights of that iteration, which its dense network kept', async () => {
    const [ticket, dense] = [rewound.trained('ticket'), rewound.trained('dense')];
    expect(planProperties(ticket, 'before', 7, '', choices).specification.cells).toEqual([ticket.id, dense.id]);
    expect(planProperties(ticket, 'after', 7, '', choices).specification.cells).toEqual([ticket.id]);
    const found = await measured(ticket, 'before', [dense]);
    const values = dense.snapshots.get(10)?.get('fc2.weight') as Float32Array;
    const bits = ticket.mask?.get('fc2.weight') as Uint8Array;
    const positive = values.filter((value, i) => bits[i] === 1 && value > 0).length;
    expect(found.layers[1].positive).toBe(positive / found.layers[1].kept);
    await expect(measured(ticket, 'after')).resolves.toBeDefined();
  });

  it('report progress, and stop when they are cancelled', async () => {
    const ticket = run.trained('ticket');
    const { specification } = planProperties(ticket, 'after', 7, '', choices);
    const shares: number[] = [];
    const make = (isEnough: (share: number) => boolean) =>
      makeMeasurement({
        specification: specification as PropertiesSpecification,
        kernels,
        dataset: tinyStrokes,
        cells: new Map([[ticket.id, ticket as FinishedCell]]),
        ...stopWhen(isEnough),
      });
    await make((share) => shares.push(share) < 0);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(shares.length).toBeGreaterThan(10);
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
    await expect(make((share) => share >= 0.3)).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  it('are null where weights are not finite', async () => {
    const ticket = run.trained('ticket');
    const broken = {
      ...ticket,
      finalWeights: new Map([...ticket.finalWeights].map(([name, values]) => [name, values.map(() => Number.NaN)])),
    };
    const found = await measured(broken, 'after');
    expect(found).toMatchObject({ hessian: null, kernel: null, decrease: null });
    expect(found.values).toMatchObject({ 'gradient-norm': null, magnitude: null, 'hessian-top': null });
  });
});
