import { beforeAll, describe, expect, it } from 'vitest';
import { stopWhen } from '../../../test/fixtures/stop-when.js';
import { tinyRun, tinyStrokes } from '../../../test/fixtures/tiny-run.js';
import { drawPermutations, permuteTensors } from '../../analysis/alignment/index.js';
import { barrierOf, type LineValues } from '../../analysis/connectivity/index.js';
import { splitIndices } from '../../data/split.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { Evaluator } from '../../training/index.js';
import { Probe } from '../../training/probe.js';
import { networkOf } from '../cell-specification.js';
import type { TrainedCell } from '../execute.js';
import type { FinishedCell } from '../store.js';
import { type LineSpecification, makeMeasurement, measurementId } from './index.js';
import { lineSpecification } from './line.js';

let kernels: Kernels;
let dense: TrainedCell;
let ticket: TrainedCell;

/** With convolutions and batch normalisation. */
const residual = {
  layers: [
    { convolution: 6, kernel: 3, stride: 4, bias: false, name: 'conv1' },
    { 'batch-normalisation': true, name: 'bn1' },
    { relu: true, name: 'stem' },
    { convolution: 6, kernel: 3, bias: false, name: 'conv2' },
    { 'batch-normalisation': true, name: 'bn2' },
    { addition: ['bn2', 'stem'] },
    'relu',
    'global-average-pool',
    { linear: 10, name: 'fc' },
  ],
};

beforeAll(async () => {
  kernels = await loadKernels();
  const run = await tinyRun(kernels, { controls: {}, iterations: 60 });
  [dense, ticket] = [run.trained('dense'), run.trained('ticket')];
});

const idOf = (cell: TrainedCell) => cell.id;

async function lineOf(cells: readonly TrainedCell[], over: Partial<LineSpecification> = {}): Promise<LineValues> {
  const [from, to] = [cells[0], cells[cells.length > 1 ? 1 : 0]].map(idOf);
  const specification = lineSpecification({
    from,
    to,
    at: 'end',
    points: 7,
    trainingExamples: 50,
    matched: null,
    statistics: 'interpolated',
    ...over,
  });
  const found = new Map(cells.map((cell) => [cell.id, cell as FinishedCell]));
  return (await makeMeasurement({
    specification,
    kernels,
    dataset: tinyStrokes,
    cells: found,
  })) as LineValues;
}

/** The cell with its hidden units in another order. */
function shuffled(cell: TrainedCell): TrainedCell {
  const network = networkOf(cell.specification);
  const permutations = drawPermutations(network, 9);
  const [finalWeights, earlyStopWeights] = [cell.finalWeights, cell.earlyStopWeights].map((weights) =>
    permuteTensors(network, weights, permutations),
  );
  return { ...cell, id: `${cell.id}-shuffled`, finalWeights, earlyStopWeights };
}

