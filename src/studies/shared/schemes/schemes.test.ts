import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeStrokes } from '../../../data/index.js';
import { LocalExecutor } from '../../../experiments/local-executor.js';
import { MemoryStore } from '../../../experiments/memory-store.js';
import { resolveSpecification } from '../../../experiments/presets.js';
import { factsOf } from '../../../experiments/run-record.js';
import { runCells } from '../../../experiments/runner.js';
import type { CellSummary } from '../../../experiments/store.js';
import { type Kernels, loadKernels } from '../../../kernels/index.js';
import { InputError } from '../../../networks/errors.js';
import { roundsTo } from '../ladder.js';
import { assembleStudy } from './assemble.js';
import { planStudy, type StudyPlan, type StudyRequest } from './plan.js';
import { schemeNames } from './table.js';

const dataset = makeStrokes({ train: 320, test: 100, seed: 3 });
const facts = factsOf(dataset);
const base = resolveSpecification({
  network: { hidden: [12, 8] },
  data: { name: 'strokes', validation: 64 },
  batch: 20,
  iterations: 60,
  evaluateEvery: 10,
  pruning: { rate: 0.5, outputRate: 0.5, schedule: 'one-shot' },
  controls: { reinitialise: 7 },
  levels: 9,
  trials: 2,
});

const plan = (over: Partial<StudyRequest> = {}) =>
  planStudy({ kind: 'schemes', base, densities: [0.3], names: ['imp', 'snip'], ...over }, facts);

