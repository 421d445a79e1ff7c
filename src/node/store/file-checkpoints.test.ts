import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stopWhen } from '../../../test/fixtures/stop-when.js';
import { makeStrokes } from '../../data/index.js';
import { type CellSpecification, networkOf } from '../../experiments/cell-specification.js';
import { type CheckpointStore, CheckpointTimer } from '../../experiments/checkpoint-store.js';
import { executeCell, type TrainedCell } from '../../experiments/execute.js';
import { buildGraph } from '../../experiments/graph.js';
import { MemoryStore } from '../../experiments/memory-store.js';
import { resolveSpecification } from '../../experiments/presets.js';
import { factsOf } from '../../experiments/run-folder.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { fullMask, type Network } from '../../networks/network.js';
import { type EvolutionSettings, evolutionOf, evolutions, initialise, randomMask } from '../../tickets/index.js';
import { type TrainingPlan, type TrainingProgress, type TrainingResult, train } from '../../training/index.js';
import { FileCheckpoints, FileStore } from './index.js';
import { layout } from './layout.js';

const dataset = makeStrokes({ train: 160, test: 48, seed: 3 });
let kernels: Kernels;
let folder: string;

beforeAll(async () => {
  kernels = await loadKernels();
  folder = mkdtempSync(join(tmpdir(), 'lottery-checkpoints-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything that a checkpoint has to carry: running statistics, dropout, augmentation, a schedule, snapshots. */
const network = {
  layers: [
    { convolution: 4, kernel: 3, stride: 4, bias: false, name: 'conv1' },
    { 'batch-normalisation': true, name: 'bn1' },
    'relu',
    { dropout: 0.3 },
    'flatten',
    { linear: 10, name: 'fc' },
  ],
};

const sgd = { name: 'sgd', lr: 0.1, momentum: 0.9, decayOn: 'weights', weightDecay: 1e-3 };
const adam = { name: 'adam', lr: 0.01 };

function cellsOf(optimiser: object): readonly CellSpecification[] {
  const run = resolveSpecification({
    network,
    data: { name: 'strokes', validation: 32 },
    optimiser: { ...optimiser, schedule: { warmup: 4, steps: { at: ['2ep'], factor: 0.1 } } },
    augmentation: { padding: 2, flip: true },
    batch: 20,
    iterations: 24,
    evaluateEvery: 4,
    pruning: { rate: 0.6 },
    rewind: '6it',
    levels: 2,
    trials: 1,
  });
  return buildGraph(run, factsOf(dataset)).cells.map(({ specification }) => specification);
}

/** Half of every tensor, from its beginning. */
const halfMask = (built: Network) =>
  new Map([...fullMask(built)].map(([name, bits]) => [name, bits.fill(0, bits.length >> 1)]));

const keeper = (cell: string, interval = 0, store: CheckpointStore = new FileCheckpoints(folder)) =>
  new CheckpointTimer({ store, cell, interval });

/** When a life ends: by a report of progress, and how many there were, that one included. */
type Ending = (progress: TrainingProgress, reports: number) => boolean;

/** After so many reports. How many there are by an iteration is a matter of time: some are made only where steps are slow. */
const afterReports =
  (most: number): Ending =>
  (_, reports) =>
    reports > most;

const atIteration =
  (least: number): Ending =>
  ({ iteration }) =>
    iteration >= least;

/** Trains a cell, ending as each of `lives` says, then to the end. */
async function trainInPieces(
  specification: CellSpecification,
  parents: ReadonlyMap<string, TrainedCell>,
  name: string,
  lives: readonly Ending[],
): Promise<{ cell: TrainedCell; begins: number[] }> {
  const begins: number[] = [];
  const live = async (ending: Ending): Promise<TrainedCell | undefined> => {
    let seen = 0;
    try {
      return await executeCell({
        kernels,
        specification,
        dataset,
        parents,
        ...stopWhen<TrainingProgress>((progress) => {
          if (seen++ === 0) begins.push(progress.resumedAt);
          return ending(progress, seen);
        }),
        checkpoints: keeper(name),
      });
    } catch (error) {
      expect((error as Error).name).toBe('AbortError');
      return undefined;
    }
  };
  for (const ending of lives) {
    const cell = await live(ending);
    if (cell) return { cell, begins };
  }
  return { cell: (await live(() => false)) as TrainedCell, begins };
}

describe('a cell that resumes from its checkpoints', () => {
  it.each([
    ['SGD with momentum', sgd],
    ['Adam', adam],
  ])('ends with the same bits wherever it was ended, with %s', async (title, optimiser) => {
    const name = title.replaceAll(' ', '-');
    const [dense, ...rest] = cellsOf(optimiser);
    const whole = await executeCell({ kernels, specification: dense, dataset, parents: new Map() });
    const parents = new Map([[whole.id, whole]]);
    const ticket = rest.find(({ start }) => start.kind === 'rewind') as CellSpecification;
    const wholeTicket = await executeCell({
      kernels,
      specification: ticket,
      dataset,
      parents,
    });
    let number = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }),
        fc.boolean(),
        async (lives, sparse) => {
          const pieces = await trainInPieces(
            sparse ? ticket : dense,
            parents,
            `${name}-${number++}`,
            lives.map(afterReports),
          );
          expect(pieces.cell).toEqual(sparse ? wholeTicket : whole);
          expect(pieces.begins).toEqual([...pieces.begins].sort((a, b) => a - b));
        },
      ),
      { numRuns: 25 },
    );
    const { begins } = await trainInPieces(dense, parents, `${name}-counted`, [8, 20].map(atIteration));
    // Both are evaluated, and reported; where a life is ended is where the next one begins.
    expect(begins).toEqual([0, 8, 20]);
  });

  it.each<EvolutionSettings>([
    { kind: 'gradual', begin: 3, end: 20, every: 4, score: 'taylor', groups: [{ tensors: ['fc.weight'], keep: 90 }] },
    { kind: 'early-bird', every: 2, score: 'magnitude', groups: [{ tensors: ['fc.weight'], keep: 500 }], memory: 4 },
    { kind: 'set', every: 3, until: 22, fraction: 0.3 },
    { kind: 'rigl', every: 3, until: 22, fraction: 0.3 },
    {
      kind: 'early-bird',
      every: 2,
      score: 'magnitude',
      groups: [{ tensors: ['conv1.weight'], keep: 2 }],
      prunes: 'channels',
      memory: 2,
      distance: 'relative',
      threshold: 1,
      afterwards: 'continue',
    },
    { kind: 'set', every: 3, until: 22, fraction: 0.3, drop: 'by-sign', grow: 'anywhere' },
    { kind: 'rigl', every: 3, until: 22, fraction: 0.3, atChange: 'hold' },
  ])('ends with the same bits when its mask changes in training: $kind', async (settings) => {
    const [specification] = cellsOf(adam);
    const built = networkOf(specification);
    const trainIndices = Int32Array.from({ length: 128 }, (_, i) => i);
    const plan = (): TrainingPlan => ({
      network: built,
      dataset,
      normalisation: specification.data.normalisation,
      trainIndices,
      validationIndices: Int32Array.from({ length: 32 }, (_, i) => 128 + i),
      start: initialise(built, 'he-normal', 1, kernels.sampler),
      ...(evolutions[settings.kind].begins === 'dense' ? {} : { mask: randomMask(halfMask(built), 1) }),
      evolution: evolutionOf(built, settings, 7),
      optimiser: specification.optimiser,
      augmentation: { padding: 2, flip: true },
      batch: 20,
      iterations: 24,
      evaluateEvery: 5,
      orderSeed: 3,
      firstIteration: 0,
      snapshots: [4, 13],
      testCurve: false,
      storage: 'auto',
    });
    const whole = await train({ kernels, plan: plan() });
    expect(whole.mask).not.toBeNull();
    const { work, flops, ...bits } = await train({ kernels, plan: { ...plan(), storage: 'dense' } });
    expect(bits).toEqual({ ...whole, work: undefined, flops: undefined });
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 4 }), async (lives) => {
        const name = `${JSON.stringify(settings).length}-${settings.kind}-${number++}`;
        const live = async (reports: number): Promise<TrainingResult | undefined> => {
          let seen = 0;
          try {
            return await train({
              kernels,
              plan: plan(),
              ...stopWhen(() => ++seen > reports),
              checkpoints: keeper(name),
            });
          } catch (error) {
            expect((error as Error).name).toBe('AbortError');
            return undefined;
          }
        };
        let result: TrainingResult | undefined;
        for (const reports of lives) result ??= await live(reports);
        expect(result ?? (await live(Number.POSITIVE_INFINITY))).toEqual(whole);
      }),
      { numRuns: 12 },
    );
  });

  it('starts again when its checkpoint is truncated, or of another network', async () => {
    const [dense] = cellsOf(adam);
    const [other] = cellsOf(sgd);
    const whole = await executeCell({ kernels, specification: dense, dataset, parents: new Map() });
    await trainInPieces(dense, new Map(), 'short', [afterReports(4), afterReports(0)]);
    const path = layout.checkpoint(folder, 'short');
    truncateSync(path, readFileSync(path).length - 5);
    const short = await trainInPieces(dense, new Map(), 'short', []);
    expect(short).toEqual({ cell: whole, begins: [0] });

    await expect(
      executeCell({
        kernels,
        specification: other,
        dataset,
        parents: new Map(),
        ...stopWhen<TrainingProgress>(({ iteration }) => iteration >= 8),
        checkpoints: keeper('other'),
      }),
    ).rejects.toThrow();
    expect(existsSync(layout.checkpoint(folder, 'other'))).toBe(true);
    const another = await trainInPieces(dense, new Map(), 'other', []);
    expect(another).toEqual({ cell: whole, begins: [0] });

    writeFileSync(layout.checkpoint(folder, 'nonsense'), 'no safetensors at all');
    expect(await trainInPieces(dense, new Map(), 'nonsense', [])).toEqual({ cell: whole, begins: [0] });
  });

  it('starts again when a single bit of its checkpoint is wrong, or it is another cell’s', async () => {
    const [dense] = cellsOf(adam);
    await trainInPieces(dense, new Map(), 'flipped', [afterReports(4), afterReports(0)]);
    const store = new FileCheckpoints(folder);
    const path = layout.checkpoint(folder, 'flipped');
    const bytes = readFileSync(path);
    expect(await store.readCheckpoint('flipped')).toBeDefined();
    expect(await store.checkCheckpoint('flipped')).toBeNull();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const broken = Buffer.from(bytes);
        broken[at] ^= 1 << bit;
        writeFileSync(path, broken);
        expect(await store.readCheckpoint('flipped')).toBeUndefined();
        expect(await store.checkCheckpoint('flipped')).toContain(`${path} is damaged`);
      }),
    );
    writeFileSync(layout.checkpoint(folder, 'exchanged'), bytes);
    expect(await store.readCheckpoint('exchanged')).toBeUndefined();
    expect(await store.checkCheckpoint('exchanged')).toContain('it is of cell flipped');
  });

  it.each([
    ['in files', () => new FileCheckpoints(folder)],
    ['in memory', () => new MemoryStore()],
  ])(
    'leaves one when its time has come, counts the time of all its lives, and drops it at the end: %s',
    async (_, open) => {
      let now = 0;
      const store = open();
      const slow = () => new CheckpointTimer({ store, cell: 'slow', interval: 10, clock: () => now });
      const first = slow();
      const mask = new Map([['fc1.weight', Uint8Array.of(1, 0, 1)]]);
      const checkpoint = {
        iteration: 3,
        work: { forward: 17, backward: 18, evaluation: 19, search: 20, examples: 21, searchExamples: 22 },
        history: {
          iteration: [0],
          trainLoss: [1 / 3],
          trainAccuracy: [0.1],
          validationLoss: [2.5],
          validationAccuracy: [0],
        },
        weights: [Float32Array.of(1, -0, 3)],
        moments: [],
        mask,
        best: { row: 0, weights: [Float32Array.of(4, 5, 6)] },
        snapshots: new Map([
          [1, { weights: [Float32Array.of(7, 8, 9)] }],
          [2, { weights: [Float32Array.of(10, 11)], mask }],
          [3, { weights: [Float32Array.of(12)], mask: new Map([['fc1.weight', Uint8Array.of(0, 0, 1)]]) }],
        ]),
        evolution: new Map<string, Uint8Array | Float32Array>([
          ['0/fc1.weight', Uint8Array.of(0, 1, 0)],
          ['seen', Float32Array.of(0.5)],
        ]),
      };
      expect(await first.load()).toBeUndefined();
      now = 9_999;
      expect(first.due()).toBe(false);
      now = 10_000;
      expect(first.due()).toBe(true);
      await first.save(checkpoint);
      expect(first.due()).toBe(false);
      now = 500_000;
      const second = slow();
      const loaded = await second.load();
      expect(loaded).toEqual(checkpoint);
      expect(loaded?.snapshots.get(2)?.mask).toBe(loaded?.mask);
      now = 503_000;
      expect(second.seconds).toBe(13);
      await store.dropCheckpoint('slow');
      expect(await slow().load()).toBeUndefined();
    },
  );

  it('says what is wrong when a checkpoint cannot be written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const [dense] = cellsOf(adam);
    const broken = keeper('x', 0, new FileCheckpoints(file));
    await expect(
      executeCell({
        kernels,
        specification: dense,
        dataset,
        parents: new Map(),
        checkpoints: broken,
      }),
    ).rejects.toThrow(/cannot read|could not be written/);
  });

  it('leaves nothing of finished cells or dead processes when the store is opened again', async () => {
    const place = join(folder, 'store');
    const store = await FileStore.open(place, { write: true });
    const [dense] = cellsOf(adam);
    const provenance = {
      version: '',
      engine: '',
      platform: '',
      kernels: 'wasm',
      started: '',
      seconds: 1,
      peakMemoryBytes: 0,
    };
    const cell = await executeCell({ kernels, specification: dense, dataset, parents: new Map() });
    await store.write({ ...cell, provenance });
    mkdirSync(layout.checkpoints(place));
    const unfinished = 'f'.repeat(64);
    for (const name of [cell.id, unfinished]) writeFileSync(layout.checkpoint(place, name), '');
    writeFileSync(join(layout.aside(place), `${hostname()}~999999999~abcd`), '');
    await FileStore.open(place, { write: true });
    expect(readdirSync(layout.checkpoints(place))).toEqual([`${unfinished}.checkpoint`]);
    expect(readdirSync(layout.aside(place))).toEqual([]);
  });
});