describe('the line between two cells', () => {
  it('begins and ends with what training said of them, at the end and at early stop', async () => {
    for (const [at, moment] of [
      ['end', 'end'],
      ['early-stop', 'earlyStop'],
    ] as const) {
      const { test, train } = await lineOf([dense, ticket], { at });
      expect(test.error).toHaveLength(7);
      expect(train?.loss).toHaveLength(7);
      for (const [cell, place] of [
        [dense, 0],
        [ticket, 6],
      ] as const) {
        expect(test.loss[place]).toBe(cell[moment].testLoss);
        expect(test.error[place]).toBe(1 - cell[moment].testAccuracy);
      }
      expect(test.loss[3]).not.toBe(test.loss[0]);
    }
  });

  it('has no barrier from a cell to itself', async () => {
    for (const cell of [dense, ticket]) {
      const { test, train } = await lineOf([cell]);
      for (const curve of [test.error, test.loss, train?.error, train?.loss]) expect(barrierOf(curve ?? [])).toBe(0);
    }
  });

  it('is seen on training examples that both were trained on, as many as asked for, or on all, or on none', async () => {
    const { dataset, normalisation, network } = {
      dataset: tinyStrokes,
      normalisation: dense.specification.data.normalisation,
      network: networkOf(dense.specification),
    };
    const lossOn = (examples: Int32Array) =>
      new Evaluator(kernels, { network, dataset, normalisation, sets: [{ of: 'train', examples }] }).evaluate(
        dense.finalWeights,
      )[0].loss;
    const { validation, splitSeed } = dense.specification.data;
    const { train } = splitIndices(320, validation, splitSeed);
    const spread = Int32Array.from({ length: 50 }, (_, i) => train[Math.floor((i * train.length) / 50)]);
    expect((await lineOf([dense, ticket])).train?.loss[0]).toBe(lossOn(spread));
    expect((await lineOf([dense, ticket], { trainingExamples: 5000 })).train?.loss[0]).toBe(lossOn(train));
    expect((await lineOf([dense, ticket], { trainingExamples: 0 })).train).toBeNull();

    const { data } = dense.specification;
    const specification = { ...dense.specification, data: { ...data, splitSeed: splitSeed + 1 } };
    const other = { ...dense, id: 'other', specification };
    const held = new Set(splitIndices(320, validation, splitSeed + 1).validation);
    const shared = train.filter((example) => !held.has(example));
    expect(shared.length).toBeLessThan(train.length);
    expect((await lineOf([dense, other], { trainingExamples: 5000 })).train?.loss[0]).toBe(lossOn(shared));
  });

  it('loses its barrier where the units of one end are matched with those of the other, or as those of others are', async () => {
    const other = shuffled(dense);
    const apart = await lineOf([dense, other]);
    expect(barrierOf(apart.test.error)).toBeGreaterThan(0.05);
    expect(apart.matching).toBeNull();
    const [reference, moved] = [dense, other].map(idOf);
    const matched = await lineOf([dense, other], { matched: { reference, other: moved, seed: 4 } });
    for (const curve of [matched.test, matched.train])
      expect([barrierOf(curve?.error ?? []), barrierOf(curve?.loss ?? [])]).toEqual([0, 0]);
    const { before, after } = matched.matching as { before: number; after: number };
    expect(after).toBeGreaterThan(before);
    // The ticket's units were put into the same order as the dense network's, which says how to restore it.
    const byDense = await lineOf([ticket, shuffled(ticket), dense, other], {
      matched: { reference, other: moved, seed: 4 },
    });
    expect(barrierOf(byDense.test.error)).toBe(0);
  });

  it('has running statistics between the ends, or estimated again at every point', async () => {
    const run = await tinyRun(kernels, { network: residual, controls: {}, pruning: { rate: 0.3 } });
    const cells = [run.trained('dense'), run.trained('ticket')];
    const [near] = cells;
    const interpolated = await lineOf(cells);
    expect(interpolated.test.loss[0]).toBe(near.end.testLoss);
    const estimated = await lineOf(cells, { statistics: 'estimated' });
    const network = networkOf(near.specification);
    const { normalisation, validation, splitSeed } = near.specification.data;
    const { train } = splitIndices(320, validation, splitSeed);
    const examples = Int32Array.from({ length: 50 }, (_, i) => train[Math.floor((i * train.length) / 50)]);
    const common = { network, dataset: tinyStrokes, normalisation };
    const statistics = new Probe(kernels, { ...common, examples, batch: 20 }).statistics(near.finalWeights);
    const weights = new Map(near.finalWeights);
    for (const [name, values] of statistics) weights.set(name, Float32Array.from(values));
    const [expected] = new Evaluator(kernels, { ...common, sets: [{ of: 'test' }] }).evaluate(weights);
    expect(statistics.size).toBe(4);
    expect(estimated.test.loss[0]).toBe(expected.loss);
    expect(estimated.test.loss[0]).not.toBe(near.end.testLoss);
    // Weights in another order are matched in convolutions and normalisations too.
    const other = shuffled(near);
    const matched = { reference: near.id, other: other.id, seed: 1 };
    expect(barrierOf((await lineOf([near, other], { matched, statistics: 'estimated' })).test.loss)).toBe(0);
    expect(barrierOf((await lineOf([near, other], { statistics: 'estimated' })).test.loss)).toBeGreaterThan(0);
  });

  it('writes what is not a finite number as null, and refuses what has no line', async () => {
    const weights = new Map(dense.finalWeights);
    weights.set(
      'fc1.weight',
      (weights.get('fc1.weight') as Float32Array).map(() => Number.NaN),
    );
    const broken = { ...dense, id: 'broken', finalWeights: weights };
    const { test } = await lineOf([dense, broken]);
    expect(test.loss[0]).toBe(dense.end.testLoss);
    expect(test.loss[6]).toBeNull();
    expect(() => JSON.stringify(test)).not.toThrow();
    const matched = { reference: dense.id, other: 'broken', seed: 0 };
    await expect(lineOf([dense, broken], { matched })).rejects.toThrow('cannot be matched');
    const run = await tinyRun(kernels, { network: { hidden: [5] }, levels: 1 });
    await expect(lineOf([dense, run.trained('dense')])).rejects.toThrow('have different networks');
  });

  it('can be cancelled, and is named by all that decides it', async () => {
    const base = { from: dense.id, to: ticket.id, at: 'end', points: 7, trainingExamples: 0, matched: null } as const;
    const specification = lineSpecification({ ...base, statistics: 'interpolated' });
    expect(specification.cells).toEqual([dense.id, ticket.id]);
    const cells = new Map([dense, ticket].map((cell) => [cell.id, cell as FinishedCell]));
    const shares: number[] = [];
    await expect(
      makeMeasurement({
        specification,
        kernels,
        dataset: tinyStrokes,
        cells,
        ...stopWhen<number>((share) => shares.push(share) >= 3),
      }),
    ).rejects.toThrow('called off');
    expect(shares).toEqual([1 / 7, 2 / 7, 3 / 7]);
    const names = [
      specification,
      lineSpecification({ ...base, statistics: 'estimated' }),
      lineSpecification({ ...base, points: 8, statistics: 'interpolated' }),
      lineSpecification({
        ...base,
        matched: { reference: dense.id, other: 'x', seed: 1 },
        statistics: 'interpolated',
      }),
    ].map(measurementId);
    expect(new Set(names).size).toBe(4);
  });
});
