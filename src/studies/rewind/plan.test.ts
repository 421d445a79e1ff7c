import { beforeAll, describe, expect, it } from 'vitest';
import { tinyStrokes } from '../../../test/fixtures/tiny-run.js';
import { MemoryStore } from '../../experiments/memory-store.js';
import { LocalExecutor, runTasks, tasksOf } from '../../experiments/tasks/index.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { parseOptions, recordedOptions } from '../shared/options.js';
import { base, checkOrder } from '../shared/rewinds/plan.fixture.js';
import { rewind } from './index.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const options = parseOptions(rewind.options, {
  rewinds: [20, 0, '1ep'],
  densities: [0.4, 0.2],
  reinitialise: 2,
  randomMask: 1,
});

describe('what a study of rewinding plans', () => {
  const work = rewind.plan(base, options, tinyStrokes);

  it('has a ticket of every rewind, and controls beside them', () => {
    checkOrder(work);
    const tickets = work.cells.filter(({ condition }) => ['dense', 'ticket'].includes(condition));
    expect(tickets).toHaveLength(2 * (2 + 3 * 3));
    const of = (condition: string) => work.trainings.filter((place) => place.condition === condition);
    // Two draws for each ticket, with its very mask.
    expect(of('reinitialise')).toHaveLength(2 * 2 * 2 * 3);
    expect(new Set(of('reinitialise').map(({ rewind }) => rewind))).toEqual(new Set([0, 12, 20]));
    for (const { id, rewind, density, trial } of of('reinitialise')) {
      const [ticket] = of('ticket').filter(
        (one) => one.rewind === rewind && one.density === density && one.trial === trial,
      );
      const mask = (name: string) => work.cells.find((cell) => cell.id === name)?.specification.mask;
      expect(mask(id)).toEqual(mask(ticket.id));
    }
    expect(of('random-mask')).toHaveLength(2 * 3 * 2);
    expect(new Set(of('random-mask').map(({ rewind }) => rewind))).toEqual(new Set([0, 12, 20]));
  });
});

describe('records from before controls had the same rewind', () => {
  it('mean those of the earliest one', () => {
    const { controls: _absent, ...recorded } = options;
    const work = rewind.plan(base, recordedOptions(rewind.options, recorded), tinyStrokes);
    const again = work.trainings.filter(({ condition }) => condition === 'reinitialise');
    expect(again).toHaveLength(2 * 2 * 2);
    expect(again.every((place) => place.rewind === null)).toBe(true);
    expect(rewind.plan(base, { ...options, controls: 'earliest' }, tinyStrokes)).toEqual(work);
  });
});

describe('what it finds', () => {
  it('is what was trained, and nothing of what is missing', async () => {
    const store = new MemoryStore();
    const engine = { version: 'test', engine: 'test', platform: 'test' };
    const work = rewind.plan(base, options, tinyStrokes);
    const nothing = await rewind.assemble(work, store, tinyStrokes);
    expect(nothing).toMatchObject({ trained: [], planned: work.trainings.length });

    const executor = new LocalExecutor({ kernels, dataset: tinyStrokes, store, engine });
    const { failed } = await runTasks({ tasks: tasksOf(work.cells), store, executor });
    expect(failed).toEqual([]);
    const found = await rewind.assemble(work, store, tinyStrokes);
    expect(found.trained).toHaveLength(found.planned);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    expect(found.trained.filter(({ condition }) => condition === 'ticket')).toHaveLength(2 * 2 * 3);
    // What is shown of a ticket is what its cell measured.
    for (const { id, condition, ...place } of work.trainings) {
      const { end } = await store.readSummary(id);
      const shown = found.trained.find(
        (one) =>
          one.condition === condition &&
          one.rewind === place.rewind &&
          one.density === place.density &&
          one.trial === place.trial &&
          one.draw === place.draw,
      );
      expect(shown?.end.testAccuracy).toBe(end.testAccuracy);
    }
  });
});
