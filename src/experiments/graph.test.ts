import { describe, expect, it } from 'vitest';
import { InputError } from '../networks/errors.js';
import { type CellSpecification, cellId, cellIdentity, parentsOf, sameCell } from './cell-specification.js';
import type { DatasetFacts } from './dataset-facts.js';
import { ancestry, buildGraph } from './graph.js';
import { presetInput, resolveSpecification } from './presets.js';
import { factsOf, runFolder } from './run-folder.js';

const facts: DatasetFacts = {
  name: 'mnist',
  digest: 'd1'.repeat(32),
  shape: { channels: 1, height: 28, width: 28 },
  classes: 10,
  train: { count: 60_000 },
  test: { count: 10_000 },
};

const specify = (over: Record<string, unknown> = {}) =>
  resolveSpecification({ ...presetInput('lenet-mnist'), trials: 2, levels: 4, controls: { reinitialise: 2 }, ...over });

const ids = (over: Record<string, unknown> = {}) => buildGraph(specify(over), facts).cells.map(({ id }) => id);

describe('the cells of a run', () => {
  it('are a dense network, tickets and controls for every trial', () => {
    const { cells, ladder } = buildGraph(specify({ controls: { reinitialise: 2, randomMask: 1 } }), facts);
    expect(cells).toHaveLength(2 * (1 + 3 * (1 + 2 + 1)));
    expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
    expect(ladder.map(({ density }) => (density * 100).toFixed(2))).toEqual(['100.00', '80.04', '64.06', '51.28']);
    expect(buildGraph(resolveSpecification({ extends: 'lenet-mnist' }), facts).cells).toHaveLength(5 * (1 + 18 * 4));
    const seen = new Set<string>();
    for (const { id, parents } of cells) {
      for (const parent of parents) expect(seen.has(parent)).toBe(true);
      seen.add(id);
    }
  });

  it('prune round by round, or all at once from the dense network', () => {
    const from = (schedule: string) => {
      const { cells } = buildGraph(specify({ pruning: { schedule }, trials: 1 }), facts);
      const names = new Map(cells.map(({ id, condition, level }) => [id, `${condition} ${level}`]));
      return cells
        .filter(({ condition }) => condition === 'ticket')
        .map(({ parents }) => parents.map((parent) => names.get(parent)));
    };
    expect(from('iterative')).toEqual([['dense 0'], ['ticket 1'], ['ticket 2']]);
    expect(from('one-shot')).toEqual([['dense 0'], ['dense 0'], ['dense 0']]);
    // The first round is the same either way, and so is its cell.
    const shared = ids({ pruning: { schedule: 'one-shot' } }).filter((id) => ids().includes(id));
    expect(shared).toHaveLength(2 * (1 + 1 + 2));
  });

  it('keep their names when trials, levels or controls are added', () => {
    const small = ids();
    for (const over of [
      { trials: 3 },
      { levels: 6 },
      { controls: { reinitialise: 3 } },
      { controls: { reinitialise: 2, randomMask: 2 } },
      { trials: 4, levels: 7, controls: { reinitialise: 5, randomMask: 1 }, name: 'larger' },
    ]) {
      const large = new Set(ids(over));
      expect(small.filter((id) => !large.has(id))).toEqual([]);
      expect(large.size).toBeGreaterThan(small.length);
    }
  });

  it('take other names when anything that decides their bits is changed', () => {
    const small = new Set(ids());
    for (const over of [
      { seed: 1 },
      { batch: 61 },
      { iterations: 49_900 },
      { evaluateEvery: 50 },
      { testCurve: true },
      { initialisation: { name: 'he-normal' } },
      { optimiser: { name: 'adam', lr: 0.0011 } },
      { optimiser: { name: 'adam', lr: 0.0012, weightDecay: 1e-4 } },
      { network: { hidden: [300, 101] } },
      { network: { hidden: [300, 100], activation: 'tanh' } },
      { data: { name: 'mnist', validation: 4999 } },
      { rewind: 100 },
    ]) {
      expect(
        ids(over).filter((id) => small.has(id)),
        JSON.stringify(over),
      ).toEqual([]);
    }
    const otherData = buildGraph(specify(), { ...facts, digest: 'd2'.repeat(32) }).cells.map(({ id }) => id);
    expect(otherData.filter((id) => small.has(id))).toEqual([]);
    // Only tickets and controls know of pruning.
    const dense = ids({ pruning: { rate: 0.3 } }).filter((id) => small.has(id));
    expect(dense).toHaveLength(2);
  });

  it('keep their names when only words for people change', () => {
    expect(ids({ name: 'another', network: { hidden: [300, 100] } })).toEqual(ids());
    expect(buildGraph(specify(), { ...facts, name: 'renamed' }).cells.map(({ id }) => id)).toEqual(ids());
  });

  it('share split and order of examples within a trial, and nothing between trials', () => {
    const { cells } = buildGraph(specify({ controls: { reinitialise: 2, randomMask: 2 } }), facts);
    const of = (trial: number, pick: (specification: CellSpecification) => unknown) =>
      new Set(cells.filter((cell) => cell.trial === trial).map(({ specification }) => pick(specification)));
    for (const pick of [
      (s: CellSpecification) => s.orderSeed,
      (s: CellSpecification) => s.data.splitSeed,
      (s: CellSpecification) => s.initialisation.seed,
    ]) {
      expect(of(0, pick).size).toBe(1);
      expect([...of(0, pick)]).not.toEqual([...of(1, pick)]);
    }
    const redrawn = cells.flatMap(({ specification: { start } }) =>
      start.kind === 'reinitialise' ? [start.seed] : [],
    );
    expect(new Set(redrawn).size).toBe(2 * 3 * 2);
    const shuffled = cells.flatMap(({ specification: { mask } }) => (mask?.kind === 'random' ? [mask.seed] : []));
    expect(new Set(shuffled).size).toBe(2 * 3 * 2);
  });

  it('start again from the initialisation, or from the iteration that rewinding names', () => {
    const plain = buildGraph(specify(), facts).cells;
    expect(plain.filter(({ condition }) => condition === 'ticket').map((c) => c.specification.start.kind)).toEqual(
      new Array(6).fill('initial'),
    );
    const rewound = buildGraph(specify({ rewind: 500, trials: 1 }), facts).cells;
    const dense = rewound[0];
    expect(dense.specification.snapshots).toEqual([500]);
    for (const { condition, specification, parents } of rewound.slice(1)) {
      expect(specification.snapshots).toEqual([]);
      if (condition !== 'ticket') continue;
      expect(specification.start).toEqual({ kind: 'rewind', cell: dense.id, iteration: 500 });
      expect(parents).toContain(dense.id);
    }
  });

  it('can be selected one at a time, with the cells they depend on', () => {
    const { cells } = buildGraph(specify(), facts);
    const last = cells.filter(({ condition, trial }) => condition === 'ticket' && trial === 0).at(-1)!;
    expect(ancestry(cells, last.id).map(({ condition, level }) => `${condition} ${level}`)).toEqual([
      'dense 0',
      'ticket 1',
      'ticket 2',
      'ticket 3',
    ]);
  });

  it('are refused where the specification does not fit the data', () => {
    expect(() => buildGraph(specify({ data: { name: 'x', validation: 60_000 } }), facts)).toThrow(InputError);
    expect(() => buildGraph(specify({ data: { name: 'x', validation: 59_990 } }), facts)).toThrow(/batch is 60/);
    const normalisation = { mean: [1, 2], deviation: 1 };
    expect(() => buildGraph(specify({ data: { name: 'x', normalisation } }), facts)).toThrow(/has 2 numbers/);
  });
});

