import { beforeAll, describe, expect, it } from 'vitest';
import { tinySpecification, tinyStrokes } from '../../../test/fixtures/tiny-run.js';
import { barrierOf } from '../../analysis/connectivity/index.js';
import { buildGraph, type PlannedCell } from '../../experiments/graph.js';
import { MemoryStore } from '../../experiments/memory-store.js';
import { LocalExecutor, runTasks, tasksOf } from '../../experiments/tasks/index.js';
import { validateSpecification } from '../../experiments/validate.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { deriveSeed } from '../../random/stream.js';
import { parseOptions } from '../shared/options.js';
import { base, checkOrder, idsOf } from '../shared/rewinds/plan.fixture.js';
import type { StabilityLine } from './found.js';
import { stability } from './index.js';
import type { StabilityOptions } from './parts.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const options: StabilityOptions = parseOptions(stability.options, {
  rewinds: [20, 0, '1ep'],
  densities: [0.4, 0.2],
  points: 4,
  trainingExamples: 60,
});

describe('what a study of stability plans', () => {
  const work = stability.plan(base, options, tinyStrokes);

  it('has the dense network of any study at 0, and one a trial that keeps its weights at every rewind', () => {
    checkOrder(work);
    expect(work.rewinds).toEqual([0, 12, 20]);
    const dense = work.cells.filter(({ specification }) => specification.snapshots.length > 0);
    expect(dense.map(({ trial, specification }) => [trial, specification.snapshots])).toEqual([
      [0, [30]],
      [1, [30]],
      [0, [12, 20, 30]],
      [1, [12, 20, 30]],
    ]);
    expect(work.cells.filter(({ specification }) => specification.mask === null)).toHaveLength(
      2 * (2 + 1 /* from 0 */ + 2 * 2) /* from 12 and 20, two orders each */,
    );
  });

  it('has the very tickets of a run with that rewind', () => {
    for (const rewind of [0, '1ep', 20] as const) {
      // Of 50% a round there is one rung on the way to 40%.
      const densities = [Math.sqrt(0.4), 0.4, 0.2];
      const run = buildGraph(
        validateSpecification({
          ...base,
          rewind,
          snapshots: rewind === 0 ? [30] : [0, 12, 20, 30],
          pruning: { ...base.pruning, densities },
          levels: 4,
          controls: { reinitialise: 0 },
        }),
        tinyStrokes,
      );
      const planned = idsOf(work.cells);
      expect(run.cells).toHaveLength(8);
      for (const { id } of run.cells) expect(planned.has(id)).toBe(true);
    }
  });

  it('has children that differ in their order of examples and in nothing else, the first in that of the trial', () => {
    for (const rewind of work.rewinds) {
      for (const density of work.densities) {
        for (const trial of [0, 1]) {
          const children = work.trainings.filter(
            (place) => place.rewind === rewind && place.density === density && place.trial === trial,
          );
          expect(children.map(({ draw }) => draw)).toEqual([0, 1]);
          const [first, second] = children.map(
            ({ id }) => (work.cells.find((cell) => cell.id === id) as PlannedCell).specification,
          );
          const own = deriveSeed(deriveSeed(base.seed, 'trial', trial), 'order');
          expect(first.orderSeed).toBe(own);
          expect(second.orderSeed).not.toBe(own);
          expect({ ...second, orderSeed: own, snapshots: first.snapshots }).toEqual(first);
          if (rewind > 0) expect(first.start).toMatchObject({ kind: 'rewind', iteration: rewind });
          else expect(first.start).toEqual({ kind: 'initial' });
        }
      }
    }
  });

  it('draws every line once, and asks for nothing that is not trained', () => {
    const count = (kind: string) => work.lines.filter(({ place }) => place.kind === kind).length;
    expect([count('children'), count('dense'), count('round'), count('trials')]).toEqual([
      2 * 3 * 3,
      2 * 3 * 2,
      2 * 3 * 2,
      2 + 2 * 3,
    ]);
    const planned = idsOf(work.cells);
    for (const { specification } of work.measurements) {
      for (const cell of specification.cells) expect(planned.has(cell)).toBe(true);
    }
    expect(new Set(work.measurements.map(({ id }) => id)).size).toBe(work.measurements.length);
    const more = stability.plan(base, { ...options, children: 3 }, tinyStrokes);
    expect(more.lines.filter(({ place }) => place.kind === 'children')).toHaveLength(3 * 18);
    for (const { id } of work.cells) expect(idsOf(more.cells).has(id)).toBe(true);
  });

  it('takes running statistics anew between trials, or on every line, where there is batch normalisation', () => {
    const normalised = tinySpecification({
      network: { layers: [{ convolution: 4, stride: 4 }, 'batch-normalisation', 'relu', { linear: 10 }] },
      trials: 2,
    });
    const statistics = (over: Partial<StabilityOptions>) => {
      const { lines } = stability.plan(normalised, { ...options, ...over }, tinyStrokes);
      const of = (trials: boolean) =>
        new Set(
          lines
            .filter(({ place }) => (place.kind === 'trials') === trials)
            .map(({ measurement }) => measurement.specification.statistics),
        );
      return [[...of(false)], [...of(true)]];
    };
    expect(statistics({})).toEqual([['interpolated'], ['estimated']]);
    expect(statistics({ estimate: true })).toEqual([['estimated'], ['estimated']]);
    expect(() => statistics({ trainingExamples: 0 })).toThrow('but there are to be none; expected some.');
    const plain = stability.plan(base, options, tinyStrokes).measurements;
    expect(new Set(plain.map(({ specification }) => specification.statistics))).toEqual(new Set(['interpolated']));
  });

  it('is refused with a sentence where rewinds or children make no sense', () => {
    const refused = (over: Partial<StabilityOptions>) => () =>
      stability.plan(base, { ...options, ...over }, tinyStrokes);
    expect(refused({ rewinds: [0, 12, '1ep'] })).toThrow('rewinds has 12 and 1ep, which are both iteration 12');
    expect(refused({ rewinds: [0, 40] })).toThrow('rewinds has 40, which leaves nothing to train');
    expect(refused({ rewinds: [0, 999_999] })).toThrow('rewinds has 999999, which leaves nothing to train');
    expect(refused({ children: 1 })).toThrow('children is 1; expected 2 or more');
    expect(refused({ estimate: true })).toThrow('has no batch normalisation');
  });
});

