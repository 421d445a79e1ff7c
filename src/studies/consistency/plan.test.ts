import { beforeAll, describe, expect, it } from 'vitest';
import { tinySpecification, tinyStrokes } from '../../../test/fixtures/tiny-run.js';
import { buildGraph } from '../../experiments/graph.js';
import { MemoryStore } from '../../experiments/memory-store.js';
import { LocalExecutor, runTasks, tasksOf } from '../../experiments/tasks/index.js';
import { validateSpecification } from '../../experiments/validate.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { parseOptions } from '../shared/options.js';
import { keptByTrials } from './agreements.js';
import { overlapValues } from './compare.js';
import type { ConsistencyFound } from './found.js';
import { consistency } from './index.js';
import type { ConsistencyOptions } from './plan.js';
import { consistencyTests } from './tests.js';

const base = tinySpecification({ trials: 3, controls: {} });
const options: ConsistencyOptions = parseOptions(consistency.options, { densities: [0.4], draws: 2 });
const plan = (over: Partial<ConsistencyOptions> = {}, of = base) =>
  consistency.plan(of, { ...options, ...over }, tinyStrokes);
const refusal = (over: Partial<ConsistencyOptions>, of = base): string => {
  try {
    plan(over, of);
  } catch (error) {
    return (error as Error).message;
  }
  return 'it was taken';
};

describe('what a study of consistency plans', () => {
  it('is tickets of every trial and variation, each once, whose first trial is shared where nothing is added', () => {
    const work = plan();
    // Of half a round there is one level on the way to 40%.
    expect(work.levels.map(({ level, asked }) => [level, asked])).toEqual([
      [1, false],
      [2, true],
    ]);
    const seen = new Set<string>();
    for (const { id, parents } of work.cells) {
      for (const parent of parents) expect(seen.has(parent)).toBe(true);
      expect(seen.has(id)).toBe(false);
      seen.add(id);
    }
    // Three levels; order, initialisation and all share their first trial.
    expect(work.cells).toHaveLength(3 * (3 * 2 + 1 + 3 + 3));
    expect(
      work.variations.map(({ name, overlaps, matchings, agreements }) => [
        name,
        overlaps.length,
        matchings.length,
        agreements.length,
      ]),
    ).toEqual([
      ['order', 6, 0, 2],
      ['noise', 6, 0, 2],
      ['data', 6, 0, 2],
      ['initialisation', 6, 6, 2],
      ['all', 6, 6, 2],
    ]);
    expect(work.measurements).toHaveLength(30 + 12 + 10);
  });

  it('has the very tickets of a run of iterative magnitude pruning, whatever else the base says', () => {
    const densities = [Math.sqrt(0.4), 0.4];
    const run = buildGraph(
      validateSpecification({
        ...base,
        pruning: { ...base.pruning, densities },
        levels: 3,
        controls: { reinitialise: 0 },
      }),
      tinyStrokes,
    );
    const planned = new Set(plan().cells.map(({ id }) => id));
    for (const { id } of run.cells) expect(planned.has(id)).toBe(true);
    const other = validateSpecification({
      ...base,
      share: ['order'],
      initialisation: { ...base.initialisation, noise: 0.3 },
      data: { ...base.data, part: 0.25 },
    });
    expect(plan({}, other).cells.map(({ id }) => id)).toEqual(plan().cells.map(({ id }) => id));
  });

  it('adds pairs, and renames none, when there are more trials', () => {
    const few = new Set(plan().measurements.map(({ id }) => id));
    const more = new Set(plan({}, validateSpecification({ ...base, trials: 4 })).measurements.map(({ id }) => id));
    // What all trials agree on is of all of them.
    expect([...few].filter((id) => !more.has(id))).toHaveLength(10);
  });

  it('matches units by what is asked for, or not at all', () => {
    const [{ matchings }] = plan({ only: ['all'], match: 'weights' }).variations;
    const { cells, weightsOf } = matchings[0].measurement.specification;
    const dense = plan().cells.filter(({ condition }) => condition === 'dense');
    expect(weightsOf!.every((id) => dense.some((cell) => cell.id === id))).toBe(true);
    expect(cells).toHaveLength(4);
    expect(plan({ match: null }).variations.every(({ matchings }) => matchings.length === 0)).toBe(true);
  });

  it('refuses what makes no sense', () => {
    expect(refusal({}, validateSpecification({ ...base, trials: 1 }))).toContain('trials is 1; expected 2 or more');
    expect(refusal({ noise: 0 })).toContain('noise is 0 deviations; expected more than 0');
    expect(refusal({ noise: 0, only: ['order'] })).toBe('it was taken');
    expect(refusal({ part: 1 })).toContain('part is 1; expected a share above 0 and below 1');
    expect(refusal({ only: [] })).toContain('there are no variations');
  });
});

describe('what a study of consistency finds', () => {
  let kernels: Kernels;
  let found: ConsistencyFound;
  const work = plan();
  const store = new MemoryStore();
  beforeAll(async () => {
    kernels = await loadKernels();
    const provenance = { version: 'test', engine: 'test', platform: 'test' };
    const executor = new LocalExecutor({ kernels, dataset: tinyStrokes, store, engine: provenance });
    const outcome = await runTasks({ tasks: tasksOf(work.cells, work.measurements), store, executor });
    expect(outcome.failed.map(({ error }) => String(error))).toEqual([]);
    found = await consistency.assemble(work, store, tinyStrokes);
  });

  it('are the masks of all pairs, and what they agree on', () => {
    for (const variation of found.variations) {
      expect(variation.overlaps).toHaveLength(variation.plannedOverlaps);
      expect(variation.tickets).toHaveLength(variation.plannedTickets);
      expect(variation.matchings).toHaveLength(variation.plannedMatchings);
      const kept = keptByTrials(variation, 2)!;
      expect(kept.density).toBeCloseTo(0.4, 3);
      expect(kept.trials).toBe(3);
      for (const { level, layers, pixels } of variation.overlaps) {
        expect(layers.map(({ neurons }) => neurons !== null)).toEqual(layers.map(() => level === 2));
        expect(pixels!.used.size).toBe(784);
      }
    }
    expect(found.image).toEqual([1, 28, 28]);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it('are masks that agree where weights begin the same, and by chance where they do not', () => {
    const ratios = (name: string) =>
      overlapValues(found.variations.find((variation) => variation.name === name)!, 2, 'ratio').map(
        ({ value }) => value,
      );
    for (const name of ['order', 'noise', 'data']) for (const ratio of ratios(name)) expect(ratio).toBeGreaterThan(1.5);
    for (const name of ['initialisation', 'all']) for (const ratio of ratios(name)) expect(ratio).toBeLessThan(1.2);
    const tests = consistencyTests(found);
    expect(tests.filter(({ claim }) => claim.kind === 'above-shuffled')).toHaveLength(4);
    const same = tests.find(({ variation, claim }) => variation === 'order' && claim.kind === 'above-chance')!;
    expect(same.verdict.outcome).toBe('supported');
  });

  it('are absent where nothing is trained', async () => {
    const nothing = await consistency.assemble(work, new MemoryStore(), tinyStrokes);
    for (const { tickets, overlaps, agreements } of nothing.variations) {
      expect([tickets, overlaps, agreements]).toEqual([[], [], []]);
    }
  });
});