describe('the examples of a score', () => {
  it('are balanced, under the name that they always had, or drawn at random', () => {
    const mask = (pruning: Record<string, unknown>) => {
      const over = { pruning: { score: 'snip', schedule: 'at-initialisation', ...pruning }, levels: 2 };
      const { cells } = buildGraph(specify(over), facts);
      return cells.find(({ condition }) => condition === 'ticket')?.specification.mask;
    };
    expect(mask({ exampleSampling: 'balanced' })).toEqual(mask({}));
    expect(mask({})).not.toHaveProperty('examples.sampling');
    expect(mask({ exampleSampling: 'random' })).toHaveProperty('examples.sampling', 'random');
  });
});

describe('images of unit length', () => {
  it('are asked for by the settings and given by the data, or refused', () => {
    const over = { data: { name: 'mnist', validation: 5_000, normalisation: 'unit-length' } };
    const own = { ...facts, digest: 'd2'.repeat(32), normalised: 'unit-length' as const };
    const [dense] = buildGraph(specify(over), factsOf(own)).cells;
    expect(dense.specification.data.normalisation).toEqual({ mean: [0], deviation: [1] });
    expect(() => buildGraph(specify(over), facts)).toThrow(
      'data.normalisation is unit-length, but the images of mnist are as they were; expected them from unitLength of lottery-lab.',
    );
    expect(() => buildGraph(specify(), own)).toThrow(
      'the images of mnist are of unit length; expected data.normalisation unit-length, or the images as they were.',
    );
  });
});

