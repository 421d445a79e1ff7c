import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type TinyRun, tinyRun, tinyStrokes } from '../../../test/fixtures/tiny-run.js';
import {
  binnedInformation,
  estimatorDefaults,
  estimatorNames,
  mixtureInformation,
  squaredDistances,
} from '../../analysis/information/index.js';
import type { MeasuredInformation } from '../../analysis/information/measured.js';
import { makeBinary12, splitIndices } from '../../data/index.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { FileStore } from '../../node/store/index.js';
import { Activations } from '../../training/index.js';
import { networkOf } from '../cell-specification.js';
import { executeCell, type TrainedCell } from '../execute.js';
import { buildGraph } from '../graph.js';
import { resolveSpecification } from '../presets.js';
import type { FinishedCell } from '../store.js';
import { variantOf } from '../variant.js';
import { type InformationSpecification, makeMeasurement } from './index.js';
import { informationSpecification } from './information.js';

let kernels: Kernels;
let run: TinyRun;
const iterations = [0, 1, 5, 40];

beforeAll(async () => {
  kernels = await loadKernels();
  run = await tinyRun(kernels);
});

/** The cell that keeps its weights at those iterations, trained from the parents that the run has. */
async function keeping(condition: string, snapshots: readonly number[] = iterations): Promise<TrainedCell> {
  const cell = variantOf(run.planned(condition), { snapshots });
  const made = [run.trained('dense'), run.trained('ticket')];
  const parents = new Map(made.map((trained) => [trained.id, trained]));
  return await executeCell({
    kernels,
    specification: cell.specification,
    dataset: tinyStrokes,
    parents,
  });
}

const settings = { ...estimatorDefaults, noise: 0.1 };

async function measured(cell: TrainedCell, over: Partial<InformationSpecification> = {}): Promise<MeasuredInformation> {
  const specification = informationSpecification(cell.id, {
    examples: { from: 'test', count: 80, seed: 5 },
    iterations,
    estimators: estimatorNames,
    settings,
    ...over,
  });
  const cells = new Map([[cell.id, cell as FinishedCell]]);
  return (await makeMeasurement({
    specification,
    kernels,
    dataset: tinyStrokes,
    cells,
  })) as MeasuredInformation;
}

