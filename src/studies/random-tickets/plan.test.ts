import { beforeAll, describe, expect, it } from 'vitest';
import { tinySpecification, tinyStrokes } from '../../../test/fixtures/tiny-run.js';
import { buildGraph } from '../../experiments/graph.js';
import { MemoryStore } from '../../experiments/memory-store.js';
import { factsOf } from '../../experiments/run-folder.js';
import { LocalExecutor, runTasks, tasksOf } from '../../experiments/tasks/index.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { specifyScheme } from '../shared/ladder.js';
import { parseOptions } from '../shared/options.js';
import { schemes } from '../shared/schemes/table.js';
import { randomTickets } from './index.js';
import type { RandomTicketsOptions } from './plan.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const facts = factsOf(tinyStrokes);
const base = tinySpecification({ trials: 2, iterations: 20, evaluateEvery: 10 });
const plan = (over: Partial<RandomTicketsOptions> = {}, from = base) =>
  randomTickets.plan(
    from,
    {
      ...parseOptions(randomTickets.options, { densities: [0.3, 0.2], draws: 3, examples: 40 }),
      ...over,
    },
    facts,
  );

describe('a study of random tickets', () => {
  it('trains random tickets under further orders beside what it trains anyway', () => {
    const [one, three] = [plan(), plan({ orders: 3 })];
    const names = new Set(three.cells.map(({ id }) => id));
    expect(one.cells.every(({ id }) => names.has(id))).toBe(true);
    expect(one.repeats).toEqual([]);
    // Two more trainings of each of two kinds of three draws, at two densities in two trials.
    expect(three.repeats).toHaveLength(2 * (2 * 3 * 2 * 2));
    expect(names.size).toBe(one.cells.length + three.repeats.length);
    for (const { cell } of three.repeats) {
      const { orderSeed, ...rest } = cell.specification;
      const same = one.cells.filter(
        ({ specification: { orderSeed: _own, ...own } }) => JSON.stringify(own) === JSON.stringify(rest),
      );
      expect(same).toHaveLength(1);
      expect(same[0].specification.orderSeed).not.toBe(orderSeed);
    }
  });

  it('draws them at the densities asked for alone, beside the tickets that every study has', () => {
    const { cells, places, measurements } = plan();
    const of = (condition: string) => cells.filter((cell) => cell.condition === condition);
    // Of half a round: 55% is on the way to 30%, and 20% is one more.
    expect(of('dense')).toHaveLength(2);
    expect(of('ticket')).toHaveLength(2 * 3);
    expect(of('random-mask')).toHaveLength(2 * 2 * 3);
    expect(of('reinitialise')).toHaveLength(2 * 2 * 3);
    expect(places).toHaveLength(2 + 2 * 2 * (1 + 6));
    expect(measurements).toHaveLength(2 * 2 * 2 * (1 + 6));
    expect(new Set([...cells, ...measurements].map(({ id }) => id)).size).toBe(cells.length + measurements.length);
    // Parents stand before their children, and what is measured is among the cells.
    const seen = new Set<string>();
    for (const { id, parents } of cells) {
      expect(parents.every((parent) => seen.has(parent))).toBe(true);
      seen.add(id);
    }
    for (const { specification } of measurements) expect(specification.cells.every((id) => seen.has(id))).toBe(true);

    // A study of schemes has one draw of each control beside the tickets of iterative magnitude pruning.
    const request = { base, densities: [0.3, 0.2], controls: { reinitialise: 1, randomMask: 1 }, kind: 'schemes' };
    const shared = buildGraph(specifyScheme(request, schemes.imp), facts).cells.map(({ id }) => id);
    expect([...of('dense'), ...of('ticket')].every(({ id }) => shared.includes(id))).toBe(true);
    // So are the first draws of each control.
    expect(of('reinitialise').filter(({ id }) => shared.includes(id))).toHaveLength(4);
  });

  it('looks at all tickets of a trial on the same examples, and renames none when more are drawn', () => {
    const seeds = new Map<number, Set<number>>();
    const { places, measurements } = plan();
    const byId = new Map(measurements.map((one) => [one.id, one.specification as unknown as { seed: number }]));
    for (const { cell, before, after } of places) {
      for (const id of [before, after]) {
        if (id === null) continue;
        const known = seeds.get(cell.trial) ?? new Set();
        seeds.set(cell.trial, known.add(byId.get(id)!.seed));
      }
    }
    expect([...seeds.values()].map((known) => known.size)).toEqual([1, 1]);
    const more = new Set([...plan({ draws: 5 }).cells, ...plan({ draws: 5 }).measurements].map(({ id }) => id));
    for (const { id } of [...plan().cells, ...measurements]) expect(more.has(id)).toBe(true);
    expect(plan({ properties: false }).measurements).toEqual([]);
    expect(plan({ kinds: ['reinitialise'] }).cells.some(({ condition }) => condition === 'random-mask')).toBe(false);
  });

  it('measures a rewound ticket beside its dense network', () => {
    const { measurements, cells } = plan({}, { ...base, rewind: 5 });
    const dense = cells.filter(({ condition }) => condition === 'dense').map(({ id }) => id);
    const before = measurements.filter(({ label }) => label.includes('before') && !label.includes('reinitialise'));
    for (const { specification } of before) expect(dense).toContain(specification.cells[1]);
  });

  it('refuses to draw nothing', () => {
    expect(() => plan({ draws: 0 })).toThrow('there are 0 draws of random-mask, reinitialise asked for');
    expect(() => plan({ kinds: [] })).toThrow('3 draws of no kind');
  });

  it('finds what was trained and measured, and counts what is not there yet', async () => {
    const work = plan({ densities: [0.3], draws: 2 });
    const store = new MemoryStore();
    const none = await randomTickets.assemble(work, store, facts);
    expect(none).toMatchObject({ tickets: [], planned: 12, draws: 2, trials: 2, densities: [0.3] });

    const provenance = { version: 'test', engine: 'test', platform: 'test' };
    const executor = new LocalExecutor({ kernels, dataset: tinyStrokes, store, engine: provenance });
    await runTasks({ tasks: tasksOf(work.cells), store, executor });
    const trained = await randomTickets.assemble(work, store, facts);
    expect(trained.tickets).toHaveLength(12);
    expect(trained.tickets.every(({ before }) => before === null)).toBe(true);

    await runTasks({ tasks: tasksOf(work.cells, work.measurements), store, executor });
    const found = await randomTickets.assemble(work, store, facts);
    for (const { condition, density, kept, before, after, accuracy, earlyStop } of found.tickets) {
      expect([condition === 'dense' ? 1 : 0.3, condition === 'dense']).toEqual([density, before === null]);
      expect(kept).toBeCloseTo(density, 2);
      expect([10, 20]).toContain(earlyStop);
      expect(accuracy).toBeGreaterThan(0);
      if (condition === 'dense') continue;
      expect(before?.values['dead-inputs']).toBeGreaterThanOrEqual(0);
      expect(after?.values['gradient-norm']).toBeGreaterThan(0);
    }
    const measured = await store.readSummary(work.places[3].cell.id);
    const fallen = { ...measured, end: { ...measured.end, testAccuracy: 0.5 } };
    const marked = {
      has: (id: string) => store.has(id),
      read: (id: string) => store.read(id),
      readHistory: (id: string) => store.readHistory(id),
      readSummary: async (id: string) => (id === measured.id ? fallen : store.readSummary(id)),
      hasMeasurement: (id: string) => store.hasMeasurement(id),
      readMeasurement: (id: string) => store.readMeasurement(id),
    };
    for (const accuracy of ['early-stop', 'end'] as const) {
      const { tickets } = await randomTickets.assemble(
        { ...work, options: { ...work.options, accuracy } },
        marked,
        facts,
      );
      expect(tickets[3].accuracy).toBe(accuracy === 'end' ? 0.5 : measured.earlyStop.testAccuracy);
    }
  });
});
