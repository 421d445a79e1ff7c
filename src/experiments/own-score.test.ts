import { beforeAll, describe, expect, it } from 'vitest';
import { refusalOf } from '../../test/fixtures/refusal.js';
import { makeStrokes } from '../data/index.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import type { Score } from '../tickets/index.js';
import { canonicalDigest } from './canonical.js';
import { cellId } from './cell-specification.js';
import { executeCell } from './execute.js';
import { buildGraph } from './graph.js';
import { MemoryStore } from './memory-store.js';
import { ownScoreOf } from './own-score.js';
import { resolveSpecification } from './presets.js';
import { runFolder } from './run-folder.js';
import type { FinishedCell } from './store.js';
import { LocalExecutor, runTasks, tasksOf } from './tasks/index.js';

const dataset = makeStrokes({ train: 320, test: 60, seed: 3 });
let kernels: Kernels;

beforeAll(async () => {
  kernels = await loadKernels();
});

/** The largest weights by value, whatever comes before them. */
const positive: Score = { title: 'the largest weight', source: 'this test', of: ({ trained }) => trained };
const digest = canonicalDigest('positive, version 1');
const specify = (score: unknown) =>
  resolveSpecification({
    network: { hidden: [16, 8] },
    data: { name: 'strokes', validation: 64 },
    batch: 20,
    iterations: 20,
    evaluateEvery: 10,
    pruning: { score, rate: 0.5, outputRate: 0.5 },
    controls: { reinitialise: 0, randomMask: 1 },
    trials: 1,
    levels: 3,
  });

const named = (module: string, sha = digest) => buildGraph(specify({ module, digest: sha }), dataset);

describe('a score of one\u2019s own', () => {
  it('names cells and runs by its digest, wherever it lies', () => {
    const ids = (graph: ReturnType<typeof named>) => graph.cells.map(({ id }) => id);
    const [here, there, other] = [named('/a/mine.mjs'), named('/b/yours.mjs'), named('/a/mine.mjs', 'f'.repeat(64))];
    expect(ids(here)).toEqual(ids(there));
    expect(ids(here)[0]).toBe(ids(other)[0]);
    for (const [place, id] of ids(here).entries()) if (place > 0) expect(ids(other)).not.toContain(id);
    const folder = (module: string, sha = digest) => runFolder(specify({ module, digest: sha }), dataset);
    expect(folder('/a/mine.mjs')).toBe(folder('/b/yours.mjs'));
    expect(folder('/a/mine.mjs')).not.toBe(folder('/a/mine.mjs', 'f'.repeat(64)));
  });

  it('is the one that a cell says, in its own mask or in the one that its mask is like', () => {
    const { cells } = named('/a/mine.mjs');
    expect(cells.map(({ specification }) => ownScoreOf(specification)?.digest)).toEqual([
      undefined,
      ...new Array(cells.length - 1).fill(digest),
    ]);
    expect(cells.some(({ condition }) => condition === 'random-mask')).toBe(true);
    expect(ownScoreOf(buildGraph(specify('magnitude'), dataset).cells[1].specification)).toBeNull();
  });

  it('given in TypeScript prunes a whole run, and again to the same bits', async () => {
    const { cells } = named('the largest weight');
    const store = new MemoryStore();
    const provenance = { version: 'test', engine: 'test', platform: 'test' };
    const scores = new Map([[digest, positive]]);
    const executor = new LocalExecutor({ kernels, dataset, store, engine: provenance, loadScores: async () => scores });
    const outcome = await runTasks({ tasks: tasksOf(cells), store, executor });
    expect(outcome.failed.map(({ error }) => String(error))).toEqual([]);
    const [dense, ticket] = await Promise.all(cells.slice(0, 2).map(({ id }) => store.read(id)));
    const values = dense.finalWeights.get('fc1.weight') as Float32Array;
    const bits = ticket.mask?.get('fc1.weight') as Uint8Array;
    const sides = (kept: number) => [...values].filter((_, i) => bits[i] === kept);
    expect(Math.min(...sides(1))).toBeGreaterThanOrEqual(Math.max(...sides(0)));
    const parents = new Map<string, FinishedCell>([[dense.id, dense]]);
    const again = await executeCell({
      kernels,
      specification: ticket.specification,
      dataset,
      parents,
      scores: scores,
    });
    expect(again.digests).toEqual(ticket.digests);
    expect(again.id).toBe(cellId(ticket.specification));
    await expect(executeCell({ kernels, specification: ticket.specification, dataset, parents })).rejects.toThrow(
      `the score of the largest weight (SHA-256 ${digest.slice(0, 12)}...) is needed but was not loaded`,
    );
  });

  it('may ask for what is measured, on the examples that a built-in score would be measured on', async () => {
    const gradient: Score = {
      title: 'the largest |gradient|',
      source: 'this test',
      needs: ['gradient'],
      of: ({ measured }) => measured('gradient').map(Math.abs),
    };
    const mask = async (score: unknown) => {
      const { cells } = buildGraph(specify(score), dataset);
      const store = new MemoryStore();
      const provenance = { version: 'test', engine: 'test', platform: 'test' };
      const executor = new LocalExecutor({
        kernels,
        dataset,
        store,
        engine: provenance,
        loadScores: async () => new Map([[digest, gradient]]),
      });
      const outcome = await runTasks({ tasks: tasksOf(cells), store, executor });
      expect(outcome.failed.map(({ error }) => String(error))).toEqual([]);
      return (await store.read(cells.filter(({ condition }) => condition === 'ticket')[1].id)).digests.mask;
    };
    expect(await mask({ module: 'gradient', digest })).toBe(await mask('gradient-magnitude'));
  });

  it('that asks for no examples needs none to be there', async () => {
    const few = makeStrokes({ train: 100, test: 20, seed: 1 });
    const { cells } = buildGraph(specify({ module: 'largest', digest }), few);
    const store = new MemoryStore();
    const provenance = { version: 'test', engine: 'test', platform: 'test' };
    const scores = new Map([[digest, positive]]);
    const executor = new LocalExecutor({
      kernels,
      dataset: few,
      store,
      engine: provenance,
      loadScores: async () => scores,
    });
    expect((await runTasks({ tasks: tasksOf(cells), store, executor })).failed).toEqual([]);
  });

  it('is refused as a path alone, and with less than a digest', () => {
    expect(refusalOf(() => buildGraph(specify('./mine.mjs'), dataset))).toContain(
      'pruning.score is ./mine.mjs, a module that',
    );
    expect(refusalOf(() => specify({ module: 'a.mjs' }))).toContain('pruning.score.digest is missing; expected text');
    expect(refusalOf(() => specify({ module: 'a.mjs', digest: 'abc' }))).toContain('expected 64 hexadecimal digits');
    expect(refusalOf(() => specify('magnitud'))).toContain('did you mean magnitude');
  });
});