describe('what it finds', () => {
  it('is what was trained and measured, and nothing of what is missing', async () => {
    const store = new MemoryStore();
    const provenance = { version: 'test', engine: 'test', platform: 'test' };
    const work = stability.plan(base, options, tinyStrokes);
    const nothing = await stability.assemble(work, store, tinyStrokes);
    expect(nothing).toMatchObject({ trained: [], lines: [], planned: { trained: 2 + 2 * 3 * 3 * 2, lines: 50 } });

    const executor = new LocalExecutor({ kernels, dataset: tinyStrokes, store, engine: provenance });
    const outcome = await runTasks({ tasks: tasksOf(work.cells, work.measurements), store, executor });
    expect(outcome.failed).toEqual([]);

    const found = await stability.assemble(work, store, tinyStrokes);
    expect(found.trained).toHaveLength(found.planned.trained);
    expect(found.lines).toHaveLength(found.planned.lines);
    expect(found.estimated).toBeNull();
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    const pointOf = (rewind: number, density: number, trial: number, draw: number) =>
      found.trained.find((p) => p.rewind === rewind && p.density === density && p.trial === trial && p.draw === draw);
    for (const line of found.lines as StabilityLine[]) {
      expect(line.values.test.error).toHaveLength(4);
      expect(barrierOf(line.values.test.error)).toBeGreaterThanOrEqual(0);
      if (line.kind !== 'children') continue;
      line.children.forEach((child, end) => {
        const point = pointOf(line.rewind, line.density, line.trial, child);
        expect(line.values.test.error[end * 3]).toBe(1 - (point?.end.testAccuracy as number));
      });
    }
  });
});
