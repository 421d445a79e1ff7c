import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../experiments/memory-store.js';
import { resolveSpecification } from '../../../experiments/presets.js';
import type { RunSpecification } from '../../../experiments/schema.js';
import type { CellSummary } from '../../../experiments/store.js';
import { LocalExecutor, runTasks, tasksOf } from '../../../experiments/tasks/index.js';
import { type Kernels, loadKernels } from '../../../kernels/index.js';
import { assembleSchemes } from './assemble.js';
import { schemeEntries } from './options.js';
import { base, countsBy, dataset, facts } from './plan.fixture.js';
import { planSchemes, type SchemesPlan } from './plan.js';
import type { SchemeName } from './table.js';

interface Asked {
  readonly base?: RunSpecification;
  readonly densities?: readonly number[];
  readonly names?: readonly SchemeName[];
}

const plan = ({ base: from = base, densities = [0.3], names = ['imp', 'snip'] }: Asked = {}) =>
  planSchemes(
    {
      study: 'fixture',
      base: from,
      densities,
      entries: schemeEntries(names, 'authors'),
      controls: { ...base.controls, reinitialise: 1, randomMask: 1 },
      dense: 'shared',
    },
    facts,
  );

describe('the plan of a study', () => {
  it('shares dense cells between schemes, and has controls only where a density was asked for', () => {
    const found = plan();
    expect(found.schemes.map(({ name, reference }) => [name, reference])).toEqual([
      ['imp', 'imp'],
      ['snip', null],
    ]);
    // Of 0.5: 0.548 on the way to 0.3; two trials, a ticket of each scheme beside two controls.
    expect(countsBy(found)).toEqual({
      'dense 1.00': 2,
      'ticket 0.55': 2,
      'ticket 0.30': 4,
      'reinitialise 0.30': 4,
      'random-mask 0.30': 4,
    });
    const [first, second] = found.schemes.map(({ graph }) => graph.cells[0].id);
    expect(first).toBe(second);
    const seen = new Set<string>();
    for (const { id, parents } of found.cells) {
      expect(parents.every((parent) => seen.has(parent))).toBe(true);
      expect(seen.has(id)).toBe(false);
      seen.add(id);
    }
  });

  it("has each scheme's own training, whatever the run's", () => {
    const { schemes } = plan({ names: ['early-bird', 'early-bird-weights', 'set', 'rigl', 'edge-popup'] });
    const of = (scheme: string, condition: string) => {
      const cells = schemes.find(({ name }) => name === scheme)?.graph.cells ?? [];
      return cells.find((cell) => cell.condition === condition)?.specification;
    };
    expect(of('early-bird', 'search')).toBeUndefined();
    expect(of('early-bird', 'ticket')?.evolution).toMatchObject({
      distance: 'relative',
      memory: 4,
      afterwards: 'continue',
      target: { scope: 'layer' },
    });
    expect(of('early-bird-weights', 'ticket')?.evolution).toBeUndefined();
    expect(of('early-bird-weights', 'search')?.evolution).toMatchObject({ distance: 'relative', memory: 4 });
    expect(of('set', 'ticket')?.evolution).toMatchObject({ drop: 'by-sign', grow: 'anywhere' });
    // Its output layer is dense.
    const ofSet = schemes.find(({ name }) => name === 'set')?.graph.ladder.at(-1)?.layers;
    expect(ofSet?.map(({ kept, total }) => kept < total)).toEqual([true, true, false]);
    expect(of('rigl', 'ticket')?.evolution).toMatchObject({ atChange: 'hold' });
    const search = of('edge-popup', 'search');
    expect(search?.optimiser).toEqual({ name: 'sgd', lr: 0.1, momentum: 0.9, nesterov: false, weightDecay: 1e-4 });
    expect(search?.schedule.shape).toEqual({ kind: 'cosine', until: 60, floor: 0 });
    const ticket = of('edge-popup', 'ticket');
    expect([search, ticket].map((one) => one?.initialisation.name)).toEqual(new Array(2).fill('he-signed-constant'));
    expect(ticket?.optimiser).toEqual(of('set', 'ticket')?.optimiser);
  });

  it('prunes channels early where they have a batch normalisation over them', () => {
    const layers = [
      { convolution: 4, bias: false, name: 'conv1' },
      { 'batch-normalisation': true },
      'relu',
      { 'max-pool': 4 },
      'flatten',
      { linear: 10, name: 'fc' },
    ];
    const from = resolveSpecification({ ...base, network: { layers } });
    const { schemes } = plan({ base: from, names: ['early-bird', 'early-bird-weights'] });
    const target = schemes.map(({ graph }) => {
      const evolution = graph.cells.find(({ specification }) => specification.evolution)?.specification.evolution;
      return evolution?.kind === 'early-bird' ? evolution.target : undefined;
    });
    expect(target[0]).toMatchObject({ structure: { kind: 'units' }, scope: 'global', density: 0.3 });
    expect(target[1]).toMatchObject({ scope: 'layer', density: 0.3 });
    expect(target[1]?.structure).toBeUndefined();
    expect(schemes[0].graph.cells.find(({ condition }) => condition === 'ticket')?.isEstimate).toBe(true);
  });

  it('keeps the names of its cells when a scheme or a lower density is added', () => {
    const more = new Set(plan({ names: ['imp', 'snip', 'set'], densities: [0.3, 0.1] }).cells.map(({ id }) => id));
    expect(plan().cells.filter(({ id }) => !more.has(id))).toEqual([]);
  });
});