describe('the name of a cell', () => {
  const { cells } = buildGraph(specify({ controls: { reinitialise: 1, randomMask: 1 } }), facts);

  it('leaves out what stands at its default', () => {
    const dense = cells[0].specification;
    expect(cellIdentity(dense)).toEqual({
      arithmetic: 1,
      network: dense.network,
      data: {
        digest: facts.digest,
        validation: 5000,
        splitSeed: dense.data.splitSeed,
        normalisation: { mean: [0.1307], deviation: [0.3081] },
      },
      initialisation: dense.initialisation,
      optimiser: { name: 'adam', lr: 0.0012 },
      batch: 60,
      iterations: 50_000,
      evaluateEvery: 100,
      orderSeed: dense.orderSeed,
    });
    expect(sameCell(dense, { ...dense, data: { ...dense.data, name: 'other' } })).toBe(true);
    expect(sameCell(dense, { ...dense, batch: 1 })).toBe(false);
  });

  it('is the same in every version: these may never change', () => {
    expect(cells.slice(0, 4).map(({ condition, id }) => [condition, id])).toEqual([
      ['dense', '3da698b70ef0a08b3c867e8e4afe4663c1c3e3bc7fab75dc161b8c1317760811'],
      ['ticket', '2604c3cc0bf101ef508884bf3928a355ce6ec8ec8e5883d83a6946bdcdcc6213'],
      ['reinitialise', 'fa5f0a38b3f7ecd9b1688cba5af83386ffe024700821a08bd57dbfed1657730e'],
      ['random-mask', '58241e292636bcd9953e0c09eca55182fa50aa8c016822cf7526c743e52cd49c'],
    ]);
    expect(parentsOf(cells[3].specification)).toEqual([cells[0].id]);
    expect(cellId(cells[1].specification)).toBe(cells[1].id);
  });
});

describe('the name of a run', () => {
  it('depends on settings and data, not on where the data lie', () => {
    expect(runFolder(specify(), facts)).toBe('lenet-mnist-cd69ff64');
    expect(runFolder(specify({ trials: 3 }), facts)).not.toBe('lenet-mnist-cd69ff64');
    expect(runFolder(specify(), { digest: 'other' })).not.toBe('lenet-mnist-cd69ff64');
    const here = specify({ data: { path: '/here/a.npz', validation: 10 } });
    const there = specify({ data: { path: '/there/a.npz', validation: 10 } });
    expect(runFolder(here, facts)).toBe(runFolder(there, facts));
    expect(factsOf({ ...facts, pixels: 1 } as DatasetFacts)).toEqual(facts);
  });
});

describe('a score that the network does not allow', () => {
  it('is refused before anything is trained', () => {
    expect(() => ids({ pruning: { score: 'taylor', examples: 55_001 } })).toThrow(/examples is 55001.*55000/);
    const network = { layers: [{ linear: 4 }, 'batch-normalisation', 'relu', { linear: 10 }] };
    expect(() => ids({ network, pruning: { score: 'fisher' } })).toThrow('batch normalisation');
    expect(ids({ network, pruning: { score: 'taylor' } }).length).toBeGreaterThan(0);
  });
});
