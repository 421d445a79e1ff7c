import { describe, expect, it } from 'vitest';
import { usualEstimators } from '../../analysis/information/index.js';
import { makeBinary12, makeStrokes } from '../../data/index.js';
import { buildGraph } from '../../experiments/graph.js';
import { makeMeasurement } from '../../experiments/measurements/index.js';
import { MemoryStore } from '../../experiments/memory-store.js';
import { resolveSpecification } from '../../experiments/presets.js';
import { LocalExecutor, runTasks, tasksOf } from '../../experiments/tasks/index.js';
import { loadKernels } from '../../kernels/index.js';
import { specifyScheme } from '../shared/ladder.js';
import { parseOptions } from '../shared/options.js';
import { schemes } from '../shared/schemes/table.js';
import { informationPlane } from './index.js';
import { type InformationOptions, logarithmicIterations, planInformation } from './plan.js';

const strokes = makeStrokes({ train: 200, test: 60, seed: 3 });
const base = (over: Record<string, unknown> = {}) =>
  resolveSpecification({
    network: { hidden: [8] },
    data: { name: 'strokes', validation: 40 },
    batch: 20,
    iterations: 40,
    evaluateEvery: 20,
    trials: 2,
    ...over,
  });
const options = (over: Partial<InformationOptions> = {}): InformationOptions => ({
  ...parseOptions(informationPlane.options, {
    density: 0.5,
    through: [0.7, 0.3],
    points: 6,
    estimators: ['binning', 'upper-bound'],
  }),
  ...over,
});

describe('iterations that are looked at', () => {
  it('begin with 0 and 1, end with the last, and are spaced by logarithm', () => {
    expect(logarithmicIterations(1024, 12)).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]);
    const many = logarithmicIterations(12_000, 26);
    expect([many[0], many[1], many.at(-1)]).toEqual([0, 1, 12_000]);
    expect(many.length).toBeGreaterThan(22);
    expect(many.length).toBeLessThanOrEqual(26);
    expect(logarithmicIterations(3, 50)).toEqual([0, 1, 2, 3]);
    expect(logarithmicIterations(100, 3)).toEqual([0, 1, 100]);
  });
});

describe('the plan of the information plane', () => {
  const work = planInformation(base(), options(), strokes);

  it('shares the ladder with other studies, and trains the four that are shown once more', () => {
    const densities = [0.7, 0.5, 0.3];
    const imp = specifyScheme({ base: base(), densities, controls: {}, kind: 'x' } as never, schemes.imp);
    const ladder = new Set(buildGraph(imp, strokes).cells.map(({ id }) => id));
    const own = work.cells.filter(({ id }) => !ladder.has(id));
    expect(own.map(({ trial, condition }) => `${trial} ${condition}`)).toEqual(
      [0, 1].flatMap((trial) =>
        ['dense', 'ticket', 'reinitialise', 'random-mask'].map((condition) => `${trial} ${condition}`),
      ),
    );
    // Of the ladder no more than leads to the density that is shown.
    const levels = new Set(work.cells.filter(({ id }) => ladder.has(id)).map(({ level }) => level));
    const shown = work.shown[1].cell.level;
    expect(Math.max(...levels)).toBeLessThan(shown + 1);
    const places = new Map(work.cells.map(({ id }, place) => [id, place]));
    work.cells.forEach(({ parents }, place) => {
      for (const parent of parents) expect(places.get(parent)).toBeLessThan(place);
    });
    for (const { cell } of work.shown) expect(cell.specification.snapshots).toEqual([0, 1, 3, 6, 16]);
  });

  it('looks at all of a trial on the same examples, and at a small data set whole', () => {
    const [first, ...others] = work.measurements.map(
      ({ specification }) => (specification as never as { examples: object }).examples,
    );
    for (const other of others) expect(other).toEqual(first);
    expect(first).toMatchObject({ from: 'all', count: 260 });
    const large = { ...strokes, train: { count: 60_000 }, test: { count: 10_000 } };
    expect(planInformation(base(), options(), large).from).toBe('test');
    expect(
      planInformation(base(), options({ from: 'train', examples: 50 }), large).shown[0].measurement.specification
        .examples,
    ).toMatchObject({ from: 'train', count: 50 });
    const binary = resolveSpecification({ extends: 'binary-12-tanh', trials: 1 });
    expect(planInformation(binary, options(), makeBinary12()).settings).toMatchObject({ noise: 1e-3, bins: 30 });
    expect(work.settings.noise).toBe(0.1);
    expect(planInformation(base(), options({ noise: 0.01 }), strokes).settings.noise).toBe(0.01);
  });

  it('begins where a rewound ticket begins', () => {
    const rewound = planInformation(base({ rewind: 10, trials: 1 }), options(), strokes);
    const of = (condition: string) => rewound.shown.find(({ cell }) => cell.condition === condition)!;
    expect(of('dense').measurement.specification.iterations).toEqual([0, 1, 3, 6, 16, 40]);
    expect(of('ticket').measurement.specification.iterations).toEqual([10, 16, 40]);
    expect(of('reinitialise').measurement.specification.iterations[0]).toBe(0);
  });

  it('refuses fewer examples than neighbours', () => {
    const few = options({ examples: 3, estimators: ['nearest-neighbours'] });
    expect(() => planInformation(base(), few, strokes)).toThrow('expected more than the 3 neighbours');
  });

  it('is assembled from what is there', async () => {
    const kernels = await loadKernels();
    const small = planInformation(base({ trials: 1 }), options({ estimators: usualEstimators }), strokes);
    const cells = new MemoryStore();
    const values = new Map<string, unknown>();
    const store = {
      has: (id: string) => cells.has(id),
      read: (id: string) => cells.read(id),
      readSummary: (id: string) => cells.readSummary(id),
      readHistory: (id: string) => cells.readHistory(id),
      hasMeasurement: async (id: string) => values.has(id),
      readMeasurement: async (id: string) => values.get(id),
    };
    expect((await informationPlane.assemble(small, store, strokes)).courses).toEqual([]);
    const provenance = { version: 'test', engine: 'test', platform: 'test' };
    const executor = new LocalExecutor({ kernels, dataset: strokes, store: cells, engine: provenance });
    await runTasks({ tasks: tasksOf(small.cells), store: cells, executor });
    for (const { id, specification } of small.measurements.slice(0, 3)) {
      const cell = await cells.read(specification.cells[0]);
      values.set(
        id,
        await makeMeasurement({
          specification,
          kernels,
          dataset: strokes,
          cells: new Map([[cell.id, cell]]),
        }),
      );
    }
    const found = await informationPlane.assemble(small, store, strokes);
    expect(found.courses.map(({ condition }) => condition)).toEqual(['dense', 'ticket', 'reinitialise']);
    expect([found.planned, found.density, found.trials, found.diverged]).toEqual([4, 0.5, 1, []]);
    // The ticket starts from the dense network's values, those that it keeps.
    const [dense, ticket] = found.courses.map(({ measured }) => measured.moments.map(({ iteration }) => iteration));
    expect(dense).toEqual(ticket);
  });
});