describe('what a study found', () => {
  const planned = plan({ names: ['imp', 'snip', 'early-bird-weights', 'rigl'] });
  const store = new MemoryStore();
  let kernels: Kernels;

  beforeAll(async () => {
    kernels = await loadKernels();
    await trainAll(planned);
  });

  const trainAll = async ({ cells }: SchemesPlan) => {
    const provenance = { version: 'test', engine: 'test', platform: 'test' };
    const executor = new LocalExecutor({ kernels, dataset, store, engine: provenance });
    const outcome = await runTasks({ tasks: tasksOf(cells), store, executor });
    expect(outcome.failed.map(({ error }) => String(error))).toEqual([]);
  };

  const cellOf = (scheme: string, condition: string, trial: number, density = 0.3) => {
    const cells = planned.schemes.find(({ name }) => name === scheme)?.graph.cells ?? [];
    const found = cells.find(
      (cell) => cell.condition === condition && cell.trial === trial && Math.abs(cell.density - density) < 0.01,
    );
    return store.readSummary(found?.id as string);
  };
  const trainingOf = ({ cost }: CellSummary) => (cost ? cost.training.forward + cost.training.backward : Number.NaN);

  it('shows every dense network once, every ticket and control, and nothing that was only passed through', async () => {
    const { points, planned: count, schemes } = await assembleSchemes(planned, store);
    const shown: Record<string, number> = {};
    for (const { scheme, condition, density } of points) {
      const key = `${scheme} ${condition} ${density}`;
      shown[key] = (shown[key] ?? 0) + 1;
    }
    const expected: Record<string, number> = { 'dense dense 1': 2 };
    for (const scheme of ['imp', 'snip', 'early-bird-weights', 'rigl']) {
      for (const condition of ['ticket', 'reinitialise', 'random-mask']) expected[`${scheme} ${condition} 0.3`] = 2;
    }
    expect(shown).toEqual(expected);
    expect(count).toBe(points.length);
    expect(schemes.map(({ name }) => name)).toEqual(['dense', 'imp', 'snip', 'early-bird-weights', 'rigl']);
  });

  it('adds up all that a ticket came from, each cell once', async () => {
    const { points } = await assembleSchemes(planned, store);
    const pointOf = (scheme: string, condition: string) => {
      const found = points.find((p) => p.scheme === scheme && p.condition === condition && p.trial === 1);
      return found as (typeof points)[number];
    };
    const nothing = { flops: 0, examples: 0, seconds: 0 };
    expect(pointOf('dense', 'dense').finding).toEqual(nothing);
    const dense = await cellOf('imp', 'dense', 1, 1);
    const half = await cellOf('imp', 'ticket', 1, 0.55);
    const imp = pointOf('imp', 'ticket');
    expect(imp.finding).toMatchObject({ flops: trainingOf(dense) + trainingOf(half), examples: 2 * 60 * 20 });
    expect(imp.training).toMatchObject({ flops: trainingOf(await cellOf('imp', 'ticket', 1)), examples: 60 * 20 });
    // Its controls start from the dense network's first values, and are known when the ticket's mask is.
    expect(pointOf('imp', 'random-mask').finding.examples).toBe(2 * 60 * 20);
    // SNIP trains nothing: ten examples of each of ten classes.
    const snip = await cellOf('snip', 'ticket', 1);
    expect(pointOf('snip', 'ticket').finding).toMatchObject({ flops: snip.cost?.search.flops, examples: 100 });
    const search = await cellOf('early-bird-weights', 'search', 1);
    expect(pointOf('early-bird-weights', 'ticket').finding).toMatchObject({
      flops: trainingOf(search) + (search.cost?.search.flops ?? 0),
      examples: 20 * search.end.iteration,
    });
    // RigL has its ticket, trained, when its search ends.
    const rigl = pointOf('rigl', 'ticket');
    const grown = await cellOf('rigl', 'ticket', 1);
    expect(rigl.finding.flops).toBe(trainingOf(grown) + (grown.cost?.search.flops ?? 0));
    expect(rigl.training).toEqual(nothing);
    expect(pointOf('rigl', 'reinitialise').finding).toMatchObject({
      flops: rigl.finding.flops,
      examples: 60 * 20 + (grown.cost?.search.examples ?? 0),
    });
    expect(pointOf('rigl', 'reinitialise').training.examples).toBe(60 * 20);
  });

  it('adds up the dense network once where tickets are rewound to it and pruned from one another', async () => {
    const rewound = plan({ base: { ...base, rewind: 10, trials: 1 }, names: ['imp'] });
    await trainAll(rewound);
    const { points } = await assembleSchemes(rewound, store);
    const ticket = points.find(({ condition }) => condition === 'ticket');
    expect(rewound.cells.find(({ density }) => density < 0.31)?.parents).toHaveLength(2);
    // All of the dense network, and the ticket between from the rewind on.
    expect(ticket?.finding.examples).toBe((60 + 50) * 20);
  });

  it('tells when each reaches the lowest validation loss of the dense network of its trial', async () => {
    const { points } = await assembleSchemes(planned, store);
    let reached = 0;
    for (const { scheme, condition, trial, reachesDense } of points) {
      const dense = await cellOf('imp', 'dense', trial, 1);
      const lowest = Math.min(...(await store.readHistory(dense.id)).validationLoss);
      const cell = scheme === 'dense' ? dense : await cellOf(scheme, condition, trial);
      const { iteration, validationLoss } = await store.readHistory(cell.id);
      let first: number | null = null;
      for (let row = iteration.length - 1; row >= 0; row--) if (validationLoss[row] <= lowest) first = iteration[row];
      expect(reachesDense).toBe(first);
      if (first !== null) reached++;
    }
    // The dense networks reach it themselves.
    expect(reached).toBeGreaterThanOrEqual(2);
  });

  it('has the points it has while cells are missing', async () => {
    const partial = new MemoryStore();
    const snip = await cellOf('snip', 'ticket', 0);
    await partial.write(await store.read(snip.id));
    const { points, planned: count } = await assembleSchemes(planned, partial);
    expect(points.map(({ scheme, reachesDense }) => [scheme, reachesDense])).toEqual([['snip', null]]);
    expect(count).toBe(2 * (1 + 4 * 3));
  });
});
