import { beforeAll, describe, expect, it } from 'vitest';
import { tinyRun, tinySpecification, tinyStrokes } from '../../test/fixtures/tiny-run.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { runDigest } from './assemble.js';
import { buildGraph } from './graph.js';
import { readRunRecord } from './record-schema.js';
import { factsOf, runFolder } from './run-folder.js';
import type { RunSpecification } from './schema.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const rates = { rate: 0.5, outputRate: 0.25 };

/** A record of a run whose settings are given, read. */
function recorded(specification: object): RunSpecification {
  const read = readRunRecord({
    version: '0.1.0',
    engine: 'Node 20.0.0',
    platform: 'linux x64',
    processor: 'unknown',
    dataset: factsOf(tinyStrokes),
    command: 'lottery run',
    started: '2026-01-01T00:00:00.000Z',
    finished: null,
    run: 'run',
    specification,
    cells: [],
  });
  if ('wrong' in read) throw new Error(read.wrong);
  return read.record.specification;
}

const idsOf = (specification: RunSpecification) => buildGraph(specification, tinyStrokes).cells.map(({ id }) => id);

/** What each method's settings said in records of the version before there was a choice; folder and digest of all cells, as it had them. */
const before = [
  [
    'early-bird',
    { earlyBird: { every: 4 } },
    'run-4e2619c5',
    '269cc7f9d2b1f3f9dc41fa7ea2d66fdc6ed9db7ba456e3c32b249992d70660eb',
  ],
  [
    'set',
    { dynamic: { every: 8 } },
    'run-a57e766e',
    'db9e5cf531af5d48a29bb1d8eea5e1c6a9a5f1cdfa1d549159953c237ea31dba',
  ],
  [
    'rigl',
    { dynamic: { every: 8 } },
    'run-3968b47c',
    'b9a693af05576840d41d2ec6a23e73fab4b87450ca6da842b0b517b1a266d478',
  ],
  ['supermask', {}, 'run-cdaee00c', 'c6f1b55741e3f7b7f63410dfac48d5b3c641822191a6296ebaede9e556130db7'],
  ['edge-popup', {}, 'run-647a2c8a', '1413248472ec49457597c8d8929812a3d777ca48289693633073858c61d8dd73'],
] as const;

describe.each(before)('a record of %s from before its authors’ way was known', (schedule, settings, folder, digest) => {
  const { pruning, ...rest } = tinySpecification({ pruning: rates });
  const record = recorded({ ...rest, pruning: { ...pruning, schedule, ...settings } });
  const fresh = tinySpecification({ pruning: { ...rates, schedule, ...settings } });

  it('keeps its folder, its cells and their bits', async () => {
    expect(runFolder(record, tinyStrokes)).toBe(folder);
    const run = await tinyRun(kernels, { pruning: record.pruning });
    const cells = run.graph.cells.map(({ id, condition, level }) => ({
      id,
      digest: run.trained(condition, level).digests.cell,
    }));
    expect(runDigest(cells)).toBe(digest);
    // Read, written and read again it still says what it said.
    expect(recorded(record)).toEqual(record);
  });

  it('is of other cells than the same words mean now, and those are recorded as such', () => {
    expect(runFolder(fresh, tinyStrokes)).not.toBe(folder);
    const common = idsOf(fresh).filter((id) => idsOf(record).includes(id));
    // The dense network.
    expect(common).toEqual([idsOf(record)[0]]);
    expect(recorded(JSON.parse(JSON.stringify(fresh)))).toEqual(fresh);
  });
});

describe('what a method says by default', () => {
  const pruningOf = (schedule: string, pruning: object = {}) =>
    tinySpecification({ pruning: { ...rates, schedule, ...pruning } }).pruning;
  const sgd = { name: 'sgd', momentum: 0.9, nesterov: false, decayOn: 'all' };

  it("is its authors' way, written out, and each part of it can be overridden", () => {
    expect(pruningOf('early-bird').earlyBird).toEqual({ distance: 'relative' });
    expect(pruningOf('set', { dynamic: { every: 5 } }).dynamic).toEqual({
      every: 5,
      drop: 'by-sign',
      grow: 'anywhere',
    });
    expect(pruningOf('set', { dynamic: { grow: 'elsewhere' } }).dynamic).toEqual({
      drop: 'by-sign',
      grow: 'elsewhere',
    });
    expect(pruningOf('rigl').dynamic).toEqual({ atChange: 'hold' });
    expect(pruningOf('supermask').learned).toEqual({
      optimiser: { ...sgd, lr: 100, weightDecay: 0 },
      initialisation: 'run',
    });
    expect(pruningOf('edge-popup').learned).toEqual({
      optimiser: { ...sgd, lr: 0.1, weightDecay: 1e-4, schedule: { warmup: 0, cosine: { floor: 0 } } },
      initialisation: 'he-signed-constant',
    });
    // A rate alone is that of the run's optimiser.
    expect(pruningOf('supermask', { learned: { lr: 0.2 } }).learned).toMatchObject({ lr: 0.2, optimiser: 'run' });
    expect(pruningOf('gradual')).toEqual({ ...pruningOf('iterative'), schedule: 'gradual' });
  });

  it('trains scores by an optimiser, for a time and over weights of its own, and the ticket as the run does', () => {
    const learned = { iterations: '5ep' };
    const { cells } = buildGraph(
      tinySpecification({ pruning: { ...rates, schedule: 'edge-popup', learned } }),
      tinyStrokes,
    );
    const of = (condition: string) => {
      const found = cells.find((cell) => cell.condition === condition);
      if (found === undefined) throw new Error(condition);
      return found.specification;
    };
    const [dense, search, ticket] = ['dense', 'search', 'ticket'].map(of);
    // Twelve batches an epoch.
    expect([dense, search, ticket].map(({ iterations }) => iterations)).toEqual([40, 60, 40]);
    expect(search.optimiser).toEqual({ name: 'sgd', lr: 0.1, momentum: 0.9, nesterov: false, weightDecay: 1e-4 });
    expect(search.schedule).toEqual({ warmup: 0, shape: { kind: 'cosine', until: 60, floor: 0 } });
    expect([ticket.optimiser, ticket.schedule]).toEqual([dense.optimiser, dense.schedule]);
    expect([dense, search, ticket, of('reinitialise'), of('random-mask')].map((s) => s.initialisation.name)).toEqual([
      'glorot-normal',
      ...new Array(4).fill('he-signed-constant'),
    ]);
    expect(new Set(cells.slice(0, 3).map(({ specification }) => specification.initialisation.seed)).size).toBe(1);
  });
});
