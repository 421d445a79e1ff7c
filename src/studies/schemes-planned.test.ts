import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeStrokes } from '../data/index.js';
import { MemoryStore } from '../experiments/memory-store.js';
import { resolveSpecification } from '../experiments/presets.js';
import { factsOf } from '../experiments/run-folder.js';
import type { RunSpecification } from '../experiments/schema.js';
import type { CellSummary } from '../experiments/store.js';
import { LocalExecutor, runTasks, tasksOf } from '../experiments/tasks/index.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { InputError } from '../networks/errors.js';
import { studyNamed } from './registry.js';
import { roundsTo } from './shared/ladder.js';
import { parseOptions, readOption } from './shared/options.js';
import { assembleSchemes } from './shared/schemes/assemble.js';
import type { SchemesPlan } from './shared/schemes/plan.js';
import { schemeNames } from './shared/schemes/table.js';

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

interface Asked {
  readonly kind?: 'frontier' | 'schemes' | 'initialisations';
  readonly base?: RunSpecification;
  readonly densities?: readonly number[];
  readonly names?: readonly string[];
}

const plan = ({ kind = 'schemes', base: from = base, densities = [0.3], names = ['imp', 'snip'] }: Asked = {}) => {
  const study = studyNamed(kind)!;
  return study.plan(from, parseOptions(study.options, { densities, only: names }), facts) as SchemesPlan;
};

const countsBy = ({ cells }: SchemesPlan) => {
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
    expect(found.schemes.map(({ name }) => name)).toEqual(['he-normal', 'orthogonal']);
    expect(countsBy(found)).toEqual({
      'dense 1.00': 4,
      'ticket 0.55': 4,
      'ticket 0.30': 4,
      'reinitialise 0.30': 4,
    });
  });

  it('refuses names it does not know, with suggestions, and densities that do not fall', () => {
    const { options } = studyNamed('schemes')!;
    const read = (text: string) => readOption('only', options.only, text);
    expect(() => read('imp,snp')).toThrow(InputError);
    expect(() => read('imp,snp')).toThrow(/unknown scheme snp; did you mean snip/);
    expect(() => read('qqqqqqqq')).toThrow(/unknown scheme qqqqqqqq; expected some of imp, one-shot/);
    expect(() => plan({ names: ['snp'] })).toThrow(/only is \["snp"\]; expected some of imp/);
    expect(() => plan({ kind: 'initialisations', names: ['he-norml'] })).toThrow(/expected some of .*he-normal/);
    expect(() => plan({ densities: [0.2, 0.3] })).toThrow(/densities is \[0.2,0.3\]; expected falling shares/);
  });
});

describe('what a study found', () => {
  const planned = plan({ names: ['imp', 'snip', 'early-bird', 'rigl'] });
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
    for (const scheme of ['imp', 'snip', 'early-bird', 'rigl']) {
      for (const condition of ['ticket', 'reinitialise', 'random-mask']) expected[`${scheme} ${condition} 0.3`] = 2;
    }
    expect(shown).toEqual(expected);
    expect(count).toBe(points.length);
    expect(schemes.map(({ name }) => name)).toEqual(['dense', 'imp', 'snip', 'early-bird', 'rigl']);
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