describe('a cell of any condition', () => {
  it.each(['dense', 'ticket', 'reinitialise', 'random-mask'])(
    'keeps weights of the first iteration, %s',
    async (condition) => {
      const cell = await keeping(condition);
      expect([...cell.snapshots.keys()]).toEqual(iterations);
      expect(cell.snapshots.get(40)).toEqual(cell.finalWeights);
      // It is trained as the cell that keeps none.
      expect(cell.finalWeights).toEqual(run.trained(condition).finalWeights);
      expect(cell.id).not.toBe(run.trained(condition).id);
    },
  );

  it('brings them back from the store', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lottery-'));
    try {
      const store = await FileStore.open(join(folder, 'store'), { write: true });
      const cell = await keeping('ticket');
      const provenance = {
        version: '0',
        engine: '',
        platform: '',
        kernels: 'wasm',
        started: '',
        seconds: 0,
        peakMemoryBytes: 0,
      };
      await store.write({ ...cell, provenance });
      expect((await store.read(cell.id)).snapshots).toEqual(cell.snapshots);
      expect(await measured((await store.read(cell.id)) as TrainedCell)).toEqual(await measured(cell));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the information of a cell', () => {
  it('is what the estimators say of its layers’ values, at every iteration', async () => {
    const cell = await keeping('ticket');
    const found = await measured(cell, { examples: { from: 'test', count: 100, seed: 0 } });
    expect(found.examples).toBe(100);
    expect(found.labelEntropy).toBeCloseTo(Math.log2(10), 10);
    expect(found.layers.map(({ name, units, activation }) => [name, units, activation])).toEqual([
      ['fc1', 12, 'relu'],
      ['fc2', 8, 'relu'],
      ['output', 10, 'softmax'],
    ]);
    expect(found.moments.map(({ iteration }) => iteration)).toEqual(iterations);
    expect(found.moments[3].loss).toBeCloseTo(cell.end.testLoss, 5);
    expect(found.moments[3].accuracy).toBe(cell.end.testAccuracy);

    const seen = new Activations(kernels, {
      network: networkOf(cell.specification),
      dataset: tinyStrokes,
      normalisation: cell.specification.data.normalisation,
      examples: [{ of: 'test', places: Int32Array.from({ length: 100 }, (_, i) => i) }],
    });
    const read = iterations.map((iteration) => seen.read(cell.snapshots.get(iteration)!).get('fc2') as Float32Array);
    const [low, high] = found.layers[1].range;
    expect(low).toBe(0);
    expect(high).toBe(Math.max(...read.flatMap((values) => [...values])));
    const { labels } = tinyStrokes.test;
    read.forEach((values, at) => {
      const sample = { values, count: 100, units: 8 };
      const estimates = found.moments[at].estimates[1];
      const { ofInput, ofLabel } = binnedInformation(sample, labels, { kind: 'even', low, high, bins: 30 });
      expect(estimates.binning?.ofInput).toBeCloseTo(ofInput, 10);
      expect(estimates.binning?.ofLabel).toBeCloseTo(ofLabel, 10);
      const upper = mixtureInformation(squaredDistances(sample), labels, 0.1).upper;
      expect(estimates['upper-bound']?.ofInput).toBeCloseTo(upper.ofInput, 10);
      expect(estimates['lower-bound']?.ofInput).toBeLessThanOrEqual(upper.ofInput + 1e-9);
      expect(estimates['nearest-neighbours']?.ofInput).toBeGreaterThan(-1);
    });
  });

  it('is of examples of the test set, of those trained on, or of both, as many of each class', async () => {
    const cell = await keeping('dense', [0]);
    const of = (from: 'train' | 'test' | 'all', count: number) =>
      measured(cell, { examples: { from, count, seed: 1 }, iterations: [40], estimators: ['binning'] });
    expect((await of('test', 50)).labelEntropy).toBeCloseTo(Math.log2(10), 10);
    expect((await of('test', 5000)).examples).toBe(100);
    expect((await of('train', 5000)).examples).toBe(splitIndices(320, 64, 1).train.length);
    expect((await of('all', 5000)).examples).toBe(420);
    expect((await of('all', 200)).moments[0].accuracy).not.toBe((await of('test', 200)).moments[0].accuracy);
  });

  it('has bins over the range of a bounded activation, and none of a layer too wide for nearest neighbours', async () => {
    run = await tinyRun(kernels, { network: { hidden: [14, 3], activation: 'tanh' } });
    const found = await measured(await keeping('dense'));
    run = await tinyRun(kernels);
    expect(found.layers.map(({ range }) => range)).toEqual([
      [-1, 1],
      [-1, 1],
      [0, 1],
    ]);
    expect(found.moments[0].estimates[0]['nearest-neighbours']).toBeNull();
    expect(found.moments[0].estimates[1]['nearest-neighbours']).not.toBeNull();
  });

  it('writes what is not finite as null, and refuses what was not kept', async () => {
    const cell = await keeping('dense', [0]);
    const weights = new Map(cell.finalWeights);
    weights.set(
      'fc2.bias',
      (weights.get('fc2.bias') as Float32Array).map(() => Number.NaN),
    );
    const broken = await measured({ ...cell, finalWeights: weights }, { iterations: [0, 40] });
    expect(broken.moments[1].loss).toBeNull();
    expect(broken.moments[1].estimates[0].binning).not.toBeNull();
    expect(broken.moments[1].estimates[2].binning).toBeNull();
    expect(JSON.parse(JSON.stringify(broken))).toEqual(broken);
    await expect(measured(cell, { iterations: [0, 7, 40] })).rejects.toThrow('kept no weights of iteration 7');
  });

  it('is that of all 4,096 patterns of the 12-bit task where all are asked for', async () => {
    const dataset = makeBinary12();
    const base = resolveSpecification({
      extends: 'binary-12-tanh',
      trials: 1,
      levels: 1,
      iterations: 50,
      evaluateEvery: 50,
    });
    const [dense] = buildGraph(base, dataset).cells;
    const { specification } = variantOf(dense, { snapshots: [0] });
    const cell = (await executeCell({
      kernels,
      specification,
      dataset,
      parents: new Map(),
    })) as FinishedCell;
    const found = (await makeMeasurement({
      specification: informationSpecification(cell.id, {
        examples: { from: 'all', count: 4096, seed: 0 },
        iterations: [0, 50],
        estimators: ['binning'],
        settings,
      }),
      kernels,
      dataset,
      cells: new Map([[cell.id, cell]]),
    })) as MeasuredInformation;
    expect(found.examples).toBe(4096);
    expect(found.labelEntropy).toBeCloseTo(0.9992, 3);
    // The first layer distinguishes all patterns, the last far fewer: no layer has more information than the one before it.
    const ofInput = found.moments[0].estimates.map(({ binning }) => binning?.ofInput ?? 0);
    expect(ofInput[0]).toBe(12);
    for (let layer = 1; layer < ofInput.length; layer++) expect(ofInput[layer]).toBeLessThanOrEqual(ofInput[layer - 1]);
  });
});