const countsBy = ({ cells }: StudyPlan) => {
  const counts: Record<string, number> = {};
  for (const { condition, density } of cells) {
    const key = `${condition} ${density.toFixed(2)}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

describe('rounds on the way to densities', () => {
  it('are of equal shares, as many as the rate asks for, by hand', () => {
    // 0.5 lasts to 0.25 in two rounds, exactly.
    expect(roundsTo([0.25], 0.5)).toEqual([0.5, 0.25]);
    expect(roundsTo([0.5, 0.25], 0.5)).toEqual([0.5, 0.25]);
    expect(roundsTo([0.9], 0.5)).toEqual([0.9]);
    // Between 0.5 and 0.09, 0.18 of it: three rounds, of its cube root each.
    const three = roundsTo([0.5, 0.09], 0.5);
    expect(three).toHaveLength(4);
    expect(three[1]).toBeCloseTo(0.5 * Math.cbrt(0.18), 9);
    expect(three[2]).toBeCloseTo(0.5 * Math.cbrt(0.18) ** 2, 9);
    // 0.8 to the power of 8 is 0.168, of 7 0.210.
    expect(roundsTo([0.2], 0.2)).toHaveLength(8);
  });

  it('fall, lose no more than the rate in any, and end at exactly what is asked', () => {
    const shares = fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shares, fc.integer({ min: 5, max: 95 }), (thousandths, percent) => {
        const asked = thousandths.sort((a, b) => b - a).map((share) => share / 1000);
        const rate = percent / 100;
        const rounds = roundsTo(asked, rate);
        expect(rounds.at(-1)).toBe(asked.at(-1));
        expect(asked.every((density) => rounds.includes(density))).toBe(true);
        [1, ...rounds].slice(0, -1).forEach((before, i) => {
          expect(rounds[i]).toBeLessThan(before);
          expect(rounds[i]).toBeGreaterThanOrEqual(before * (1 - rate) * (1 - 1e-8));
        });
      }),
    );
  });
});

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

  it('keeps the names of its cells when a scheme or a lower density is added', () => {
    const more = new Set(plan({ names: ['imp', 'snip', 'set'], densities: [0.3, 0.1] }).cells.map(({ id }) => id));
    expect(plan().cells.filter(({ id }) => !more.has(id))).toEqual([]);
  });

  it('can be made of every scheme there is, without controls on the frontier', () => {
    const found = plan({ kind: 'frontier', names: schemeNames });
    expect(found.schemes.map(({ name }) => name)).toEqual(schemeNames);
    expect(new Set(found.cells.map(({ condition }) => condition))).toEqual(new Set(['dense', 'ticket', 'search']));
    for (const { name, graph } of found.schemes) {
      expect(graph.ladder.at(-1)?.density, name).toBeCloseTo(0.3, 3);
    }
  });

  it('gives each initialiser a dense network of its own', () => {
    const found = plan({ kind: 'initialisations', names: ['he-normal', 'orthogonal', 'he-normal'] });
    expect(found.names).toEqual(['he-normal', 'orthogonal']);
    expect(countsBy(found)).toEqual({
      'dense 1.00': 4,
      'ticket 0.55': 4,
      'ticket 0.30': 4,
      'reinitialise 0.30': 4,
    });
  });

  it('refuses names it does not know, with suggestions, and densities that do not fall', () => {
    expect(() => plan({ names: ['snp'] })).toThrow(InputError);
    expect(() => plan({ names: ['snp'] })).toThrow(/snp is no scheme.*did you mean snip/);
    expect(() => plan({ names: ['qqqqqqqq'] })).toThrow(/qqqqqqqq is no scheme; expected some of imp, one-shot/);
    expect(() => plan({ kind: 'initialisations', names: ['he-norml'] })).toThrow(/is no initialiser.*he-normal/);
    expect(() => plan({ names: ['snip'], densities: [0.2, 0.3] })).toThrow(/0\.3 after 0\.2; expected falling/);
  });
});

describe('what a study found', () => {
  const record = {
    name: 'tiny-schemes',
    command: 'lottery study schemes',
    dataset: facts,
    provenance: { version: 'test', started: 'a', finished: 'b', node: 'v22', platform: 'test', processor: 'test' },
  };
  const planned = plan({ names: ['imp', 'snip', 'early-bird', 'rigl'] });
  const store = new MemoryStore();
  let kernels: Kernels;

  beforeAll(async () => {
    kernels = await loadKernels();
    await trainAll(planned);
  });

  const trainAll = async ({ cells }: StudyPlan) => {
    const provenance = { version: 'test', engine: 'test', platform: 'test' };
    const executor = new LocalExecutor({ kernels, dataset, store, provenance });
    const outcome = await runCells({ cells, store, executor });
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
    const { points, planned: count, digest, schemes, network } = await assembleStudy(planned, record, store);
    const shown: Record<string, number> = {};
    for (const { scheme, condition, density } of points) {
      const key = `${scheme} ${condition} ${density}`;
      shown[key] = (shown[key] ?? 0) + 1;
    }
    const expected: Record<string, number> = { 'dense dense 1': 2 };
    for (const scheme of ['imp', 'snip', 'early-bird', 'rigl']) {
      for (const condition of ['ticket', 'reinitialise', 'random-mask']) expected[`${scheme} ${condition} 0.3`] = 2;
    }
    expect(shown).toEqual(expected);
    expect(count).toBe(points.length);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(schemes.map(({ name }) => name)).toEqual(['dense', 'imp', 'snip', 'early-bird', 'rigl']);
    expect(network.weights).toBe(784 * 12 + 12 * 8 + 8 * 10);
  });

  it('adds up all that a ticket came from, each cell once', async () => {
    const { points } = await assembleStudy(planned, record, store);
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
    const search = await cellOf('early-bird', 'search', 1);
    expect(pointOf('early-bird', 'ticket').finding).toMatchObject({
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
    const { points } = await assembleStudy(rewound, record, store);
    const ticket = points.find(({ condition }) => condition === 'ticket');
    expect(rewound.cells.find(({ density }) => density < 0.31)?.parents).toHaveLength(2);
    // All of the dense network, and the ticket between from the rewind on.
    expect(ticket?.finding.examples).toBe((60 + 50) * 20);
  });

  it('tells when each reaches the lowest validation loss of the dense network of its trial', async () => {
    const { points } = await assembleStudy(planned, record, store);
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

  it('has no digest, and the points it has, while cells are missing', async () => {
    const partial = new MemoryStore();
    const snip = await cellOf('snip', 'ticket', 0);
    await partial.write(await store.read(snip.id));
    const { points, digest, planned: count } = await assembleStudy(planned, record, partial);
    expect(points.map(({ scheme, reachesDense }) => [scheme, reachesDense])).toEqual([['snip', null]]);
    expect(digest).toBeNull();
    expect(count).toBe(2 * (1 + 4 * 3));
  });
});
